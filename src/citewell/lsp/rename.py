"""A term, a source or a page under another name, everywhere at once."""

import json
import re
from collections.abc import Iterator
from posixpath import dirname, join, relpath
from urllib.parse import quote

from msgspec import Struct, structs

from citewell.core.diagnostic import Edit, Span
from citewell.core.model import Facts, Term
from citewell.lsp.known import Known, matter_of
from citewell.lsp.navigation import Texts, uses
from citewell.lsp.places import PageNamed, SourceNamed, TermMeant, Use
from citewell.parse.collector import slugify
from citewell.resolve.glossary import term_named

_KEY = re.compile(r"\w[\w:./+-]*")
_STEM = re.compile(r"[\w-]+(\.[\w-]+)*")
_SLUG = re.compile(r"""["']?slug["']?\s*:""")
_PLAIN = re.compile(r"\w[\w ./()-]*")  # needs no quotes in YAML


class Refused(Exception):  # noqa: N818 -- it is an answer, in a sentence, rather than an error
    """A name that cannot be given, or something that has no name to change."""


class Renaming(Struct, frozen=True):
    """What must be changed: the edits, and the page's file where that gets another name."""

    edits: tuple[Edit, ...]
    file: tuple[str, str] | None = None


def present_name(known: Known, use: Use | None) -> str:
    """Give the name that a renaming would change. Raises Refused where there is none."""
    if use is not None and use.span.path in known.site.unreadable:
        raise Refused(f"`{use.span.path}` cannot be read: mend it first")
    match use:
        case Use(thing=SourceNamed(key)):
            return key
        case Use(thing=TermMeant(slug), part=part) if part != "word" and slug in known.site.terms:
            return known.site.terms[slug].term.name
        case Use(thing=PageNamed(path), is_record=False):
            return known.pages[path].id
        case Use(thing=PageNamed(path)):
            raise Refused(f"rename a page by a link to it, or by its file `{path}`: this is its title")
    raise Refused("only the name of a term, a source or a page can be changed everywhere")


def rename(known: Known, use: Use | None, new: str, texts: Texts) -> Renaming:
    """Give all that must be changed for a thing to have the new name.

    Raises Refused for a name that is taken or cannot be one, and where a file that cannot be read speaks of the thing.
    """
    old = present_name(known, use)
    if known.site.may_name(old):
        raise Refused(f"a part of the site that cannot be read speaks of `{old}`: mend it first")
    match use:
        case Use(thing=SourceNamed() as source):
            return _source(known, source, new, texts)
        case Use(thing=TermMeant(slug)):
            return _term(known, known.site.terms[slug].term, new, texts)
        case Use(thing=PageNamed(path)):
            return page_renamed(known, known.pages[path], new.removesuffix(".md"), texts)
    raise Refused("nothing stands here that has a name")


def _source(known: Known, source: SourceNamed, new: str, texts: Texts) -> Renaming:
    if not _KEY.fullmatch(new):
        raise Refused(
            f"`{new}` cannot be the id of a source: write letters, digits and hyphens, as in `welsh2024`"
        )
    if new != source.key and (new in known.site.works or new in known.entries):
        raise Refused(f"there is a source named `{new}` already")
    edits = []
    for use in uses(known, source, texts):
        raw = _raw(use.span, texts)
        if raw.startswith("@"):
            edits.append(Edit(use.span, f"@{new}"))
        elif raw.strip("\"'") == source.key:
            edits.append(Edit(use.span, _value(use.span, new, texts)))
        else:  # in RIS a record may have no id, and gets one that is made of it
            raise Refused(
                f"the record of `{source.key}` in `{use.span.path}` has no id that could be changed"
            )
    return Renaming(tuple(edits))


def _term(known: Known, term: Term, new: str, texts: Texts) -> Renaming:
    slug = slugify(new)
    other = term_named(known.site, new)
    if not new.strip() or (other is not None and other != term.slug):
        raise Refused(f"there is a term named `{new}` already" if other else "a term needs a name")
    edits = []
    for use in uses(known, TermMeant(term.slug), texts):
        if use.is_record:
            edits.append(Edit(use.span, _value(use.span, new, texts)))
        elif use.part == "fragment":
            edits.append(Edit(use.span, slug))
        elif use.part == "address" and slugify(use.address.removeprefix("term:")) == term.slug:
            edits.append(Edit(use.span, f"term:{slug}"))
    return Renaming(tuple(edits))


def page_renamed(known: Known, page: Facts, new: str, texts: Texts) -> Renaming:
    """Give all that must be changed for a page's file to have the new name, without `.md`; old links go on to lead there."""
    if not _STEM.fullmatch(new):
        raise Refused(
            f"`{new}` cannot be the name of a page: write letters, digits and hyphens, as in `islet-cells`"
        )
    if new != page.id and known.page(new) is not None:
        raise Refused(f"there is a page named `{new}` already")
    path = join(dirname(page.path), f"{new}.md")
    text = texts(page.path)
    matter = matter_of(page.path, text.lines)
    has_slug = any(_SLUG.match(text.line(row)) for row in matter)
    url = page.url if has_slug else f"{page.url.rstrip('/').removesuffix(page.id)}{new}/"
    moved = structs.replace(page, id=new, path=path, url=url)
    edits = [
        Edit(use.span, _page_as(use, moved, texts))
        for use in uses(known, PageNamed(page.path), texts)
        if not use.is_record
    ]
    if url != page.url and not page.draft:
        edits += _alias(page, texts)
    return Renaming(tuple(edits), (page.path, path))


def _page_as(use: Use, page: Facts, texts: Texts) -> str:
    """Give a page as this place names it: by its file, by its address, or by its name."""
    if use.part == "page":
        if use.address.startswith("/"):
            return f"/{page.url}"
        return quote(relpath(page.path, dirname(use.span.path) or "."))
    raw = _raw(use.span, texts)
    if raw.strip("\"'").startswith("/"):
        return _value(use.span, f"/{page.url}", texts)
    return _value(use.span, page.id, texts)


def _alias(page: Facts, texts: Texts) -> Iterator[Edit]:
    """Let the page's old address lead to it."""
    text = texts(page.path)
    if any(alias.path.strip("/") == page.url.strip("/") for alias in page.aliases):
        return
    if not page.aliases:
        closing = matter_of(page.path, text.lines).stop
        yield Edit(Span(page.path, closing + 1, 1, 0), f"aliases: [/{page.url}]\n")
        return
    last = page.aliases[-1].span
    line = text.line(last.line - 1)
    if line.lstrip().startswith("- "):
        indent = line[: len(line) - len(line.lstrip())]
        yield Edit(Span(page.path, last.line + 1, 1, 0), f"{indent}- /{page.url}\n")
    else:
        yield Edit(Span(page.path, last.line, last.column + last.length, 0), f", /{page.url}")


def _value(span: Span, new: str, texts: Texts) -> str:
    """Give a value as YAML and JSON need it, in quotes where it stood in quotes; BibTeX and RIS know no quotes."""
    raw = _raw(span, texts)
    if span.path.endswith((".bib", ".ris")):
        return new
    if raw.startswith('"') or not _PLAIN.fullmatch(new):
        return json.dumps(new, ensure_ascii=False)
    return f"'{new}'" if raw.startswith("'") else new


def _raw(span: Span, texts: Texts) -> str:
    return texts(span.path).line(span.line - 1)[span.column - 1 : span.column - 1 + span.length]
