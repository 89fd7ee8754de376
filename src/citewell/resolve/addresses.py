"""The addresses of the pages that the site makes itself."""

from citewell.parse.collector import slugify

HOME = ""
GLOSSARY = "glossary/"
SOURCES = "sources/"
TAGS = "tags/"
NOT_FOUND = "404.html"
GENERATED = (HOME, GLOSSARY, SOURCES, TAGS, NOT_FOUND)
FILES = ("feed.xml/", "robots.txt/", "sitemap.xml/")  # no page may make a folder in the place of these


def tag_url(tag: str) -> str:
    """Give the address of a tag's page."""
    return f"{TAGS}{slugify(tag)}/"


def alias_url(path: str) -> str:
    """Give the address that an alias stands for: `/a`, `/a/` are a folder; `/a.html` is a file, as on many old sites."""
    bare = path.strip("/")
    return bare if not bare or bare.endswith(".html") else f"{bare}/"


def term_url(slug: str) -> str:
    """Give the address of a term in the glossary."""
    return f"{GLOSSARY}#{slug}"
