"""Links by file, by address and to other sites; images beside the article."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from posixpath import basename, dirname, join, normpath, relpath, splitext
from unicodedata import normalize

from citewell.core.address import scheme_fault
from citewell.core.diagnostic import Diagnostic, Edit, Span, meant, nearest
from citewell.core.model import Facts, ImageHole, LinkHole, Site
from citewell.core.once import once
from citewell.core.view import ImageFill, LinkFill
from citewell.resolve.addresses import GLOSSARY

_PLAIN = re.compile(r"[\w./~-]+")
"""An address that Markdown takes as it stands."""
_ELSEWHERE = re.compile(r"//|[a-zA-Z][a-zA-Z0-9+.-]*:")
"""How an address of another site begins; a colon behind other signs is one of a file's name."""
_HOST = re.compile(
    r"www\.[\w-]+\.[\w.-]+|(?:[\w-]+\.)+(?:com|org|net|edu|gov|info|eu|de|uk|ch|at|fr|nl)(?=/|$)"
)
"""The name of another site, without the scheme in front."""


def place_of(page: Facts, target: str) -> str:
    """Give where in the site a link leads, or nothing where it leads elsewhere or to the page that it stands on.

    That is a path inside content, or one from the site's root, which begins with a slash.
    """
    path = target.partition("#")[0]
    if not path or _is_external(target):
        return ""
    return path if path.startswith("/") else _inside(page, path)


def page_at(site: Site, place: str) -> str | None:
    """Give the id of the page that lies at such a place, or None where there is none."""
    if place.startswith("/"):
        return site.urls.get(place.strip("/") + "/")
    return site.paths.get(_typed(place, site.paths))


def page_meant(site: Site, page: str, place: str) -> str | None:
    """Give the id of the page that was meant by a link of the page with that id to a place where there is none."""
    if place in site.images:
        return None
    return site.paths.get(_near(site, page, normpath(place)) or "")


def _is_external(target: str) -> bool:
    return bool(_ELSEWHERE.match(target))


def _inside(page: Facts, path: str) -> str:
    """Give the path inside content that a relative link means; one that climbs out begins with `..`."""
    return _below(page.path, path)


@lru_cache(maxsize=1024)  # each link is looked at three times
def _below(page: str, path: str) -> str:
    return normpath(join(dirname(page), path))


def _typed(inside: str, known: Collection[str]) -> str:
    """Give the known path that is spelt the same: some systems keep `é` as one character, others as two."""
    if inside in known or inside.isascii():
        return inside
    return _composed(known).get(normalize("NFC", inside), inside)


@once
def _set(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names)


@once
def _composed(paths: Collection[str]) -> dict[str, str]:
    return {normalize("NFC", path): path for path in reversed(tuple(paths))}


def fill_link(site: Site, page: Facts, hole: LinkHole) -> tuple[LinkFill, Diagnostic | None]:
    """Give what fills a link, and what is wrong with it."""
    target = hole.target
    path, hash_, fragment = target.partition("#")
    path, fragment = path.partition("?")[0], normalize("NFC", fragment)
    if reason := scheme_fault(target):
        mend = (
            "use an address that begins with `https://`, `mailto:` or `tel:`, or link to a page by its file"
        )
        return _dead("links/scheme", hole, f"the address `{target}` {reason}", mend)
    if _is_external(target):
        return LinkFill(f"https:{target}" if target.startswith("//") else target, external=True), None
    if path.startswith("/"):
        return _to_address(site, hole, path, fragment)
    if path:
        return _to_file(site, page, hole, path)
    if hash_:
        return _to_heading(site, hole, page, page, fragment)
    mend = "write the name of a page's file, as in `(red-flags.md)`"
    return _dead("links/missing-page", hole, "this link has no address", mend)


def _near(site: Site, page: str, inside: str) -> str | None:
    """Give the path of the page, but for the one with that id, whose name is plainly meant, in whatever folder it lies, or else is most like this one."""
    by_name = _by_name(site.paths)
    name = _page_named(site, inside) or nearest(page_name(inside), by_name, but=page)
    return by_name.get(name or "") if name != page else None


@once
def _by_name(paths: Mapping[str, str]) -> dict[str, str]:
    return {name: path for path, name in paths.items()}


@once
def _folded(paths: Collection[str]) -> dict[str, list[str]]:
    folded: dict[str, list[str]] = {}
    for path in paths:
        folded.setdefault(path.casefold(), []).append(path)
    return folded


