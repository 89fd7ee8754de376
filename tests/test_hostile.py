"""Hostile and mistaken inputs, built for real: what is wrong is told with its place and a way to mend it, or comes out right.

`tests/hostile/site/` is a good site; each file of cases beside it is a family. A case lays `files` over the site. A file is
`text`, `parts` (texts and repeats), or `like` a page of the site with `change`s. `outcome` is what must come of it:
`error`, `warn` (told, and built), `ok`, or `either` (refused, or built right). `at` names the file and a text on the line
that the message gives; one message must hold that place, one of `says` and one of `mend`. A case with `seconds` and
`megabytes` is built by the command in a process that may use no more.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from processes import UNMEASURED

from citewell.builder import build, site_options
from citewell.io.report import render

sys.path.insert(0, str(Path(__file__).parent))
import hostile_adapter as adapter

HOSTILE = Path(__file__).parent / "hostile"
PAGES = {page.name: page.read_text(encoding="utf-8") for page in (HOSTILE / "site").iterdir()}
BUILT = ("yaml", "schema", "cite", "glossary", "links", "markdown", "template", "files")
CASES = [
    pytest.param(case, id=f"{family}-{case['name']}")
    for family in BUILT
    for case in json.loads((HOSTILE / f"{family}.json").read_text(encoding="utf-8"))
]

Case = dict[str, Any]


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The good site, built."""
    root = tmp_path_factory.mktemp("good")
    (root / "content").mkdir()
    adapter.setup(root)
    for path, text in PAGES.items():
        write(root / "content", {"path": path, "text": text}, "")
    assert not build(site_options(root)).failed
    return root


@pytest.mark.no_cover  # other tests run the same lines on less
@pytest.mark.parametrize("case", CASES)
def test_a_hostile_input_is_told_or_comes_out_right(case: Case, good: Path) -> None:
    with TemporaryDirectory() as folder:
        root, outside = Path(folder, "site"), Path(folder, "outside")
        shutil.copytree(good, root)
        outside.mkdir()
        texts = lay(case, root, outside)
        before, around = tree(root / "site"), tree(root / "content")
        failed, report = built(case, root)
        reports = [block for block in report.split("\n\n") if "[family/orphan]" not in block]

        assert "Traceback" not in report
        assert failed or case["outcome"] != "error", report
        assert not failed or case["outcome"] in {"error", "either"}, report
        if failed or case["outcome"] == "warn":
            assert any(is_told(case, block, texts) for block in reports), report
        if failed:
            assert tree(root / "site") == before
        else:
            for wanted in case.get("html", ()):
                check(wanted, root / "site")
        assert tree(root / "content") == around
        for word in case.get("nowhere", ()):
            assert not any(word.encode() in file.read_bytes() for file in files_in(root / "site"))
        for name in case.get("absent", ()):
            assert not list(Path(folder).rglob(name))


def lay(case: Case, root: Path, outside: Path) -> dict[str, str]:
    """Lay the files of a case over the site, and give their texts by the name under which a report shows them."""
    for file in case.get("outside", ()):
        (outside / file["path"]).write_text(file["text"], encoding="utf-8")
    texts = {}
    for file in case.get("files", ()):
        texts[f"content/{file['path']}"] = write(root / "content", file, str(outside))
    if template := case.get("template"):
        path, text = template if isinstance(template, list) else adapter.TEMPLATES[template]
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding=case.get("encoding", "utf-8"))
        texts |= {"@TEMPLATE@": text, path: text}
    return texts


