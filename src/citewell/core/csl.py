"""One cited work, as CSL-JSON describes it.

Source: Citation Style Language 1.0.2, https://docs.citationstyles.org/en/stable/specification.html (appendices III and IV).
Only the variables that explainers use have a field of their own.
"""

from typing import Literal

from msgspec import Struct, msgpack


class Name(Struct, frozen=True, array_like=True):
    """A person (`family`, `given` ...) or an organisation (`literal`)."""

    family: str = ""
    given: str = ""
    suffix: str = ""
    particle: str = ""  # CSL's non-dropping particle: "van", "de la"
    literal: str = ""


class Date(Struct, frozen=True, array_like=True):
    """A date as exact as it is known: a year, a year and month, or a day."""

    year: int
    month: int | None = None
    day: int | None = None


class Work(Struct, frozen=True, array_like=True):
    """A cited work. Text fields may hold the inline markup that CSL allows: `<i> <b> <sub> <sup>`."""

    id: str
    type: str  # a CSL type: article-journal, article (preprint), book, chapter, report, webpage, legislation ...
    title: str = ""
    author: tuple[Name, ...] = ()
    editor: tuple[Name, ...] = ()
    container_title: str = ""
    container_title_short: str = ""
    collection_title: str = ""
    publisher: str = ""
    publisher_place: str = ""
    edition: str = ""
    version: str = ""
    volume: str = ""
    issue: str = ""
    page: str = ""
    number: str = ""
    genre: str = ""
    medium: str = ""
    authority: str = ""
    section: str = ""
    event_title: str = ""
    archive: str = ""
    issued: Date | None = None
    accessed: Date | None = None
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    nct: str = ""  # a trial's registry number (ClinicalTrials.gov)
    url: str = ""


class Run(Struct, frozen=True, array_like=True):
    """A stretch of a formatted reference: plain text in one style, perhaps a link. Never markup."""

    text: str
    style: Literal["", "i", "b", "sub", "sup"] = ""
    url: str = ""


_ENCODER, _DECODER = msgpack.Encoder(), msgpack.Decoder(Work)


def encode_work(work: Work) -> bytes:
    """Give a work as bytes, the same for equal ones."""
    return _ENCODER.encode(work)


def decode_work(data: bytes) -> Work:
    """Give the work that was encoded."""
    return _DECODER.decode(data)
