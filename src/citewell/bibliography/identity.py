"""What a source is called and known by: an id in the style of the house, and the numbers that make two records one source."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, count
from string import ascii_lowercase
from typing import Any
from unicodedata import combining, normalize

from citewell.bibliography.read import work_from_csl

_SMALL = frozenset({
    "a", "an", "and", "are", "as", "at", "by", "de", "der", "die", "das", "do", "does", "for", "from", "how",
    "in", "is", "la", "le", "of", "on", "or", "the", "to", "un", "what", "why", "with",
})  # fmt: skip
_MARKUP = re.compile(r"<[^<>]*>")


def new_id(record: Mapping[str, Any], taken: Collection[str] = ()) -> str:
    """Give an id such as `welsh2024minimal`: family name, year and first word of the title; a letter more if it is taken."""
    work = work_from_csl({**record, "id": ""})
    names = work.author or work.editor
    by = (names[0].family or names[0].literal) if names else work.publisher
    words = _words(_MARKUP.sub("", work.title))
    first = next((word for word in words if word not in _SMALL), *words[:1] or ("source",))
    who = "".join(_words(by)) if names and names[0].family else next(iter(_words(by)), "")
    base = f"{who}{work.issued.year if work.issued else ''}{first}"
    wanted = chain(
        [base], (base + letter for letter in ascii_lowercase[1:]), (f"{base}-{n}" for n in count(27))
    )
    return next(id_ for id_ in wanted if id_ not in taken)


def known_by(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the numbers under which registries know a source, in one spelling: DOI, PMID, PMCID, NCT."""
    work = work_from_csl({**record, "id": ""})
    numbers = {"DOI": work.doi, "PMID": work.pmid, "PMCID": work.pmcid, "NCT": work.nct}
    return ((kind, number.lower()) for kind, number in numbers.items() if number)


def _words(text: str) -> list[str]:
    plain = "".join(sign for sign in normalize("NFKD", text) if not combining(sign))
    return re.findall(r"[^\W_]+", plain.replace("\u2019", "").replace("'", "").lower())
