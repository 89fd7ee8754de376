"""Front-matter shapes as Pydantic models: the one definition of what editors may write."""

from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, GetJsonSchemaHandler, Tag, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from citewell.bibliography.identifiers import url_fault
from citewell.parse.fields import (
    WEB_ADDRESS,
    Day,
    Element,
    Emphasis,
    Interval,
    Paragraphs,
    Plain,
    Shape,
    SitePath,
    Slug,
    TagName,
    identifier,
    no_entries,
)
from citewell.parse.source_shape import CslShape, unless_sound


class CompanionShape(Shape):
    """A page to read next, and why."""

    page: Plain = Field(
        description="The page to read next, by its file's name without `.md`.", examples=["sugar"]
    )
    because: Emphasis | None = Field(
        None,
        description="Why to read it, in one sentence. Text with emphasis.",
        examples=["The other white powder."],
    )


class ReviewShape(Shape):
    """Who looked the page over, and when."""

    on: Day = Field(description="The day of the review.", examples=["2026-11-22"])
    by: Plain | None = Field(None, description="Who looked the page over.", examples=["The editors"])
    role: Plain | None = Field(None, description="In what role they did.", examples=["Editorial review"])
    every: Interval | None = Field(
        None,
        description="How long this review holds: after it the next look is due. Default: `review` in the settings.",
        examples=["6 months", "1 year"],
    )


_Name = Annotated[Plain, Field(max_length=100)]  # it is looked for at every word of every page


class TermShape(Shape):
    """A term of the glossary."""

    term: _Name = Field(description="The word that is explained.", examples=["extracellular vesicle"])
    also: list[_Name] = Field(
        default_factory=no_entries,
        description="Other forms of the word: plurals, short forms. One with capitals inside (`EV`) must match exactly.",
        examples=[["extracellular vesicles", "EV"]],
    )
    definition: Paragraphs = Field(
        description="What it means, in plain words. Paragraphs; two pages may define a term only word for word alike.",
        examples=["A tiny sac with a skin of fat. Cells make them to carry things."],
    )


def _is_record(value: Any) -> str:
    return "record" if isinstance(value, dict | BaseModel) else "id"


class _Late:
    """Has a model check what is not plainly sound, and be made ready only then: of its hundred keys most sites need none."""

    def __get_pydantic_core_schema__(self, model: type[BaseModel], _handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: unless_sound(value, model.model_validate), metadata={"model": model}
        )

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(TypeAdapter(core["metadata"]["model"]).core_schema)


CitationShape = Annotated[
    Union[Annotated[CslShape, _Late(), Tag("record")], Annotated[Plain, Tag("id")]],  # type: ignore[valid-type]  # noqa: UP007
    Discriminator(_is_record),
]
"""An id, or a record: a dict as it was written, or a `CslShape`."""


class FrontMatter(Shape):
    """The keys that every page may have. Blocks add theirs."""

    title: Emphasis = Field(
        description="The title of the page. Text with emphasis.", examples=["Does salt raise blood pressure?"]
    )
    dek: Emphasis | None = Field(
        None,
        description="One or two sentences under the title. Text with emphasis.",
        examples=["What trials have shown."],
    )
    kicker: Emphasis | None = Field(
        None, description="A line above the title. Text with emphasis.", examples=["A research story"]
    )
    kind: Literal["article", "hub", "guide", "policy"] = Field(
        "article", description="What kind of page it is. A `hub` lists its child pages.", examples=["hub"]
    )
    slug: Slug | None = Field(
        None, description="The last part of the address. Default: the file's name.", examples=["salt"]
    )
    parent: Plain | None = Field(
        None, description="The page above this one, by its file's name without `.md`.", examples=["the-map"]
    )
    companions: list[CompanionShape] = Field(
        default_factory=no_entries,
        description="Pages to read next. Each should name this one among its own companions.",
        examples=[[{"page": "sugar", "because": "The other white powder."}]],
    )
    published: Day | None = Field(
        None, description="The day on which the page was first published.", examples=["2026-11-22"]
    )
    updated: Day | None = Field(
        None, description="The day on which what the page says was last changed.", examples=["2026-11-22"]
    )
    reviewed: ReviewShape | None = Field(
        None,
        description="Who looked the page over, when, and after how long the next look is due.",
        examples=[{"on": "2026-11-22", "by": "The editors", "role": "Editorial review", "every": "6 months"}],
    )
    tags: list[TagName] = Field(
        default_factory=no_entries,
        description="Words under which the page is listed.",
        examples=[["diet", "heart"]],
    )
    draft: bool = Field(default=False, description="A draft is checked and not published.", examples=[True])
    aliases: list[SitePath] = Field(
        default_factory=no_entries,
        description="Old paths of the page, which lead here.",
        examples=[["/sodium/"]],
    )
    citations: list[CitationShape] | None = Field(
        None,
        description=(
            "What the page cites: ids of the shared library, or whole records. "
            "Without it the page may cite any entry of the library."
        ),
        examples=[["he2013salt"]],
    )


