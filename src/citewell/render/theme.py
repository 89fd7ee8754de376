"""The theme as a value: the text of its templates, and what it asks of the rest of the site."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, meta, nodes
from msgspec import Struct
from rcssmin import cssmin

from citewell.core.digest import digest
from citewell.core.plugin import Block

_COMMENT = re.compile(rb"^[ \t]*(?://.*|/\*.*\*/)\n", re.MULTILINE)
_SCRIPTS = ("search.js", "reading.js")


class Theme(Struct, frozen=True):
    """The templates by name, forward slashes in names: "article.html", "blocks/faq.html"."""

    templates: dict[str, str]


def with_blocks(theme: Theme, blocks: tuple[Block, ...]) -> Theme:
    """Give the theme with each block's own template where the theme has none of that name."""
    return Theme({f"blocks/{block.name}.html": block.template for block in blocks} | theme.templates)


def template_keys(theme: Theme, blocks: tuple[Block, ...]) -> dict[str, str]:
    """Give for each template a digest of its text and of every template that it can pull in.

    Jinja's parser says which those are. A template that computes a name can pull in any: its key is the whole theme.
    """
    texts = with_blocks(theme, blocks).templates
    named = {name: _named_in(text) for name, text in texts.items()}
    direct = {name: set(texts) if None in parts else parts for name, parts in named.items()}
    return {name: digest(sorted((part, texts.get(part)) for part in _reach(name, direct))) for name in texts}


@lru_cache(maxsize=256)  # a preview builds again and again from nearly the same templates
def _named_in(text: str) -> frozenset[str | None]:
    """Give the names of the templates that a text pulls in; None stands for a name that it computes."""
    if not any(word in text for word in ("extends", "include", "import")):
        return frozenset()
    try:
        return frozenset(meta.find_referenced_templates(Environment(autoescape=True).parse(text)))
    except TemplateSyntaxError:
        return frozenset()  # a page made from it is a fault, until this very text is mended


def _reach(name: str, direct: Mapping[str, AbstractSet[str | None]]) -> set[str]:
    reached, waiting = {name}, [name]
    while waiting:
        further = {part for part in direct.get(waiting.pop(), ()) if part is not None} - reached
        reached |= further
        waiting += further
    return reached


def asset_names(theme: Theme) -> dict[str, tuple[str, int]]:
    """Give each constant name that a template passes to `asset`, with the template and line that do so first.

    A template that cannot be parsed names nothing here: the page that uses it raises the `TemplateFault`.
    """
    found: dict[str, tuple[str, int]] = {}
    for name, text in sorted(theme.templates.items()):
        for asset, line in _assets_in(text):
            found.setdefault(asset, (name, line))
    return found


@lru_cache(maxsize=256)
def _assets_in(text: str) -> tuple[tuple[str, int], ...]:
    if "asset" not in text:
        return ()  # parsing takes longer than all else that a small edit costs
    try:
        tree = Environment(autoescape=True).parse(text)
    except TemplateSyntaxError:
        return ()
    found: dict[str, int] = {}
    for call in tree.find_all(nodes.Call):
        match call:
            case nodes.Call(node=nodes.Name(name="asset"), args=[nodes.Const(value=str(asset))]):
                found.setdefault(asset, call.lineno)
    return tuple(found.items())


def bundle(css: str, blocks: tuple[Block, ...]) -> str:
    """Give one style sheet: the theme's, then that of each block, in the blocks' order; without comments and blanks."""
    return str(cssmin("\n".join([css, *(block.style for block in blocks)])))


def one_script(static: Mapping[str, bytes], *, search: bool = True) -> dict[str, bytes]:
    """Give the static files with the two scripts of the theme as one, `pages.js`: a request less for every reader.

    Lines that are nothing but a comment are left out, and so is the script of `search` on a site that has none.
    """
    used = [name for name in _SCRIPTS if name in static and (search or name != "search.js")]
    both = b"\n".join(static[name] for name in used)
    return {"pages.js": _COMMENT.sub(b"", both)} | {
        name: data for name, data in static.items() if name not in _SCRIPTS
    }
