"""Front-matter shapes as Pydantic models: the one definition of what editors may write."""

from typing import Annotated, Any, Literal, Union

from pydantic import AfterValidator, BaseModel, Discriminator, Field, Tag

from citewell.bibliography.identifiers import url_fault
from citewell.parse.fields import (
    Day,
    Emphasis,
    Interval,
    Paragraphs,
    Plain,
    Shape,
    TagName,
    as_element,
    as_path,
    as_slug,
    identifier,
)
from citewell.parse.source_shape import CslShape


class CompanionShape(Shape):
    """A page to read next, and why."""

    page: Plain
    because: Emphasis | None = None


class ReviewShape(Shape):
    """Who looked the page over, and when."""

    on: Day
    by: Plain | None = None
    role: Plain | None = None
    every: Interval | None = None


class TermShape(Shape):
    """A term of the glossary."""

    term: Plain
    also: list[Plain] = Field(default_factory=list)
    definition: Paragraphs


def _is_record(value: Any) -> str:
    return "record" if isinstance(value, dict | BaseModel) else "id"


CitationShape = Annotated[
    Union[Annotated[CslShape, Tag("record")], Annotated[Plain, Tag("id")]],  # type: ignore[valid-type]  # noqa: UP007
    Discriminator(_is_record),
]


class FrontMatter(Shape):
    """The keys that every page may have. Blocks add theirs."""

    title: Emphasis
    dek: Emphasis | None = None
    kicker: Emphasis | None = None
    kind: Literal["article", "hub", "guide", "policy"] = "article"
    slug: Annotated[str, AfterValidator(as_slug)] | None = None
    parent: Plain | None = None
    companions: list[CompanionShape] = Field(default_factory=list)
    published: Day | None = None
    updated: Day | None = None
    reviewed: ReviewShape | None = None
    tags: list[TagName] = Field(default_factory=list)
    draft: bool = False
    aliases: list[Annotated[str, AfterValidator(as_path)]] = Field(default_factory=list)
    citations: list[CitationShape] | None = None


# -- the site ----------------------------------------------------------------------------------------------------


class MenuItemShape(Shape):
    """A link: its words, and a page by name or a path of the site."""

    label: Plain
    page: Plain | None = None
    path: Annotated[str, AfterValidator(as_path)] | None = None


class OrganisationShape(Shape):
    """Who publishes the site."""

    name: Plain
    url: Annotated[str, identifier("site/bad-url", url_fault)] | None = None


class EditorShape(Shape):
    """Who answers for the pages."""

    name: Plain
    role: Plain | None = None


class LicenceShape(Shape):
    """The terms of use of the text."""

    name: Plain
    url: Annotated[str, identifier("site/bad-url", url_fault)] | None = None


class SiteShape(Shape):
    """The keys of `content/site.yaml`."""

    title: Plain
    tagline: Plain | None = None
    intro: Plain | None = None
    base_url: Annotated[str, identifier("site/bad-url", url_fault)]
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    organisation: OrganisationShape | None = None
    editors: list[EditorShape] = Field(default_factory=list)
    navigation: Annotated[list[MenuItemShape], Field(max_length=4)] = Field(default_factory=list)
    trust: list[MenuItemShape] = Field(default_factory=list)
    licence: LicenceShape | None = None
    review: Interval = "6 months"
    citation_style: Literal["vancouver", "ama", "apa"] = "vancouver"
    severity: dict[str, Literal["error", "warning"]] = Field(default_factory=dict)
    html: list[Annotated[str, AfterValidator(as_element)]] = Field(default_factory=list)