def _page_named(site: Site, inside: str) -> str | None:
    """Give the id of the published page that the name of a file plainly means: no two files have one name."""
    sure = meant(page_name(inside), all_names(site))
    return sure if sure in site.pages else None


@once
def all_names(site: Site) -> tuple[str, ...]:
    """Give the names of all pages: published ones, drafts, and those that could not be read."""
    return (*site.pages, *site.drafts, *map(page_name, site.unreadable))


def page_name(path: str) -> str:
    """Give the name of a page's file alone: the folder and the suffix are those of many."""
    return basename(path).removesuffix(".md").removesuffix(".html")


def _respelt(hole: LinkHole | ImageHole, old: str, new: str | None, at: int = 0) -> Edit | None:
    """Give the edit that puts `new` in place of `old`, which stands at that offset in the target; None where it is not safe."""
    place = hole.place
    if place is None or new is None or not _PLAIN.fullmatch(new.removeprefix("https://") or "/"):
        return None
    return Edit(Span(place.path, place.line, place.column + at, len(old)), new)


def _from(page: Facts, path: str) -> str:
    """Give the path of a content file as a link on that page names it."""
    return relpath(path, dirname(page.path) or ".")


def _dead(code: str, hole: LinkHole, message: str, mend: str) -> tuple[LinkFill, Diagnostic]:
    return LinkFill("", external=False), Diagnostic(code, hole.span, message, mend)


def _to_file(site: Site, page: Facts, hole: LinkHole, path: str) -> tuple[LinkFill, Diagnostic | None]:
    inside = _typed(_typed(_inside(page, path), site.paths), site.images)
    name = site.paths.get(inside)
    if inside == ".." or inside.startswith("../"):
        mend = "link to a page of this site, or to a whole `https://` address"
        return _dead("links/outside", hole, f"`{path}` lies outside the content folder", mend)
    if inside in site.images:
        return LinkFill(site.images[inside].url, external=False), None
    if name is not None and name in site.addresses:
        return _to_page(site, hole, page, name)
    if name is not None:
        mend = f"take the link away until `{path}` is published"
        return _dead("links/draft", hole, f"`{path}` is a draft, which is not published", mend)
    if inside in _set(site.unreadable):
        return LinkFill("", external=False), None
    return LinkFill("", external=False), _missing(site, page, hole, path, inside)


def _to_page(site: Site, hole: LinkHole, page: Facts, other: str) -> tuple[LinkFill, Diagnostic | None]:
    _, hash_, fragment = hole.target.partition("#")
    if hash_:
        return _to_heading(site, hole, page, site.facts[other], normalize("NFC", fragment))
    fault = None
    if other == page.id:
        mend = "link to a heading of it, as in `(#sources)`, or take the link away"
        fault = Diagnostic("links/self", hole.span, "this link leads to the page that it stands on", mend)
    return LinkFill(site.addresses[other], external=False), fault


def _missing(site: Site, page: Facts, hole: LinkHole, path: str, inside: str) -> Diagnostic:
    other_cases = _folded(site.paths).get(inside.casefold(), [])
    if other_cases:
        other_case = other_cases[0]
        new = _from(page, other_case) if len(other_cases) == 1 else None
        return Diagnostic(
            "links/case",
            hole.span,
            f"`{path}` is spelt with other capitals than the file",
            f"the file is named `{relpath(other_case, dirname(page.path) or '.')}`",
            edit=_respelt(hole, path, new),
        )
    name, _, suffix = basename(inside.strip("/")).partition(".")
    if not path.endswith(".md") and name in site.pages:
        new = _from(page, site.pages[name].path) if suffix in {"", "html", "htm"} else None
        return Diagnostic(
            "links/not-a-page",
            hole.span,
            f"`{path}` is not the name of a page's file",
            f"write `({name}.md)`",
            edit=_respelt(hole, path, new),
        )
    if host := _HOST.match(path):
        return Diagnostic(
            "links/missing-page",
            hole.span,
            f"`{path}` is the address of another site, and its `https://` is missing",
            f"write `https://` in front, as in `https://{host[0]}`",
            edit=_respelt(hole, "", "https://") if path.startswith("www.") else None,
        )
    near, sure = _near(site, page.id, inside), _page_named(site, inside)
    mend = (
        f"there is a page named `{_from(page, near)}`"
        if near
        else "check the name of the file, or write the page first"
    )
    new = _from(page, site.pages[sure].path) if sure and sure != page.id and path.endswith(".md") else None
    return Diagnostic(
        "links/missing-page", hole.span, f"there is no page `{path}`", mend, edit=_respelt(hole, path, new)
    )


