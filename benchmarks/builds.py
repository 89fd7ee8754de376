"""Measure builds: of a site from nothing, with nothing changed, and after each kind of edit.

    python benchmarks/builds.py [--articles 100 1000 10000] [--rounds 3] [--only title template] [--whole] [--jobs 2]

Makes sites of articles (see corpus.py) in a folder for the time being. In a round a site is built from nothing, built again as
it is, and built after each of five edits: a sentence more in one article, one title, one definition, the template of all
articles, the style sheet. Every build is a process of its own. Times are medians of the rounds; memory is from a round
more (see costs.py). Written is what the published files hold that were not there, as they are, before. The site has what
other generators make: pages, tags, glossary, index, feed, site map. With `--whole` it has cards, sheets of questions and search too.
"""

import argparse
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import corpus
import costs

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {"PYTHONPATH": str(ROOT / "src")}
COMMAND = (sys.executable, "-m", "citewell", "build")
LESS = "leave_out: [cards, questions, search, sources]\n"
"""The setting for what other generators make."""
MADE = ("site", ".citewell", ".site.citewell")
"""What a build leaves: the published tree, the cache, and the trees before."""

_RENDERED = re.compile(r"(\d+) rendered")
Edit = Callable[[Path, int, int], None]


@dataclass(frozen=True)
class Built:
    """One build."""

    cost: costs.Cost
    rendered: int
    written: int  # bytes


def change(file: Path, pattern: str, replacement: str) -> None:
    """Change the first place of a text that a pattern fits."""
    text = file.read_text("utf-8")
    changed = re.sub(pattern, replacement, text, count=1, flags=re.MULTILINE)
    if changed == text:
        raise SystemExit(f"{file} has nothing to change")
    file.write_text(changed, "utf-8")


def _file(site: Path, number: int) -> Path:
    return site / "content/articles" / f"{corpus.slug(number)}.md"


def _nothing(_site: Path, _articles: int, _turn: int) -> None:
    pass


def _from_nothing(site: Path, _articles: int, _turn: int) -> None:
    for name in MADE:
        shutil.rmtree(site / name, ignore_errors=True)


def _paragraph(site: Path, articles: int, turn: int) -> None:
    change(_file(site, articles // 2), r"$(?=\n\n## )", f" A sentence was added in turn {turn}.")


def _title(site: Path, articles: int, turn: int) -> None:
    change(_file(site, articles // 3), r'^title: "(.*)"$', rf'title: "\1, {turn}"')


def _definition(site: Path, articles: int, turn: int) -> None:
    change(
        _file(site, articles // 4),
        r"^    definition: (.*)$",
        rf"    definition: \1 So it was in turn {turn}.",
    )


def _template(site: Path, _articles: int, turn: int) -> None:
    theme(site, "templates/article.html", f"<!-- {turn} -->{{% endblock %}}", "{% endblock %}")


def _style(site: Path, _articles: int, turn: int) -> None:
    theme(site, "static/site.css", f"main {{ --turn: {turn} }}\n")


def theme(site: Path, name: str, new: str, old: str = "") -> None:
    """Put a changed file of the theme into the site: with a new text at its end, or in place of an old one there."""
    (site / name).parent.mkdir(exist_ok=True)
    text = (ROOT / name).read_text("utf-8").rstrip()
    (site / name).write_text(f"{text.removesuffix(old)}{new}\n", "utf-8")


EDITS: dict[str, Edit] = {
    "cold": _from_nothing,
    "unchanged": _nothing,
    "paragraph": _paragraph,
    "title": _title,
    "definition": _definition,
    "template": _template,
    "stylesheet": _style,
}


def build(site: Path, *options: str, look: bool = False) -> Built:
    """Build a site in a process of its own."""
    before = dict(_files(site / "site"))
    cost = costs.run((*COMMAND, *options), site, env=ENVIRONMENT, look=look)
    said = _RENDERED.search(cost.said)
    after = _files(site / "site")
    written = sum(state.st_size for path, state in after if not _same(before.get(path), state))
    return Built(cost, int(said[1]) if said else 0, written)


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), path.stat()


def _same(before: os.stat_result | None, after: os.stat_result) -> bool:
    return before is not None and (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def lay(site: Path, articles: int, *, whole: bool = False) -> None:
    """Write the content of a site that makes what other generators make, or the whole of what it can."""
    corpus.write(site / "content", articles)
    if not whole:
        settings = site / "content/site.yaml"
        settings.write_text(settings.read_text("utf-8") + LESS, "utf-8")


def measure(
    site: Path, articles: int, rounds: int, edits: Mapping[str, Edit], options: Sequence[str]
) -> dict[str, list[Built]]:
    """Build a site after each edit in each round, and once more to look at memory."""
    built: dict[str, list[Built]] = {name: [] for name in edits}
    for turn in range(rounds + 1):
        for name, edit in edits.items():
            edit(site, articles, turn + 1)
            built[name].append(build(site, *options, look=turn == rounds))
    return built


def table(articles: int, built: Mapping[str, list[Built]]) -> Iterator[str]:
    """Give the medians as a table."""
    yield f"| {articles:,} articles | wall s | processor s | peak MB | pages rendered | MB written |"
    yield "| :--- | ---: | ---: | ---: | ---: | ---: |"
    for name, (*timed, looked) in built.items():
        wall = median(one.cost.wall for one in timed)
        processor = median(one.cost.processor for one in timed)
        yield (
            f"| {name} | {wall:.2f} | {processor:.2f} | {looked.cost.memory / 1e6:.0f} "
            f"| {looked.rendered:,} | {looked.written / 1e6:.2f} |"
        )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure builds.")
    parser.add_argument("--articles", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", nargs="+", choices=EDITS, default=list(EDITS), help="to measure beside the first"
    )
    parser.add_argument("--whole", action="store_true", help="with cards, sheets of questions and search")
    parser.add_argument("--jobs", help="handed on to each build")
    given = parser.parse_args()
    edits = {name: edit for name, edit in EDITS.items() if name == "cold" or name in given.only}
    options = ("--jobs", given.jobs) if given.jobs else ()
    for articles in given.articles:
        with TemporaryDirectory() as folder:
            lay(Path(folder), articles, whole=given.whole)
            built = measure(Path(folder), articles, given.rounds, edits, options)
        print(*table(articles, built), "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