def write(content: Path, file: Case, outside: str) -> str:
    """Write one file of a case, in our spelling, and give its text."""
    path = content / file["path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    if "symlink" in file:
        path.symlink_to(file["symlink"].replace("@OUTSIDE@", outside))
        return ""
    if "bytes" in file:
        path.write_bytes(bytes.fromhex(file["bytes"]))
        return ""
    text = adapter.translate(file["path"], text_of(file))[0][1]
    path.write_bytes(text.encode(file.get("encoding", "utf-8")))
    if "mode" in file:
        path.chmod(int(file["mode"], 8))
    return text


def text_of(file: Case) -> str:
    """Give the text of a file of a case."""
    if "like" in file:
        text = PAGES[file["like"]]
        for old, new in file["change"]:
            assert text.count(old) >= 1
            text = text.replace(old, new, 1)
        return text
    return "".join(map(part, file["parts"])) if "parts" in file else str(file["text"])


def part(given: Any) -> str:  # noqa: ANN401 -- as JSON has it
    """Give the text of one part: itself, a repeat, or a table of so many rows and columns."""
    match given:
        case str():
            return str(given)
        case {"repeat": text, "times": times}:
            return str(text) * int(times)
        case {"backticks": most}:
            return " ".join("`" * number + "a" for number in range(1, most))
        case {"indent_list": most}:
            return "".join("  " * level + "- level\n" for level in range(most))
        case {"table": [rows, columns]}:
            head = (
                "|" + "|".join(f"h{column}" for column in range(columns)) + "|\n|" + "---|" * columns + "\n"
            )
            body = (
                "|" + "|".join(f"r{row}c{column}" for column in range(columns)) + "|\n" for row in range(rows)
            )
            return f"{head}{''.join(body)}\n"
    raise ValueError(given)


def built(case: Case, root: Path) -> tuple[bool, str]:
    """Build the site and give whether that failed, and what was said: by the command where the case sets bounds."""
    if "seconds" in case:
        return commanded(case, root)
    if any("mode" in file for file in case.get("files", ())):
        with unprivileged(root):
            outcome = build(site_options(root))
    else:
        outcome = build(site_options(root))
    return outcome.failed, render(outcome.diagnostics, outcome.texts.get, color=False)


def commanded(case: Case, root: Path) -> tuple[bool, str]:
    import resource

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (case["seconds"], case["seconds"]))
        resource.setrlimit(
            resource.RLIMIT_DATA, (case["megabytes"] * 1_000_000, case["megabytes"] * 1_000_000)
        )

    done = subprocess.run(
        [sys.executable, "-m", "citewell", "build", "--jobs", "1"],
        cwd=root,
        env=UNMEASURED | {"PYTHONPATH": str(adapter.ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=bound,
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode == 1, done.stderr


class unprivileged:  # noqa: N801 -- used as a statement
    """Be nobody for a while, since root may read anything; the site is nobody's."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __enter__(self) -> None:
        if os.geteuid() == 0:
            self.root.parent.chmod(0o755)
            for path in (self.root, *self.root.rglob("*")):
                os.chown(path, 65534, 65534)
            os.seteuid(65534)

    def __exit__(self, *_: object) -> None:
        if os.getuid() == 0:
            os.seteuid(0)


def is_told(case: Case, block: str, texts: dict[str, str]) -> bool:
    """Tell whether one message of a report has the place, what is wrong and how to mend it."""
    says = any(re.search(word, block, re.IGNORECASE) for word in case.get("says", [""]))
    mend = any(re.search(word, block, re.IGNORECASE) for word in case.get("mend", ["help: "]))
    return says and mend and stands_at(case["at"], block, texts)


def stands_at(at: Case, block: str, texts: dict[str, str]) -> bool:
    path = at["file"] if at["file"] in texts else f"content/{at['file']}"
    if at["file"] == "@TEMPLATE@":
        path = next(path for path in texts if path.startswith("templates/"))
    places = [
        (int(line), int(column)) for line, column in re.findall(rf"--> {re.escape(path)}:(\d+):(\d+)", block)
    ]
    if "needle" not in at:
        return bool(places) or at["file"] in block
    text = texts[path]
    start = text.find(at["needle"])
    if start < 0:
        start = text.find(adapter.translate("needle.md", at["needle"])[0][1])
    assert start >= 0, at
    first = text.count("\n", 0, start) + 1
    lines = text.split("\n")
    return any(
        first <= line <= first + at.get("slack", 0) and 1 <= column <= len(lines[line - 1]) + 1
        for line, column in places
    )


def files_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def tree(folder: Path) -> dict[str, str]:
    """Give the files of a folder with digests of their bytes; a link that is followed would tell of another place."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in files_in(folder)
        if not path.is_symlink() and os.access(path, os.R_OK)
    }


class Page(HTMLParser):
    """What a browser would run, follow and show of a page."""

    VOID = frozenset(
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
    )

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: dict[str, int] = {}
        self.words = ""
        self.script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            plain = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            if name.startswith("on") or plain.startswith(("javascript:", "vbscript:", "data:text")):
                self.active.append(f"{tag} {name}={value}")
            if (tag, name) == ("a", "href"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
        self.script = tag in {"script", "style"}
        self.open[tag] = self.open.get(tag, 0) + (tag not in self.VOID)

    def handle_endtag(self, tag: str) -> None:
        self.script = False
        self.open[tag] = self.open.get(tag, 0) - (tag not in self.VOID)

    def handle_data(self, data: str) -> None:
        if self.script and re.match(r"\s*alert\(", data):  # data for machines may hold the word
            self.active.append(data)
        self.words += "" if self.script else data


def check(wanted: Case, site: Path) -> None:
    """Check what a case wants of a page."""
    path = site / wanted["page"] / "index.html"
    if not path.is_file():
        assert not wanted.get("has")
        return
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    for word in wanted.get("has", ()):
        assert word in text or word in page.words
    for word in wanted.get("lacks", ()):
        assert word not in text
    assert not (wanted.get("no_active") and page.active), page.active
    assert not any(page.open[tag] for tag in wanted.get("balanced", ()))
    assert len(page.ids) == len(set(page.ids))
    for link in page.links if wanted.get("links_resolve") else ():
        parts = urlsplit(link)
        if not parts.scheme and parts.path:
            target = Path(os.path.normpath(path.parent / unquote(parts.path)))
            assert target.is_file() or (target / "index.html").is_file(), link
