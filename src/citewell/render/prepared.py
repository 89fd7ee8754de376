"""What takes long to find out about a theme, as a value that is kept from one build to the next."""

from contextlib import suppress
from functools import lru_cache

from jinja2 import TemplateSyntaxError
from msgspec import Struct

from citewell.core.plugin import Block
from citewell.render.html import environment
from citewell.render.theme import Theme, asset_names, bundle, template_keys, with_blocks


class Prepared(Struct, frozen=True, array_like=True):
    """What follows from the texts of a theme and its blocks."""

    template_keys: dict[str, str]
    named: dict[str, tuple[str, int]]  # static files that templates name -> template and line
    style: str
    code: tuple[tuple[str, bytes], ...]  # what `HtmlRenderer` can be given


def prepared(theme: Theme, css: str, blocks: tuple[Block, ...]) -> Prepared:
    """Read and compile all templates, and make one style sheet of `css` and those of the blocks."""
    return Prepared(
        template_keys(theme, blocks), asset_names(theme), bundle(css, blocks), _compiled(theme, blocks)
    )


def _compiled(theme: Theme, blocks: tuple[Block, ...]) -> tuple[tuple[str, bytes], ...]:
    texts = with_blocks(theme, blocks).templates
    return tuple(code for name in sorted(texts) for code in _code_of(name, texts[name]))


@lru_cache(maxsize=256)  # a preview builds again and again from nearly the same templates
def _code_of(name: str, text: str) -> tuple[tuple[str, bytes], ...]:
    code: dict[str, bytes] = {}
    with suppress(TemplateSyntaxError, RecursionError):  # the page that is made from it tells what is wrong
        environment(Theme({name: text}), code).get_template(name)
    return tuple(code.items())
