"""Kinds of works that a style treats alike. The names are the types of CSL."""

SERIAL = frozenset({
    "article-journal", "article-magazine", "article-newspaper", "periodical", "post-weblog", "review",
    "review-book",
})  # fmt: skip
JOURNAL = frozenset({"article-journal", "review", "review-book"})
PART = frozenset({"chapter", "paper-conference", "entry", "entry-dictionary", "entry-encyclopedia"})
LEGAL = frozenset({"bill", "hearing", "legal_case", "legislation", "regulation", "treaty"})
PREPRINT = "article"