def _to_heading(
    site: Site, hole: LinkHole, page: Facts, other: Facts, fragment: str
) -> tuple[LinkFill, Diagnostic | None]:
    fill = LinkFill(f"{other.url}#{fragment}", external=False)
    if fragment in _set(other.anchors) or (other.url == GLOSSARY and fragment in site.terms):
        return fill, None
    near = nearest(fragment, other.anchors)
    known = ", ".join(f"`#{anchor}`" for anchor in other.anchors[:8])
    mend = (
        f"there is a heading `#{near}`"
        if near
        else f"its headings are {known}"
        if known
        else "it has no headings"
    )
    where = "this page" if other.id == page.id else f"`{other.path}`"
    return fill, Diagnostic(
        "links/missing-heading",
        hole.span,
        f"there is no heading `#{fragment}` on {where}",
        mend,
        edit=_respelt(hole, fragment, meant(fragment, other.anchors), hole.target.index("#") + 1),
    )


def _to_address(site: Site, hole: LinkHole, path: str, fragment: str) -> tuple[LinkFill, Diagnostic | None]:
    url = path.strip("/") + "/" if path != "/" else ""
    name = site.urls.get(url)
    if name is not None and fragment:
        return _to_heading(site, hole, site.facts[name], site.facts[name], fragment)
    if name is not None or url in site.made:
        return LinkFill(url + (f"#{fragment}" if fragment else ""), external=False), None
    draft = _by_address(site.drafts).get(url)
    if draft:
        mend = f"take the link away until `{draft.path}` is published"
        return _dead("links/draft", hole, f"`{path}` is the address of a draft, which is not published", mend)
    names = _without_slashes(site.urls)
    near, sure = names.get(nearest(path.strip("/"), names) or ""), meant(url, site.urls)
    mend = (
        f"there is a page `/{near}`; better, link to its file"
        if near
        else "link to a page by its file, as in `(red-flags.md)`"
    )
    return LinkFill("", external=False), Diagnostic(
        "links/missing-page",
        hole.span,
        f"the site has no page at `{path}`",
        mend,
        edit=_respelt(hole, path, sure and f"/{sure}"),
    )


@once
def _by_address(pages: Mapping[str, Facts]) -> dict[str, Facts]:
    return {page.url: page for page in reversed(tuple(pages.values()))}


@once
def _without_slashes(urls: Collection[str]) -> dict[str, str]:
    return {url.strip("/"): url for url in urls}


def fill_image(site: Site, page: Facts, hole: ImageHole) -> tuple[ImageFill, Diagnostic | None]:
    """Give what fills an image, and what is wrong with it."""
    asset = site.images.get(_typed(_inside(page, hole.target), site.images))
    if asset:
        return ImageFill(asset.url, hole.alt, asset.width, asset.height, hole.title), None
    inside = _inside(page, hole.target)
    near = _image_near(site, inside)
    sure = meant(basename(inside), _by_folder(site.images).get(dirname(inside), ()))
    if _is_external(hole.target):
        message, mend = (
            f"the image `{hole.target}` lies on another site",
            "put the file into the content folder, beside the article",
        )
    else:
        message = f"there is no image `{hole.target}`"
        mend = (
            f"there is an image `{_from(page, near)}`"
            if near
            else "put the file beside the article and write its path from there"
        )
    folder, slash, name = hole.target.rpartition("/")
    mended = _respelt(hole, name, sure, len(folder + slash)) if near else None
    return ImageFill("", hole.alt, 0, 0), Diagnostic(
        "images/missing-file", hole.span, message, mend, edit=mended
    )


def _image_near(site: Site, inside: str) -> str | None:
    """Give the path of the image whose name is most like this one, suffixes aside; one in the same folder first."""
    by_name = _by_stem(site.images)
    stem = nearest(splitext(basename(inside))[0], by_name)
    paths = by_name[stem] if stem else []
    return next((path for path in paths if dirname(path) == dirname(inside)), next(iter(paths), None))


@once
def _by_stem(images: Collection[str]) -> dict[str, list[str]]:
    by_stem: dict[str, list[str]] = {}
    for path in images:
        by_stem.setdefault(splitext(basename(path))[0], []).append(path)
    return by_stem


@once
def _by_folder(images: Collection[str]) -> dict[str, list[str]]:
    by_folder: dict[str, list[str]] = {}
    for path in images:
        by_folder.setdefault(dirname(path), []).append(basename(path))
    return by_folder
