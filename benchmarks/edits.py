"""Edit a site at random, build it after each edit, and hold it against the same site built from nothing, byte for byte.

    python benchmarks/edits.py [--articles 1000] [--edits 50] [--every 10] [--seed 1] [--whole]

Each kind of edit has its turn before one comes again. An edit leaves the site without errors: links to an article that is
deleted or renamed are mended, as an editor would. After every tenth build and after the last the site is built from nothing
in another folder. Files of the tree before, which stay for readers who have its pages open, are left out. The exit status
is 1 where the two differ.
"""

import argparse
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import builds
import corpus

from citewell.io.publish.tree import MANIFEST


@dataclass
class Site:
    """A site that is edited."""

    folder: Path
    articles: int  # as many as were ever written
    draw: Random
    step: int = 0
    there: list[str] = field(default_factory=list)  # names of the articles

    def file(self, name: str) -> Path:
        """Give the file of an article."""
        return self.folder / "content/articles" / f"{name}.md"

    def any(self) -> str:
        """Draw an article."""
        return self.draw.choice(self.there)

    def change(self, pattern: str, replacement: str) -> None:
        """Change an article that is drawn."""
        builds.change(self.file(self.any()), pattern, replacement)

    def mend(self, gone: str, name: str | None) -> None:
        """Let all links to an article lead to another, and to that name its companions, if there is one."""
        companion = rf"^  - page: {gone}\n"
        for other in self.there:
            text = self.file(other).read_text("utf-8")
            mended = re.sub(companion, f"  - page: {name}\n" if name else "", text, flags=re.MULTILINE)
            mended = mended.replace(f"]({gone}.md)", f"]({name or self._other(other)}.md)")
            if mended != text:
                self.file(other).write_text(mended.replace("\ncompanions:\nterms:", "\nterms:"), "utf-8")

    def _other(self, name: str) -> str:
        return next(other for other in self.there if other != name)


def _paragraph(site: Site) -> None:
    site.change(r"$(?=\n\n## )", f" A sentence was added in step {site.step}.")


def _title(site: Site) -> None:
    site.change(r'^title: "(.*)"$', rf'title: "\1, {site.step}"')


def _definition(site: Site) -> None:
    site.change(r"^    definition: (.*)$", rf"    definition: \1 So it was in step {site.step}.")


def _term(site: Site) -> None:
    site.change(r"^  - term: (.*)$", rf"  - term: \1 {site.step}")


def _source(site: Site) -> None:
    site.change(r"^    issued: .*$", f"    issued: {1900 + site.step}")


def _day(site: Site) -> None:
    site.change(r"^published: .*$", f"published: 2026-01-{1 + site.step % 28:02}")


def _tags(site: Site) -> None:
    site.change(r"^tags: \[.*\]$", f"tags: [step {site.step}, water]")


def _alias(site: Site) -> None:
    site.change(r"^kicker: ", f"aliases: [/former-{site.step}/]\nkicker: ")


def _heading(site: Site) -> None:
    site.change(r"^## (.*)$", rf"## \1 in step {site.step}")


def _new(site: Site) -> None:
    text = corpus.article(site.articles, site.articles + 1, seed=site.step)
    text = re.sub(r"^companions:\n(?:  - .*\n)+", "", text, flags=re.MULTILINE)
    name = corpus.slug(site.articles)
    linked = re.sub(r"\]\([\w-]+\.md\)", lambda _: f"]({site.any()}.md)", text)
    site.file(name).write_text(linked, "utf-8")
    builds.change(site.file(site.any()), r"$(?=\n\n## )", f" See [this]({name}.md).")
    site.there.append(name)
    site.articles += 1


def _deleted(site: Site) -> None:
    gone = site.any()
    site.file(gone).unlink()
    site.there.remove(gone)
    site.mend(gone, None)


def _renamed(site: Site) -> None:
    former, name = site.any(), f"renamed-{site.step}"
    site.file(former).rename(site.file(name))
    site.there[site.there.index(former)] = name
    site.mend(former, name)


