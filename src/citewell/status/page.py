"""The status as a page of the preview, which is never published."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from citewell.status import Status
from citewell.status.parts import COLUMNS, cells, lists, summary


def body(status: Status) -> str:
    """Give the body of the page, with its heading. Its links lead from the root of the host, as the preview serves it."""
    return (
        _environment()
        .get_template("page.html")
        .render(status=status, summary=summary(status), lists=lists(status), columns=COLUMNS, cells=cells)
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("citewell.status", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
