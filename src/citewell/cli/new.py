"""`citewell new`: files to start from."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from citewell.cli.new_source import new_source
from citewell.cli.settings import Settings, options, public_address, say, shared, today
from citewell.io import SurroundingsError

if TYPE_CHECKING:
    from citewell.core.model import Site

_KINDS = ("article", "hub", "guide", "policy")
_LISTED = 20
"""Pages that are listed where one is asked for; of more the names are typed from memory, and a slip is told."""


@click.group()
def new() -> None:
    """Start a site or an article, or add a source to the library.

    `citewell new site` comes first: it makes the folder `content` with the settings, a library of sources and a first article
    that explains itself. On a terminal each command asks for what it was not given; Enter takes what is proposed.
    """


new.add_command(new_source)


def _language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise click.BadParameter(f"`{value}` is not the code of a language such as `en`, `de` or `pt-BR`")
    return value


@new.command("site")
@click.option("--title", help="The name of the site.")
@click.option(
    "--language",
    callback=lambda _context, _option, value: value and _language(value),
    metavar="CODE",
    help="The language of its text: en, de, pt-BR …",
)
@shared("content", "base_url", "quiet")
def new_site(settings: Settings, title: str | None, language: str | None) -> None:
    """Write the settings, a library of sources and a first article.

    The address of the site is that of --base-url. No file that is there is overwritten.
    """
    from citewell.io import starting
    from citewell.io.site import refuse_content

    refuse_content(Path.cwd(), Path.cwd() / settings.content)
    starting.refuse_existing(starting.site_files(settings.content))
    name = _told(title, "Name of the site", "My evidence guide")
    code = _told(language, "Language of its text", "en", _language)
    files = starting.new_site(
        settings.content,
        today(),
        title=name,
        language=code,
        base_url=_told(settings.base_url, "Its public address", "https://example.org/", public_address),
    )
    for file in files:
        say(settings, f"wrote {file}")
    if code.lower().split("-")[0] != "en":
        say(
            settings,
            f"the theme's own words, such as `On this page`, are English; templates of the site's own can say them in `{code}`",
        )
    build, serve = map(settings.next_command, ("build", "serve"))
    say(settings, f"now type `{build}`, or `{serve}` to see each change at once")


@new.command("article")
@click.argument("name", required=False)
@click.option("--title", help="Default: the words of NAME.")
@click.option("--dek", help="One or two sentences under the title.")
@click.option("--kind", type=click.Choice(_KINDS), default=_KINDS[0], show_default=True, help="What it is.")
@click.option(
    "--parent",
    metavar="PAGE",
    help="The page above it; an empty one: none. Default: the site's hub, or its first page.",
)
@shared("content", "quiet")
def new_article(  # noqa: PLR0913 -- an option each
    settings: Settings, name: str | None, title: str | None, dek: str | None, *, kind: str, parent: str | None
) -> None:
    """Write an article, with its keys explained.

    Examples of all blocks stand in it as comments. NAME is the name of its file and the end of its address: small letters, digits and hyphens, as in salt-and-blood.
    """
    from citewell.io import starting
    from citewell.resolve.addresses import lists
    from citewell.session import Session

    name = _name() if name is None else starting.article_name(name)
    session = Session(options(settings, write=False))
    before = session.check()
    site = before.site
    for path, id_ in site.paths.items():
        if id_ == name:
            raise SurroundingsError(f"{settings.content / path} is there already, and is left as it is")
    words = _told(title, "Title", name.replace("-", " ").capitalize())
    below_it = _told(dek, "One or two sentences under it (Enter: later)", "")
    above = _parent(site, parent)
    text = starting.article_text(words, below_it, kind, above, today())

    session.unsaved(f"articles/{name}.md", text)
    told = {(found.code, found.message) for found in before.diagnostics}
    for found in session.check().diagnostics:
        if found.code == "text/placeholder":
            continue  # that is what it is for now, even where the site makes an error of it
        if found.severity == "error" and (found.code, found.message) not in told:
            raise SurroundingsError(f"such a page would not be right: {found.message}; {found.help}")
    file = starting.write_article(settings.content, name, text)
    below = f", below `{above}`" if above else ""
    say(settings, f"wrote {file}{below}")
    if f"{name}/" in lists(site.config):
        say(settings, f"its text introduces the list that the site itself makes at `/{name}/`")
    serve, check = map(settings.next_command, ("serve", "check"))
    say(settings, f"now write in it; `{serve}` shows the page, `{check}` what is wrong")


def _name() -> str:
    """Ask for the name of an article, until it is one. Raises click.MissingParameter where there is nobody to ask."""
    from citewell.io import starting

    if not _on_terminal():
        raise click.MissingParameter(param_hint="'NAME'", param_type="argument")

    def checked(name: str) -> str:
        try:
            return starting.article_name(name.strip())
        except SurroundingsError as fault:
            raise click.BadParameter(str(fault)) from fault

    name: str = click.prompt("Name of its file, such as salt-and-blood", value_proc=checked)
    return name


def _parent(site: "Site", given: str | None) -> str:
    """Give the page that is to stand above a new one: the one that was named or chosen, or the usual one."""
    from citewell.core.diagnostic import nearest

    def known(name: str) -> str:
        if not name or name in site.pages:
            return name
        near = nearest(name, site.pages)
        mend = f"there is a page named `{near}`" if near else "write the name of a page's file without `.md`"
        raise click.BadParameter(f"there is no page named `{name}`; {mend}")

    usual = _usual_parent(site)
    if given is None and usual and _on_terminal():
        for page in [*site.pages.values()][:_LISTED]:
            click.echo(f"  {page.id}  {page.title.text}")
    return (
        known(given) if given is not None else _told(None, "The page above it", usual, known) if usual else ""
    )


def _usual_parent(site: "Site") -> str:
    """Give the site's hub, or the first page of its navigation, or its first page; nothing where there is no page."""
    roots = [page for page in site.pages.values() if not page.parent]
    hubs = [page.id for page in roots if page.kind == "hub"]
    named = [item.page for item in site.config.navigation if item.page in site.pages]
    return next(iter([*hubs, *named, *(page.id for page in roots)]), "")


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _told(given: str | None, question: str, proposed: str, check: Callable[[str], str] = str.strip) -> str:
    """Give what an option says; else what a person says, if one is there; else what is proposed."""
    if given is not None or not _on_terminal():
        return proposed if given is None else given
    answer: str = click.prompt(question, default=proposed, show_default=bool(proposed), value_proc=check)
    return answer
