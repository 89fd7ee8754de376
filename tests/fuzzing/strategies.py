"""Sites of any kind: sound ones, made of all that the editors' language has, and the same with slips of every sort.

A sound site holds what is hard to write out rightly: signs of HTML, of YAML, of templates and of other scripts, in every
place that takes text. Whatever may be lowered to a warning is lowered, so that such sites are published.
"""

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import yaml
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from citewell.core.codes import CODES
from fuzzing.oracle import BASE_URL, CANARY

if TYPE_CHECKING:
    from collections.abc import Callable

Files = dict[str, bytes]

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8ffffff7f0009fb03fd08d7d5ce0000000049454e44ae426082"
)
PAGES = ("map", "cells", "trials", "deeper/50% & “later”")
_LOWERED = {
    name: "warning" for name, code in CODES.items() if code.may_warn and name != "links/missing-heading"
}

_WORDS = (
    "cells carry", "a vesicle", "EV", "5 < 6 & 7 > 2", "AT&T", "&lt;b&gt;", "&amp;amp;", "&#x27;", f"<{CANARY} {CANARY}>",
    f'" {CANARY}="1', f"' {CANARY}='1", f"</script><{CANARY}>", f"</title><{CANARY}>", "]]>", "<!-- -->", "{{ 7 * 7 }}",
    "{% x %}", "細胞 治療", "e\u0301te\u0301", "🧬👩‍🔬", "\ue0007\ue001", "5\u00a0mg", "caf\u00e9\u200d", "İstanbul ß", "“so”", "it's",
    '"quoted"', "...", "(c) -- ---", "100 %", "# no heading", "- no list", "a: b", "x | y", "\\", "1.", "javascript:x",
    "\U0001f469\u200d", "\ufe0f", "ǆ", "\u017f", "a_b_c", "x*y*z", "$5 and $6",
)  # fmt: skip


def _one_of(*texts: str) -> SearchStrategy[str]:
    return st.sampled_from(texts)


def _filled(form: str, *parts: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(*parts).map(lambda given: form.format(*given))


typed = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=12)
words = st.sampled_from(_WORDS) | typed
line = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join)
page = _one_of(*map(quote, PAGES))
source = _one_of("a", "b")

_INLINE = st.one_of(
    words,
    words,
    _filled("*{}*", words),
    _filled("**{}**", words),
    _filled("~~{}~~", words),
    _filled("`{}`", words),
    _filled("``{}``", words),
    _filled("[{}]({}.md)", words, page),
    _filled("[{}]({}.md#top)", words, page),
    _filled("[{}](#top)", words),
    _filled('[{}](https://e.example/?a=1&b="2"&c=<{}>)', words, _one_of("x", CANARY)),
    _filled('[{}](https://e.example/ "{}")', words, words),
    _filled("![{}](pic.png)", words),
    _filled("![{}](pic.png '{}')", words, words),
    _filled("[@{}]", source),
    _filled("[@{}; @{}, p. {}]", source, source, _one_of("3\u20134", "<5>", '"6"', "& 7", "細")),
    _filled("[{}](term:map-word)", words),
    _filled("[{}]{{.plain}}", words),
    _filled("[{}]{{{}}}", words, words),
    _filled("^[{}]", words),
    _one_of(
        "map word", "Map Words", '![](pic.png){alt=""}', "<https://e.example/a?b=c&d>", "<kbd>", "</kbd>", "<sub>x</sub>",
        "<b>", "<br/>", "\\\n", "  \n", "\n", "&nbsp;", "&#0;", "&copy", "\\*", "\\<", "[", "]", "*", "_", "`", "![",
    ),
)  # fmt: skip
prose = st.lists(_INLINE, min_size=1, max_size=5).map(" ".join)
tight = st.lists(_INLINE, min_size=1, max_size=5).map("".join)


def _indented(text: str, first: str, others: str) -> str:
    return first + text.replace("\n", f"\n{others}")


def _nested(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=2).map("\n\n".join)
    return st.one_of(
        body.map(lambda text: _indented(text, "> ", "> ")),
        body.map(lambda text: _indented(text, "- item\n\n  ", "  ")),
        body.map(lambda text: _indented(text, "- [x] done\n\n  ", "  ")),
        body.map(lambda text: _indented(text, "12) item\n\n    ", "    ")),
        body.map(lambda text: _indented(text, "- **Lead.**\n\n  ", "  ")),
        _filled("::: note {}\n{}\n:::", line, body),
        _filled("::: warning\n{}\n:::", body),
        _filled("::: editors-read {}\n{}\n:::", words, body),
    )