def _companion(site: Site) -> None:
    one, other = site.draw.sample(site.there, 2)
    for here, there in ((one, other), (other, one)):
        text = site.file(here).read_text("utf-8")
        if f"  - page: {there}\n" not in text:
            matter = (
                text
                if "\ncompanions:\n" in text
                else text.replace("\nterms:\n", "\ncompanions:\nterms:\n", 1)
            )
            added = matter.replace("\ncompanions:\n", f"\ncompanions:\n  - page: {there}\n", 1)
            site.file(here).write_text(added, "utf-8")


def _template(site: Site) -> None:
    builds.theme(
        site.folder, "templates/article.html", f"<!-- {site.step} -->{{% endblock %}}", "{% endblock %}"
    )


def _style(site: Site) -> None:
    builds.theme(site.folder, "static/site.css", f"main {{ --step: {site.step} }}\n")


def _setting(site: Site) -> None:
    key = site.draw.choice(("title", "tagline"))
    builds.change(site.folder / "content/site.yaml", rf"^{key}: .*$", f"{key}: A site in step {site.step}")


def _citation_style(site: Site) -> None:
    settings = site.folder / "content/site.yaml"
    text = re.sub(r"^citation_style: .*\n", "", settings.read_text("utf-8"), flags=re.MULTILINE)
    settings.write_text(f"{text}citation_style: {site.draw.choice(('vancouver', 'ama', 'apa'))}\n", "utf-8")


EDITS: tuple[Callable[[Site], None], ...] = (
    *(
        _paragraph,
        _title,
        _definition,
        _term,
        _source,
        _day,
        _tags,
        _alias,
        _heading,
        _new,
        _deleted,
        _renamed,
    ),
    *(_companion, _template, _style, _setting, _citation_style),
)


def drawn(draw: Random) -> Iterator[Callable[[Site], None]]:
    """Draw edits without end, each kind once before one comes again."""
    while True:
        yield from draw.sample(EDITS, len(EDITS))


def published(site: Path) -> dict[str, bytes]:
    """Give the published files, without those that stay for a while of the tree before."""
    files = {
        path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()
    }
    manifest = json.loads(files[MANIFEST])
    former = manifest.pop("former")
    files[MANIFEST] = json.dumps(manifest).encode()
    return {path: data for path, data in files.items() if path not in former}


def differing(site: Path, anew: Path) -> list[str]:
    """Build the site from nothing in another folder, and give the paths of the files that differ."""
    shutil.rmtree(anew, ignore_errors=True)
    shutil.copytree(site, anew, ignore=shutil.ignore_patterns(*builds.MADE))
    builds.build(anew)
    one, other = published(site / "site"), published(anew / "site")
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def run(site: Site, edits: int, every: int) -> bool:
    """Edit and build; tell whether all was the same."""
    builds.build(site.folder)
    is_same = True
    for step, edit in enumerate(islice(drawn(site.draw), edits), 1):
        site.step = step
        edit(site)
        start = perf_counter()
        built = builds.build(site.folder)
        name = edit.__name__.strip("_").replace("_", " ")
        line = f"{step:3} {name:15} {built.rendered:6,} pages rendered in {perf_counter() - start:.2f} s"
        if step % every == 0 or step == edits:
            found = differing(site.folder, site.folder.with_name("anew"))
            is_same = is_same and not found
            line += (
                f"; {len(found)} files differ: {', '.join(found[:5])}"
                if found
                else "; the same as built from nothing"
            )
        print(line, flush=True)
    return is_same


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Compare builds after edits with builds from nothing.")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--edits", type=int, default=50)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", action="store_true", help="with cards, sheets of questions and search")
    given = parser.parse_args()
    draw = Random(given.seed)  # noqa: S311 -- drawn to be the same again, not to be secret
    with TemporaryDirectory() as folder:
        names = [corpus.slug(number) for number in range(given.articles)]
        site = Site(Path(folder) / "site", given.articles, draw, there=names)
        builds.lay(site.folder, given.articles, whole=given.whole)
        is_same = run(site, given.edits, given.every)
    return 0 if is_same else 1


if __name__ == "__main__":
    raise SystemExit(main())
