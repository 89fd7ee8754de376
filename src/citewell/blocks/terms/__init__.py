"""The page's terms in plain English. Each is also an entry of the site's glossary."""

from types import SimpleNamespace
from typing import Annotated

from pydantic import Field

from citewell.core.plugin import Block, Json
from citewell.parse.schema import TermShape


def _structured(data: SimpleNamespace, url: str) -> Json:
    set_id = f"{url}#terms"
    return {
        "@type": "DefinedTermSet",
        "@id": set_id,
        "name": "Terms in plain English",
        "hasDefinedTerm": [
            {
                "@type": "DefinedTerm",
                "name": entry.term,
                "description": entry.definition.striptags(),
                "inDefinedTermSet": {"@id": set_id},
            }
            for entry in data.entries
        ],
    }


BLOCK = Block(
    name="terms",
    order=10,
    numbered="term",
    holds="front-matter",
    shape=Annotated[list[TermShape], Field(min_length=1)],
    structured=_structured,
)
