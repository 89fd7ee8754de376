"""The theme as a value: the text of its templates, and what it asks of the rest of the site."""

from jinja2 import Environment, TemplateSyntaxError, nodes
from msgspec import Struct

from citewell.core.plugin import Block


class Theme(Struct, frozen=True):
    """The templates by name, forward slashes in names: "article.html", "blocks/faq.html"."""

    templates: dict[str, str]


def with_blocks(theme: Theme, blocks: tuple[Block, ...]) -> Theme:
    """Give the theme with each block's own template where the theme has none of that name."""
    return Theme({f"blocks/{block.name}.html": block.template for block in blocks} | theme.templates)


def asset_names(theme: Theme) -> dict[str, tuple[str, int]]:
    """Give each constant name that a template passes to `asset`, with the template and line that do so first.

    A template that cannot be parsed names nothing here: the page that uses it raises the `TemplateFault`.
    """
    environment = Environment(autoescape=True)
    found: dict[str, tuple[str, int]] = {}
    for name, text in sorted(theme.templates.items()):
        if "asset" not in text:
            continue  # parsing takes longer than all else that a small edit costs
        try:
            tree = environment.parse(text)
        except TemplateSyntaxError:
            continue
        for call in tree.find_all(nodes.Call):
            match call:
                case nodes.Call(node=nodes.Name(name="asset"), args=[nodes.Const(value=str(asset))]):
                    found.setdefault(asset, (name, call.lineno))
    return found


def bundle(css: str, blocks: tuple[Block, ...]) -> str:
    """Give one style sheet: the theme's, then that of each block, in the blocks' order."""
    return "\n".join([css, *(f"/* {block.name} */\n{block.style}" for block in blocks if block.style)])
