"""The page's terms in plain English. Each is also an entry of the site's glossary."""

from types import SimpleNamespace

from citewell.core.plugin import Block, Json, Later


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
    shape=Later("citewell.blocks.terms.shape", "Terms"),
    structured=_structured,
)