# -- the site ----------------------------------------------------------------------------------------------------

_Url = Annotated[str, identifier("site/bad-url", url_fault), WEB_ADDRESS]


def base_url_fault(text: str) -> str | None:
    """What is wrong with the address of a site, or nothing."""
    unending = f"`{text}` holds `?` or `#`, and no page could lie below it: write it as in `https://example.org/guide/`"
    return url_fault(text) or (unending if {"?", "#"} & set(text) else None)


_BaseUrl = Annotated[str, identifier("site/bad-url", base_url_fault), WEB_ADDRESS]


class MenuItemShape(Shape):
    """A link: its words, and a page by name or a path of the site."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["page"]}, {"required": ["path"]}]})

    label: Plain = Field(description="The words of the link.", examples=["Glossary"])
    page: Plain | None = Field(
        None, description="The page it leads to, by its file's name without `.md`.", examples=["methodology"]
    )
    path: SitePath | None = Field(
        None,
        description="The path of the site that it leads to, in place of `page`.",
        examples=["/glossary/"],
    )


class OrganisationShape(Shape):
    """Who publishes the site."""

    name: Plain = Field(description="The name of the organisation.", examples=["An Institute"])
    url: _Url | None = Field(
        None, description="The organisation's own site.", examples=["https://example.org/"]
    )


class EditorShape(Shape):
    """Who answers for the pages."""

    name: Plain = Field(description="The name of a person or a group.", examples=["The editors"])
    role: Plain | None = Field(None, description="What they do.", examples=["Editorial review"])


class LicenceShape(Shape):
    """The terms of use of the text."""

    name: Plain = Field(description="The name of the licence.", examples=["CC BY 4.0"])
    url: _Url | None = Field(
        None,
        description="Where the licence can be read.",
        examples=["https://creativecommons.org/licenses/by/4.0/"],
    )


class SiteShape(Shape):
    """The keys of `content/site.yaml`."""

    title: Plain = Field(description="The name of the site.", examples=["The Cell Evidence Guide"])
    tagline: Plain | None = Field(
        None, description="One sentence on what the site is for.", examples=["What is known so far."]
    )
    intro: Plain | None = Field(
        None,
        description="A paragraph at the top of the home page.",
        examples=["Each numbered mark leads to its source."],
    )
    base_url: _BaseUrl = Field(
        description="The public address of the site, with or without a path.",
        examples=["https://example.org/guide/"],
    )
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = Field(
        "en", description="The language of the text, as a BCP 47 code.", examples=["de"]
    )
    organisation: OrganisationShape | None = Field(
        None,
        description="Who publishes the site. Default: the title of the site.",
        examples=[{"name": "An Institute", "url": "https://example.org/"}],
    )
    editors: list[EditorShape] = Field(
        default_factory=no_entries,
        description="Who answers for the pages.",
        examples=[[{"name": "The editors", "role": "Editorial review"}]],
    )
    navigation: Annotated[list[MenuItemShape], Field(max_length=4)] = Field(
        default_factory=no_entries,
        description="Links at the head of every page: four at most.",
        examples=[[{"label": "Glossary", "path": "/glossary/"}]],
    )
    trust: list[MenuItemShape] = Field(
        default_factory=no_entries,
        description="Links at the foot of every page: who stands behind it, and how it is made.",
        examples=[[{"label": "Methods", "page": "methodology"}]],
    )
    licence: LicenceShape | None = Field(
        None, description="The terms of use of the text.", examples=[{"name": "CC BY 4.0"}]
    )
    review: Interval = Field("6 months", description="How long a review holds.", examples=["1 year"])
    citation_style: Literal["vancouver", "ama", "apa"] = Field(
        "vancouver", description="The style in which sources are printed.", examples=["apa"]
    )
    severity: dict[str, Literal["error", "warning"]] = Field(
        default_factory=dict,
        description="The code of a diagnostic, and `error` or `warning` in place of its own severity.",
        examples=[{"terms/unused": "error"}],
    )
    html: list[Element] = Field(
        default_factory=no_entries,
        description="Raw HTML elements that the body may use, without attributes. None by default.",
        examples=[["kbd", "sub"]],
    )
    leave_out: list[Literal["cards", "questions", "search", "sources"]] = Field(
        default_factory=no_entries,
        description="Parts that the site does without: pictures for those who pass a page on, sheets of questions, search, "
        "the page of all sources. None by default.",
        examples=[["cards", "search"]],
    )
