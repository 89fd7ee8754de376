"""The page of blocks, from the folder of each."""

from collections.abc import Iterator

from keys import kind, models, table_of_keys
from markup import fence, table

from citewell.blocks import find_blocks
from citewell.core.plugin import Block


def blocks() -> Iterator[str]:
    """Give the page's parts: a table of all blocks, then each with its keys and its example."""
    yield (
        "A block that is filled from the front matter stands where the text places it, or else after the text, in the order of "
        "this page. Each may be placed once. A box holds the text between its two lines, may have a title behind its name, and may "
        "be used many times."
    )
    yield table(
        ("block", "filled from", "its address", "addresses inside it"),
        (
            (f"[`{block.name}`](#{block.name})", _FILLED[block.holds], *_addresses(block))
            for block in find_blocks()
        ),
    )
    for block in find_blocks():
        yield f"## `{block.name}` {{#{block.name}}}\n\n{block.description}"
        yield from _keys_of_block(block)
        yield f"An example:\n\n{fence(block.example, 'markdown')}"


_FILLED = {
    "front-matter": "the front matter",
    "body": "the text between its lines",
    "citations": "what the page cites",
}


def _addresses(block: Block) -> tuple[str, str]:
    own = "" if block.holds == "body" else f"`#{block.name}`"
    return own, f"`#{block.numbered}-1`, `#{block.numbered}-2` …" if block.numbered else ""


def _keys_of_block(block: Block) -> Iterator[str]:
    for model in models(block.model):
        listed = kind(block.model).startswith("list")
        yield f"`{block.name}` is a list. Each entry holds:" if listed else f"`{block.name}` holds:"
        yield table_of_keys(model)
        for name, field in model.model_fields.items():
            for inner in models(field.annotation):
                yield f"Each of `{name}` holds:\n\n{table_of_keys(inner)}"
    if block.labels:
        labels = " or ".join(f"`{label}:`" for label in block.labels)
        yield f"Each item of its list opens with {labels}, and each of them must be there."
