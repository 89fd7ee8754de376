"""The kinds of article blocks, one folder each: what editors may write, a template, looks, an example."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from citewell.core.plugin import Block
from citewell.parse.text import decode


def find_blocks(folder: Path | None = None) -> tuple[Block, ...]:
    """Give the package's blocks and those in a site's own `folder`, by order, then by name.

    Raises `ValueError` for a folder that is no block, and for two blocks of one name.
    """
    if folder is None or not folder.is_dir():
        return _own_blocks()
    blocks = [*_own_blocks(), *(_block(path, _site_module(path)) for path in _folders(folder))]
    by_name: dict[str, Block] = {}
    for block in blocks:
        if block.name in by_name:
            raise ValueError(f"two blocks are named `{block.name}`: give one of them another name")
        by_name[block.name] = block
    return _ordered(blocks)


@cache  # as one tuple: what follows from blocks is kept by which tuple they are
def _own_blocks() -> tuple[Block, ...]:
    folders = _folders(Path(__file__).parent)
    return _ordered(_block(path, import_module(f"{__name__}.{path.name}")) for path in folders)


def _ordered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    return tuple(sorted(blocks, key=lambda block: (block.order, block.name)))


def _folders(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.iterdir()) if path.is_dir() and path.name[0] not in "_.")


def _block(folder: Path, module: ModuleType) -> Block:
    """Give the folder's `BLOCK` with the files beside it."""
    block = getattr(module, "BLOCK", None)
    if not isinstance(block, Block):
        raise ValueError(  # noqa: TRY004 -- one error for whatever is wrong with a folder
            f"`{folder.name}/__init__.py` names no `BLOCK`: a block's folder sets `BLOCK = Block(…)`"
        )
    template = _text(folder / "template.html")
    if not template:
        raise ValueError(f"the block `{block.name}` has no template: write `{folder.name}/template.html`")
    return replace(
        block,
        description=" ".join((module.__doc__ or "").partition("\n\n")[0].split()),
        template=template,
        style=_text(folder / "style.css"),
        example=_text(folder / "example.md"),
    )


def _text(path: Path) -> str:
    if not path.is_file():
        return ""
    text, faults = decode(path.name, path.read_bytes())
    if faults:
        span = faults[0].span
        raise ValueError(
            f"`{path.parent.name}/{path.name}`, line {span.line}, column {span.column}: "
            f"{faults[0].message}; {faults[0].help}"
        )
    return text


def _site_module(folder: Path) -> ModuleType:
    """Run a block's own code. Not by `import`, which goes by the clock and may take an older version of the file."""
    source = folder / "__init__.py"
    if not source.is_file():
        raise ValueError(f"the block folder `{folder.name}` has no `__init__.py`")
    module = ModuleType(f"citewell_site_blocks.{folder.name}")
    module.__file__ = str(source)
    sys.modules[module.__name__] = module  # Pydantic looks the names in annotations up there
    try:
        exec(compile(source.read_bytes(), source, "exec"), vars(module))  # noqa: S102 -- the site's own code
    except Exception as error:
        raise ValueError(f"`{folder.name}/__init__.py` cannot be loaded: {error}") from error
    return module
