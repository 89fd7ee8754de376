"""A small site that uses every part of the language, as a value that can be edited and laid out as files.

Links to pages and terms that an edit takes away are laid out as plain words, so that an edit leaves no error.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Any

import yaml

from citewell.io.publish.tree import MANIFEST
from citewell.theme import theme_root

Tree = dict[str, bytes]
"""The files of a site by path: `content/…`, `templates/…`, `static/…`."""

TERMS = (
    "Vesicle",
    "Donor",
    "Cargo",
    "Marker",
    "Signal",
    "Tissue",
    "Batch",
    "Label",
    "Trial",
    "Dose",
    "Growth",
)

WORDS = (
    *(term.lower() for term in TERMS),
    "the",
    "each",
    "some",
    "vesicles",
    "donors",
    "is",
    "was",
    "with",
    "small",
    "early",
)

_PAGE_LINK = re.compile(r"\[([^\]]+)\]\(([\w-]+)\.md(#[\w-]+)?\)")
_TERM_LINK = re.compile(r"\[([^\]]+)\]\(term:([\w-]+)\)")
_CITED = re.compile(r"@([\w-]+)")


@dataclass
class Page:
    """A page before its links are weighed: front matter that edits know by name, the rest of it, and the body."""

    title: str
    parent: str = ""
    companions: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    terms: dict[str, str] = field(default_factory=dict)
    draft: bool = False
    lists_sources: bool = False
    keys: dict[str, Any] = field(default_factory=dict)
    body: list[str] = field(default_factory=list)


@dataclass
class Sample:
    """A site: its settings, pages by name, the library by id, and every other file by path."""

    settings: dict[str, Any]
    pages: dict[str, Page]
    library: dict[str, dict[str, Any]]
    files: Tree

    def published(self) -> list[str]:
        return [name for name, page in self.pages.items() if not page.draft]

    def tree(self) -> Tree:
        menus = {
            key: [link for link in self.settings[key] if link.get("page") in {None, *self.published()}]
            for key in ("navigation", "trust")
        }
        return {
            **self.files,
            "content/site.yaml": _yaml(self.settings | menus).encode(),
            "content/sources.json": json.dumps(list(self.library.values())).encode(),
            **{f"content/articles/{name}.md": self._text(page).encode() for name, page in self.pages.items()},
        }

    def _text(self, page: Page) -> str:
        live = self.published()
        matter: dict[str, Any] = {"title": page.title, **page.keys}
        if page.parent in live:
            matter["parent"] = page.parent
        companions = {name: because for name, because in page.companions.items() if name in live}
        matter["companions"] = [
            {"page": name, "because": because} if because else {"page": name}
            for name, because in companions.items()
        ]
        matter["terms"] = [
            {"term": term, "also": [f"{term.lower()}s"], "definition": definition}
            for term, definition in page.terms.items()
        ]
        matter |= {"tags": page.tags, "aliases": page.aliases, "draft": page.draft}
        text = "\n\n".join(page.body)
        if page.lists_sources:
            matter["citations"] = list(dict.fromkeys(_CITED.findall(str(matter) + text)))
        filled = {key: value for key, value in matter.items() if value not in ([], "", False)}
        return self._alive(f"---\n{_yaml(filled)}---\n\n{text}\n")

    def _alive(self, text: str) -> str:
        live = self.published()
        terms = {term.lower() for name in live for term in self.pages[name].terms}
        text = _PAGE_LINK.sub(lambda link: link[0] if link[2] in live else link[1], text)
        return _TERM_LINK.sub(lambda link: link[0] if link[2] in terms else link[1], text)


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)


def sentence(rng: Random) -> str:
    return " ".join(rng.choices(WORDS, k=8)).capitalize() + "."


def picture(width: int) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="8"><path d="M0 0h{width}v8z"/></svg>'
    ).encode()


def theme_template(name: str, look: str) -> bytes:
    """Give a template of the theme with a visible change."""
    text = (theme_root() / "templates" / name).read_text("utf-8")
    end = "</body>" if name == "base.html" else "{% endblock %}"
    assert text.count(end) == 1
    return text.replace(end, f"<p>{look}</p>\n{end}").encode()


def work(number: int, title: str) -> dict[str, Any]:
    return {
        "id": f"work{number}",
        "type": "article-journal",
        "title": title,
        "author": [{"family": f"Author{number}", "given": "Ada"}],
        "container-title": "Journal of Small Things",
        "volume": str(number),
        "page": "10-19",
        "issued": {"date-parts": [[2010 + number % 16]]},
        "DOI": f"10.1234/work.{number}",
    }


def sample() -> Sample:
    """Give the site before the first edit."""
    reviewed = {"on": "2026-05-01", "by": "The editors", "role": "Editorial review"}
    pages = {
        "map": Page(
            title="Where research is heading",
            keys={
                "kind": "hub",
                "dek": "The *whole* map.",
                "kicker": "Start here",
                "published": "2026-01-02",
            },
            body=[
                "The way from a cell to a product is long [@work1]. Begin with [vesicles](vesicles.md#proof).",
                "## What is proven {#proof}",
                "A donor gives blood, and a batch has a label.",
            ],
        ),
        "vesicles": Page(
            title="Vesicles: a *careful* look",
            parent="map",
            companions={"donors": "who gives the cells", "trials": ""},
            tags=["biology", "early research"],
            aliases=["/small-things/"],
            terms={
                "Vesicle": "A small sac that a cell releases [@work2]. It carries *cargo*.",
                "Cargo": "What it holds.",
            },
            lists_sources=True,
            keys={
                "dek": "What they are, and what is known.",
                "kicker": "A research story",
                "published": "2026-01-05",
                "updated": "2026-03-01",
                "reviewed": reviewed,
                "pipeline": {
                    "title": "From cell to product",
                    "steps": [
                        {
                            "name": f"Step {number}",
                            "means": "A donor gives cells [@work3].",
                            "proof": "The batch is the same each time.",
                            "question": "Whose cells are these?",
                        }
                        for number in (1, 2)
                    ],
                },
                "checklist": [{"ask": "Was it tried in people?", "why": "A dish is no patient [@work1]."}],
                "faq": [
                    {
                        "question": "Is a vesicle a cell?",
                        "answer": "No; see [the donors](donors.md) [@work4].",
                    }
                ],
            },
            body=[
                "Every vesicle has cargo [@work2; @work1, p. 12]. See [the map](map.md) and [donors](donors.md#proof).",
                "Here is [the way of a trial](trials.md).[^1]",
                "[^1]: A note that cites [@work5].",
                "## In plain English {#proof}",
                "::: terms\n:::",
                "A [sac](term:vesicle) is small; [cargo]{.plain} is smaller.",
                "::: shows\n- shows: cargo reaches tissue\n- does not show: that it heals\n:::",
                "::: note On names\nSome papers say *exosome*.\n:::",
                "![A sac with cargo](../images/sac.svg)",
                "## The steps",
                "::: pipeline\n:::",
                '### One strand {label="Defined products"}',
                "| what | when |\n| --- | --- |\n| dose | later |",
                '### Another strand {label="Undefined ones"}',
                "- **Unknown.** The dose, and why.\n- **Known.** The donor.",
            ],
        ),
        "donors": Page(
            title="Who gives the cells?",
            parent="map",
            companions={"vesicles": "what the cells release"},
            tags=["people"],
            terms={"Donor": "A person who gives blood or tissue."},
            keys={"dek": "About donors.", "published": "2026-02-01"},
            body=[
                "A donor is a person [@work6]. Blood holds [vesicles](vesicles.md).",
                "## Checks {#proof}",
                "Each batch is compared with the one before.",
            ],
        ),
        "trials": Page(
            title="The way of a trial",
            parent="donors",
            tags=["early research", "people"],
            keys={"kind": "guide", "dek": "From dish to people.", "updated": "2026-02-03"},
            body=[
                "A trial has a dose [@work3]. [Vesicles](vesicles.md#proof) may carry it.",
                "## What counts {#proof}",
                "::: key\nThe same word, two things: marker and signal.\n:::",
            ],
        ),
        "labels": Page(
            title="What a label says",
            parent="map",
            lists_sources=True,
            keys={
                "dek": "Words on a vial.",
                "reviewed": reviewed | {"every": "1 year"},
            },
            body=[
                "The vial has a label [@work7].",
                "## In words {#proof}",
                "::: warning\nA label is no proof [@work7, p. 3].\n:::",
                "::: editors-read\nWe read the data with care.\n:::",
            ],
        ),
        "methods": Page(
            title="How we work",
            keys={"kind": "policy"},
            body=[
                "We compare [what counts](trials.md#proof).",
                "## Rules {#proof}",
                "Every marker is named.",
            ],
        ),
        "choosing": Page(
            title="How sources are chosen",
            parent="methods",
            keys={"kind": "policy", "slug": "sources", "published": "2026-02-05"},
            body=["With care [@work9].", "## Rules {#proof}", "A label is read twice."],
        ),
        "coming": Page(
            title="Not yet open",
            parent="map",
            draft=True,
            tags=["people"],
            terms={"Tissue": "Cells of one kind together."},
            body=["Tissue grows [@work8]. See [donors](donors.md).", "## Later {#proof}", "After the trial."],
        ),
        "children": Page(
            title="Growth in children",
            parent="trials",
            companions={"trials": "the way of a trial"},
            keys={"dek": "A page below an article.", "published": "2026-04-01"},
            body=["Growth is measured.", "## Early signs {#proof}", "A marker is no result [@work2]."],
        ),
    }
    return Sample(
        settings={
            "title": "A Guide",
            "tagline": "What is known so far.",
            "base_url": "https://guide.example/",
            "organisation": {"name": "The Guide", "url": "https://guide.example/about"},
            "editors": [{"name": "The editors", "role": "Editorial review"}],
            "navigation": [{"label": "The map", "page": "map"}, {"label": "Glossary", "path": "/glossary/"}],
            "trust": [{"label": "How we work", "page": "methods"}],
            "licence": {"name": "CC BY 4.0"},
            "review": "6 months",
            "citation_style": "vancouver",
        },
        pages=pages,
        library={
            entry["id"]: entry
            for entry in (work(number, f"A study of part {number}") for number in range(1, 10))
        },
        files={
            "content/images/sac.svg": picture(12),
            "content/images/spare.svg": picture(3),
            "static/site.css": b"body { background: url(ground.svg) }\n",
            "static/ground.svg": picture(5),
            "templates/base.html": theme_template("base.html", "Look 0"),
        },
    )


def lay(root: Path, tree: Tree) -> None:
    """Make the site folder hold exactly these files, beside the cache and the published site."""
    for folder in ("content", "templates", "static", "blocks"):
        for file in (root / folder).rglob("*"):
            if file.is_file() and file.relative_to(root).as_posix() not in tree:
                file.unlink()
    for path, data in tree.items():
        file = root / path
        if not (file.is_file() and file.read_bytes() == data):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


def read(folder: Path) -> Tree:
    """Give the files of a folder by path."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def published(site: Path) -> Tree:
    """Give the published files, but for what stays a while of the tree before, for readers who have its pages open."""
    tree = read(site)
    if MANIFEST not in tree:  # nothing was published
        return tree
    manifest = json.loads(tree[MANIFEST])
    stayed = manifest.pop("former")
    tree[MANIFEST] = json.dumps(manifest).encode()
    return {path: data for path, data in tree.items() if path not in stayed}


def forget(root: Path) -> None:
    """Remove the cache and the published site."""
    for folder in (".citewell", "site", ".site.citewell"):
        rmtree(root / folder, ignore_errors=True)
