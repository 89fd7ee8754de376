"""What an editor is told of a thing, in Markdown."""

import re

from citewell.bibliography import format_work
from citewell.core.csl import Run, Work
from citewell.core.diagnostic import Code
from citewell.core.model import Citation, Facts, Page, Term
from citewell.lsp.known import Known
from citewell.lsp.shapes import Key
from citewell.resolve.citations import printed

_SIGNS = re.compile(r"([\\`*_\[\]<>#~|])")
_MARKS = {"": "", "i": "*", "b": "**", "sub": "", "sup": ""}
_TAGS = re.compile(r"</?(?:i|b|sub|sup)>")
_AUTHORS = 2


def byline(work: Work) -> str:
    """Give first author, year and title on one line."""
    names = [name.family or name.literal for name in work.author or work.editor]
    by = f"{names[0]} et al." if len(names) > _AUTHORS else " and ".join(names)
    year = str(work.issued.year) if work.issued else ""
    return " · ".join(filter(None, (by, year, _TAGS.sub("", work.title))))


def about_source(known: Known, entry: Citation) -> str:
    """Give the reference as it is printed, and where its record stands."""
    work = entry.work
    if work is None:
        return f"`{entry.id}`"
    runs = printed(known.site, work) or format_work(work, "vancouver")
    return f"{''.join(map(_run, runs))}\n\n`{entry.span.path}`, line {entry.span.line}"


def _run(run: Run) -> str:
    text = _SIGNS.sub(r"\\\1", run.text)
    mark = _MARKS[run.style]
    core = text.strip()
    if mark and core:
        text = text.replace(core, f"{mark}{core}{mark}")
    return f"[{text}](<{run.url}>)" if run.url else text


def about_term(known: Known, term: Term) -> str:
    """Give a term's definition as it was written, its other forms, and who defines it."""
    also = f"\n\nAlso: {', '.join(term.also)}" if term.also else ""
    pages = ", ".join(f"`{name}`" for name in known.site.defined_by.get(term.slug, ()))
    defined = f"\n\nDefined on {pages}" if pages else ""
    return f"**{term.name}**\n\n{term.wording}{also}{defined}"


def about_page(page: Facts | Page) -> str:
    """Give a page's title, dek and address."""
    dek = f"\n\n{page.dek.text}" if page.dek.text else ""
    state = "a draft, which is not published" if isinstance(page, Facts) and page.draft else f"`/{page.url}`"
    return f"**{page.title.text}**{dek}\n\n{state}"


def about_heading(known: Known, path: str, anchor: str) -> str:
    """Give the name of a heading and the title of its page."""
    name = known.names(path).get(anchor, anchor)
    return f"**{name}**\n\n{known.pages[path].title.text}"


def about_key(key: Key) -> str:
    """Give what may stand under a key."""
    required = " (required)" if key.required else ""
    return f"**{key.name}**{required}: {key.kind}\n\n{key.about}"


def about_code(code: Code) -> str:
    """Give what `citewell explain` says."""
    return f"`{code.name}` ({code.severity})\n\n{code.what} {code.harm}"
