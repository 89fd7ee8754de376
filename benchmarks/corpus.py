"""Write a site of any number of articles, each with all the parts that an article can have; the same seed, the same bytes.

    python benchmarks/corpus.py FOLDER [--articles 1000] [--seed 7]

An article has about 3,000 words (22 KB): nine sections, six terms, a pipeline of eight steps, a checklist, questions and
answers, eight sources of its own cited fifteen times, links to six other articles and three companions. The words mean nothing.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "wo",
    "ka",
    "le",
    "mo",
    "nu",
)
_SECTIONS = 9
_SETTINGS = """title: A site to measure with
base_url: https://example.org/
"""


class _Words:
    """Sentences that are made of drawn words."""

    def __init__(self, seed: str) -> None:
        self.draw = random.Random(seed)  # noqa: S311 -- drawn to be the same again, not to be secret

    def word(self) -> str:
        return "".join(self.draw.choices(_SYLLABLES, k=self.draw.randint(1, 4)))

    def sentence(self, words: int = 14) -> str:
        text = " ".join(self.word() for _ in range(words))
        return f"{text[0].upper()}{text[1:]}."

    def text(self, sentences: int) -> str:
        return " ".join(self.sentence() for _ in range(sentences))


def slug(number: int) -> str:
    """Give the name of an article's page."""
    return f"article-{number:05}"


def article(number: int, articles: int, seed: int) -> str:
    """Give the text of one article. It depends on the arguments only."""
    words = _Words(f"{seed}/{number}")
    matter = _matter(number, articles, words)
    # Two steps that are no divisors of each other: every article is linked from elsewhere.
    linked = dict.fromkeys((number * 7 + step * step + 1) % articles for step in range(6))
    targets = [slug(other) for other in linked if other != number]
    terms = [term["term"] for term in matter["terms"]]
    return f"---\n{json_lines(matter)}---\n\n{_body(number, targets, terms, words)}"


def json_lines(matter: dict[str, Any]) -> str:
    """Give front matter with a key a line; what JSON writes is YAML too."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in matter.items())


def _matter(number: int, articles: int, words: _Words) -> dict[str, Any]:
    companions = [number ^ bit for bit in (1, 2, 4) if number ^ bit < articles]  # each names the other
    return {
        "title": f"Article {number}: {words.sentence(5)[:-1]}",
        "dek": words.sentence(18),
        "published": f"20{10 + number % 15}-0{1 + number % 9}-1{number % 9}",
        "tags": [f"tag {number % 40}", f"tag {(number + 13) % 40}"],
        "companions": [{"page": slug(other), "because": words.sentence(8)} for other in companions],
        "terms": [
            {"term": f"{words.word()}{number} {words.word()}{at}", "definition": words.sentence()}
            for at in range(6)
        ],
        "pipeline": {
            "steps": [
                {
                    "name": words.sentence(3)[:-1],
                    "means": words.sentence(),
                    "proof": words.sentence(),
                    "question": words.sentence(),
                }
                for _ in range(8)
            ]
        },
        "checklist": [{"ask": words.sentence(), "why": words.sentence()} for _ in range(10)],
        "faq": [{"question": words.sentence(9), "answer": words.text(3)} for _ in range(5)],
        "citations": [
            {
                "id": f"c{number}-{at}",
                "type": "article-journal",
                "title": f"{words.sentence(9)[:-1]} {number}",
                "author": [{"family": words.word().title(), "given": "A"} for _ in range(3)],
                "container-title": words.sentence(3)[:-1],
                "issued": str(2008 + at),
            }
            for at in range(8)
        ],
    }


def _body(number: int, targets: list[str], terms: list[str], words: _Words) -> str:
    sections = (_section(number, at, targets, terms, words) for at in range(_SECTIONS))
    return "\n\n".join("\n\n".join(section) for section in sections) + "\n"


def _section(number: int, at: int, targets: list[str], terms: list[str], words: _Words) -> Iterator[str]:
    if at:
        yield f"## {words.sentence(6)[:-1]}"
    yield f"**{words.word()}** {words.text(4)} [@c{number}-{at % 8}]"
    if at < len(targets):
        yield f"{words.text(1)} The read on [{words.word()}]({targets[at]}.md) goes on. [@c{number}-{(at + 3) % 8}]"
    if at < len(terms):
        yield f"{words.text(2)} It is called {terms[at]} there. {words.text(1)}"
    if at % 3 == 1:
        yield "\n".join(f"- **{words.word()}.** {words.sentence(10)}" for _ in range(5))
    yield words.text(4)


def write(folder: Path, articles: int, seed: int = 7) -> None:
    """Write the content of a site into a folder."""
    (folder / "articles").mkdir(parents=True)
    (folder / "site.yaml").write_text(_SETTINGS, encoding="utf-8")
    for number in range(articles):
        file = folder / "articles" / f"{slug(number)}.md"
        file.write_text(article(number, articles, seed), encoding="utf-8")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Write a site to measure with.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    write(given.folder / "content", given.articles, given.seed)


if __name__ == "__main__":
    main()
