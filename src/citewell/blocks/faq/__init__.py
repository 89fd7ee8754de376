"""Questions that readers ask, with answers that cite."""

from types import SimpleNamespace

from citewell.core.plugin import Block, Json, Later


def _structured(data: SimpleNamespace, url: str) -> Json:
    return {
        "@type": "FAQPage",
        "@id": f"{url}#faq",
        "mainEntity": [
            {
                "@type": "Question",
                "name": entry.question.striptags(),
                "acceptedAnswer": {"@type": "Answer", "text": entry.answer.striptags()},
            }
            for entry in data.entries
        ],
    }


BLOCK = Block(
    name="faq",
    order=40,
    numbered="question",
    holds="front-matter",
    shape=Later("citewell.blocks.faq.shape", "Questions"),
    structured=_structured,
)
