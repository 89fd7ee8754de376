"""The addresses of the pages that the site makes itself."""

from citewell.parse.collector import slugify

HOME = ""
GLOSSARY = "glossary/"
SOURCES = "sources/"
TAGS = "tags/"
NOT_FOUND = "404.html"
GENERATED = (HOME, GLOSSARY, SOURCES, TAGS, NOT_FOUND)


def tag_url(tag: str) -> str:
    """Give the address of a tag's page."""
    return f"{TAGS}{slugify(tag)}/"


def term_url(slug: str) -> str:
    """Give the address of a term in the glossary."""
    return f"{GLOSSARY}#{slug}"