_LEAF = st.one_of(
    prose,
    prose,
    tight,
    _filled("## {}", line),
    _filled('### {} {{label="{}"}}', line, line),
    _filled("#### {}", prose.map(lambda text: " ".join(text.split()))),
    _filled("{}\n---", line),
    _filled("| {} | b |\n|:--|--:|\n| {} | {} |", line, prose.map(lambda text: " ".join(text.split())), words),
    _filled("```{}\n{}\n```", _one_of("", "python", "html", 'x" y', f"<{CANARY}>"), prose),
    _filled("    {}", words),
    _filled("{}\n: {}", line, prose.map(lambda text: " ".join(text.split()))),
    _filled("::: shows\n- shows: {}\n- does not show: {}\n:::", line, line),
    _one_of("---", "***", "::: key\nA point.\n:::", "<details>\n<summary>More</summary>\n\ntext\n\n</details>", "[^1]\n\n[^1]: A note."),
)  # fmt: skip
block = st.recursive(_LEAF, _nested, max_leaves=4)
body = st.lists(block, max_size=6).map("\n\n".join)


# -- front matter ------------------------------------------------------------------------------------------------------


def _maybe(values: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | values


def _records(least: int = 1, **fields: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.lists(st.fixed_dictionaries(fields), min_size=least, max_size=2)


_BESIDE = re.compile(rf"\]\((?=pic\.png|(?:{'|'.join(map(quote, PAGES))})\.md)")
day = st.dates().map(str)
paragraphs = st.one_of(prose, line, st.lists(prose, min_size=2, max_size=2).map("\n\n".join))
_MATTER: dict[str, SearchStrategy[Any]] = {
    "dek": line,
    "kicker": line,
    "kind": _one_of("article", "hub", "guide", "policy"),
    "published": day,
    "updated": day,
    "reviewed": st.fixed_dictionaries({"on": day, "by": line, "every": _one_of("6 months", "2 years")}),
    "tags": st.lists(_one_of("diet", "heart", "a & b", "細胞"), min_size=1, max_size=2, unique=True),
    "checklist": _records(ask=prose, why=paragraphs),
    "faq": _records(question=line, answer=paragraphs),
    "pipeline": _records(name=line, means=paragraphs, proof=paragraphs, question=line),
    "comparison": st.fixed_dictionaries(
        {"subjects": st.tuples(line, line).map(list), "questions": _records(ask=line, answers=st.tuples(prose, prose).map(list))}
    ),
}  # fmt: skip


@st.composite
def _matter(draw: st.DrawFn, name: str) -> dict[str, Any]:
    given: dict[str, Any] = {"title": draw(line)}
    for key in draw(st.lists(st.sampled_from(sorted(_MATTER)), unique=True, max_size=4)):
        given[key] = draw(_MATTER[key])
    stem = name.rpartition("/")[2]
    if stem == "map":
        also = ["Map Words", "EV"]
        given["terms"] = [{"term": "map word", "also": also, "definition": draw(paragraphs)}]
    else:
        given["parent"] = "map"
        given["aliases"] = draw(
            st.lists(_one_of(f"/old-{len(name)}/", f"/é/{len(name)}"), unique=True, max_size=2)
        )
    if draw(st.booleans()):
        given["companions"] = [{"page": "trials" if stem == "map" else "map", "because": draw(line)}]
    return given


def _yaml(value: object, draw: st.DrawFn) -> str:
    """Write YAML in one of its styles."""
    style, width = (
        draw(st.sampled_from([None, None, '"', "'", "|", ">"])),
        draw(st.sampled_from([20, 80, 1000])),
    )
    return (
        yaml.safe_dump(
            value,
            allow_unicode=draw(st.booleans()),
            default_style=style,
            width=width,
            sort_keys=False,
            indent=2,
        )
        .replace("!!bool ", "")
        .replace("!!int ", "")
        .replace("!!null ", "")
    )


@st.composite
def article(draw: st.DrawFn, name: str = "map") -> bytes:
    """A page that is sound on a site with the other pages, the picture and the library."""
    text = f"---\n{_yaml(draw(_matter(name)), draw)}---\n\n## Top {{#top}}\n\n{draw(body)}\n"
    text = _BESIDE.sub("](../" if "/" in name else "](", text)
    return text.replace("\n", draw(_one_of("\n", "\n", "\r\n"))).encode()


# -- libraries ---------------------------------------------------------------------------------------------------------

_name = _one_of("Ng", "O'Hara-Łuk", "van der Berg", "李", "A & B", "<i>")
_record = st.fixed_dictionaries(
    {"type": _one_of("article-journal", "book", "webpage", "report"), "title": line},
    optional={
        "author": st.lists(st.fixed_dictionaries({"family": _name, "given": _name}), min_size=1, max_size=8),
        "issued": st.fixed_dictionaries({"date-parts": st.just([[2024, 2, 29]])}),
        "container-title": line,
        "DOI": st.just("10.1002/<jev2>.12404"),
        "URL": st.just("https://e.example/?a=1&b=2"),
        "page": _one_of("1-9", "e5"),
        "volume": _one_of("3", "A<B"),
    },
)


def _csl(records: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    return [{"id": id_, **record} for id_, record in zip("ab", records, strict=True)]


def _bib(records: tuple[dict[str, Any], ...]) -> str:
    braced = {ord(sign): None for sign in "{}\\"}
    return "\n".join(
        f"@book{{{record['id']},\n  title = {{T {record['title'].translate(braced)}}},\n  year = 2024,\n}}\n"
        for record in _csl(records)
    )


def _ris(records: tuple[dict[str, Any], ...]) -> str:
    return "\n".join(
        f"TY  - BOOK\nID  - {record['id']}\nTI  - {' '.join(record['title'].split())}\nPY  - 2024\nER  - \n"
        for record in _csl(records)
    )


@st.composite
def library(draw: st.DrawFn) -> tuple[str, bytes]:
    """The shared library with two sources, in one of its formats."""
    records = draw(st.tuples(_record, _record))
    forms: dict[str, Callable[[], str]] = {
        "sources.yaml": lambda: _yaml(_csl(records), draw),
        "sources.json": lambda: json.dumps(_csl(records), indent=1),
        "sources.bib": lambda: _bib(records),
        "sources.ris": lambda: _ris(records),
    }
    name = draw(st.sampled_from(sorted(forms)))
    return name, forms[name]().encode()


# -- sites -------------------------------------------------------------------------------------------------------------


@st.composite
def settings(draw: st.DrawFn) -> bytes:
    """The settings of a sound site."""
    given = {
        "title": draw(line),
        "base_url": BASE_URL,
        "html": ["kbd", "sub", "details", "summary"],
        "severity": _LOWERED,
        "citation_style": draw(_one_of("vancouver", "ama", "apa")),
    }
    optional = {
        "tagline": line,
        "intro": line,
        "language": _one_of("en", "en-US", "de"),
        "organisation": st.fixed_dictionaries({"name": line, "url": st.just("https://e.example/?a&b")}),
        "editors": _records(name=line, role=line),
        "navigation": _records(label=line, page=_one_of("map", "cells")),
        "trust": _records(label=line, path=_one_of("/glossary/", "/map/")),
        "licence": st.fixed_dictionaries({"name": line, "url": st.just("https://e.example/")}),
        "leave_out": st.lists(_one_of("cards", "questions", "search")),
    }
    given |= draw(st.fixed_dictionaries({}, optional=optional))
    return _yaml(given, draw).encode()


@st.composite
def sound_sites(draw: st.DrawFn) -> Files:
    """Four pages that know each other, a library, a picture and settings."""
    name, sources = draw(library())
    pages = {f"articles/{page}.md": draw(article(page)) for page in PAGES}
    return {"site.yaml": draw(settings()), name: sources, "articles/pic.png": PICTURE, **pages}


_SLIPS = (
    "[", "]", "(", ")", "{", "}", "`", "```\n", "~~~", ":::", "::: note\n", "::: terms\n:::\n", ":::: x\n", "*", "**", "\n", "\n\n", "\t",
    " ", "    ", "> ", "- ", "1. ", "# ", "## ", "###### ", "|", "\n|-|-|\n", "---\n", "\n...\n", "\\", "&", "<", ">", "<!--",
    "<div>", "</kbd>", "\0", "\x07", "\x7f", "\u2028", "\u202e", "\ufeff", "\r", "\r\n", "\x0c", "\ue0009\ue001", "é", "細", "🧬", "'", '"',
    ": ", ":", "#", " #", "!", "!!x ", "&a ", "*a ", "<<: ", "? ", "%", "@", ",", "[@nobody]", "[@a", "@]", "[x](nowhere.md)", "[x](map)",
    "[x](javascript:x)", "[x](../../x.md)", "[x](term:none)", "[x](Cells.md)", "![](no.png)", "[^9]", "[x][y]", "^[", "{#top}", "{.x}",
    "\nparent: cells", "\ntitel: x", "\ntitle: y", "\ndraft: true", "\nslug: map", "\naliases: [/map/]", "\ntags: x", "\nterms: []",
    "\\u0007", "\\x41", "null", "~", "2026-02-30", "true", "1e9", "{a: b}", "[a, b]", "|2\n", ">-\n", "@article{", "@string{x = {y}}",
    "ER  - \n", "TY  - JOUR\n", '"id"', "\xff",
)  # fmt: skip


@st.composite
def slipped(draw: st.DrawFn, data: bytes, most: int = 3) -> bytes:
    """The bytes with some slips: something put in, left out, or written twice."""
    for _ in range(draw(st.integers(1, most))):
        at = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 5)):
            case 0:
                data = data[:at] + data[at + draw(st.integers(1, 30)) :]
            case 1:
                data = data[:at] + data[max(0, at - draw(st.integers(1, 60))) :]
            case 2:
                data = data[:at] + draw(st.binary(min_size=1, max_size=2)) + data[at:]
            case _:
                data = data[:at] + draw(st.sampled_from(_SLIPS)).encode() + data[at:]
    return data


@st.composite
def slipped_sites(draw: st.DrawFn) -> Files:
    """A site in which some files are not as they should be."""
    files = draw(sound_sites())
    for path in draw(st.lists(st.sampled_from(sorted(files)), min_size=1, max_size=3, unique=True)):
        files[path] = draw(slipped(files[path]))
    return files
