"""What is wrong with templates, as diagnostics with a place in the template."""

import re
from collections.abc import Iterable, Iterator, Mapping

from citewell.core.diagnostic import Diagnostic, Span, nearest
from citewell.render.fault import TemplateFault
from citewell.render.theme import Theme


def template_diagnostics(
    faults: Iterable[TemplateFault], theme: Theme, files: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """Give one diagnostic for each place: a fault of the base template is met on every page.

    It names a page that was rendered: one that an editor wrote, by its file, which `files` gives by address, or
    else one that the site makes, by its address.
    """
    places: dict[Span, Diagnostic] = {}
    for fault in sorted(faults, key=lambda fault: (fault.page not in files, fault.page, fault.message)):
        found = _diagnostic(fault, theme, files.get(fault.page, f"/{fault.page}"))
        places.setdefault(found.span, found)
    return tuple(places.values())


def _diagnostic(fault: TemplateFault, theme: Theme, page: str) -> Diagnostic:
    name = fault.template
    path = f"templates/{name}" if name in theme.templates else name.replace(".html", "/template.html")
    word = re.search("`(.+?)`", fault.message)
    what, _, mend = fault.message.partition("; ")
    return Diagnostic(
        "templates/fault",
        _in_template(path, theme.templates.get(name, ""), fault.line, word[1] if word else ""),
        f"{what}, while the page `{page}` was rendered",
        f"{mend or 'mend the template on this line'}; the reference lists what templates see",
    )


def _in_template(path: str, text: str, number: int, word: str) -> Span:
    """Give the span of a word on a line of a template, or of the whole line where it is not there."""
    line = "".join(text.split("\n")[max(0, number - 1) : number])
    shown = word if word and word in line else line.strip()
    return Span(path, max(1, number), line.find(shown) + 1, max(1, len(shown)))


def missing_assets(
    theme: Theme, named: Mapping[str, tuple[str, int]], addresses: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Find static files that templates name (`named`: with template and line) and that are not there."""
    for name, (template, line) in named.items():
        if name not in addresses:
            near = nearest(name, addresses)
            mend = f"there is a file named `{near}`" if near else f"put the file at `static/{name}`"
            yield Diagnostic(
                "templates/missing-asset",
                _in_template(f"templates/{template}", theme.templates[template], line, name),
                f"there is no static file `{name}`",
                mend,
            )
