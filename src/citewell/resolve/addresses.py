"""The addresses of the pages that the site makes itself."""

from collections.abc import Iterable
from functools import lru_cache

from citewell.core.model import Config, Facts, Head
from citewell.parse.collector import slugify

HOME = ""
GLOSSARY = "glossary/"
SOURCES = "sources/"
TAGS = "tags/"
NOT_FOUND = "404.html"
# No page may make a folder in the place of these.
FILES = (
    "404.html/",
    "_headers/",
    "index.html/",
    "feed.xml/",
    "robots.txt/",
    "search-index.js/",
    "site.webmanifest/",
    "sitemap.xml/",
)


def lists(config: Config) -> tuple[str, ...]:
    """Give the addresses of the lists that the site makes; a page of the content folder that has one introduces the list."""
    return (GLOSSARY,) if "sources" in config.leave_out else (GLOSSARY, SOURCES)


@lru_cache(maxsize=1024)  # asked for each tag of each page
def tag_url(tag: str) -> str:
    """Give the address of a tag's page."""
    return f"{TAGS}{slugify(tag)}/"


def sheet_url(page: Facts | Head, config: Config) -> str:
    """Give the address of a page's sheet of questions, or nothing where it has none or the site leaves them out."""
    return f"{page.url}questions/" if page.asks and "questions" not in config.leave_out else ""


def generated_urls(pages: Iterable[Head], config: Config) -> set[str]:
    """Give the address of every page that the site makes itself."""
    urls = {HOME, TAGS, NOT_FOUND, *lists(config)}
    for page in pages:
        urls |= {sheet_url(page, config), *map(tag_url, page.tags)}
    return urls


def alias_url(path: str) -> str:
    """Give the address that an alias stands for: `/a`, `/a/` are a folder; `/a.html` is a file, as on many old sites."""
    bare = path.strip("/").removesuffix("index.html").strip("/")
    return bare if not bare or bare.endswith(".html") else f"{bare}/"


def term_url(slug: str) -> str:
    """Give the address of a term in the glossary."""
    return f"{GLOSSARY}#{slug}"
