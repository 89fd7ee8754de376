"""The page of codes, from their catalogue and their examples."""

from collections.abc import Iterator

from markup import fence

from citewell.blocks import find_blocks
from citewell.cli.explain import FIXED, beside_pages, examples, severity_of
from citewell.core.codes import CODES
from citewell.core.diagnostic import Code


def codes() -> Iterator[str]:
    """Give the page's parts: each code under a heading with its name as id, in families."""
    yield (
        "While an error stands, nothing is published. `severity` in the [settings](reference-settings.md) turns any warning into an "
        "error, and some errors into warnings: those after which the page is still whole. `--strict` makes all warnings errors. "
        "`citewell explain CODE` shows on the terminal what stands here."
    )
    family = ""
    for code in (*CODES.values(), *(code for block in find_blocks() for code in block.codes)):
        former, family = family, code.name.partition("/")[0]
        if family != former:
            yield f"## {family}"
        yield from _code(code)


def _code(code: Code) -> Iterator[str]:
    example = examples()[code.name]
    yield f"### `{code.name}` {{#{code.name.replace('/', '-')}}}"
    yield f"{code.what} {code.harm}"
    yield fence(example.report, "text")
    yield f"Mended:\n\n{fence(example.mended, 'text')}"
    yield " ".join(filter(None, (severity_of(code), FIXED if example.fixed else "", beside_pages(code))))
