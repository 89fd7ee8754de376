"""Where the site is, in the folder of the call or else told so that whoever called finds it; and where it may be published."""

from os.path import relpath
from pathlib import Path

from citewell.io import SurroundingsError

_SETTINGS = "site.yaml"


def demand_site(root: Path, content: Path) -> None:
    """Raise SurroundingsError where the content folder is missing or has no settings. It names the site that was meant."""
    if (content / _SETTINGS).is_file():
        return
    named = _named(root, content)
    start = "citewell new site" if named == "content" else f"citewell new site --content {named}"
    if not content.is_dir():
        if others := _content_folders(content.parent):
            there = " and ".join(f"`{_named(root, other)}`" for other in others)
            raise SurroundingsError(f"there is no folder {named}; there is {there}: name it with `--content`")
        refuse_below(root, content)
        raise SurroundingsError(f"there is no folder {named}; type `{start}` to start a site here")
    raise SurroundingsError(f"there is no {named}/{_SETTINGS}; type `{start}` to make one")


def refuse_below(root: Path, content: Path) -> None:
    """Raise SurroundingsError where `root` has no content folder and lies below a site, which is named."""
    if not content.is_dir() and (above := site_above(root, content)):
        raise SurroundingsError(
            f"there is no folder {_named(root, content)} here; the site is in {relpath(above, root)}; go there"
        )


def site_above(root: Path, content: Path) -> Path | None:
    """Give the nearest folder above `root` that holds a site whose content has the same name, if there is one."""
    if not content.is_relative_to(root):
        return None
    inside = content.relative_to(root)
    return next((above for above in root.parents if (above / inside / _SETTINGS).is_file()), None)


def refuse_content(root: Path, content: Path) -> None:
    """Raise SurroundingsError where `root` lies in the content of a site: another one there would be a part of it."""
    above = site_above(root, content)
    if above and root.is_relative_to(above / content.relative_to(root)):
        raise SurroundingsError(f"this folder is part of the site in {relpath(above, root)}; go there")


def _content_folders(folder: Path) -> list[Path]:
    try:
        return sorted(inner for inner in folder.iterdir() if (inner / _SETTINGS).is_file())
    except OSError:  # it is not there, or may not be read
        return []


def _named(root: Path, place: Path) -> str:
    return (place.relative_to(root) if place.is_relative_to(root) else place).as_posix()


def check_places(content: Path, output: Path, templates: Path, static: Path, root: Path) -> None:
    """Refuse an output folder whose files would mix with those that editors and designers write.

    Raises:
        SurroundingsError: it is, lies in, or holds a folder that the site is made from.
    """
    place = output.resolve()
    for folder in (content, templates, static, root / "blocks", root / ".citewell"):
        source = folder.resolve()
        if place == source:
            raise SurroundingsError(
                f"the output folder {output} is the same as {folder}: choose another with --output"
            )
        if place in source.parents or source in place.parents:
            relation = "lies inside" if source in place.parents else "holds"
            raise SurroundingsError(
                f"the output folder {output} {relation} {folder}: choose another with --output"
            )
    if place == root.resolve():
        raise SurroundingsError(
            f"the output folder {output} is the site's own folder: choose another with --output"
        )
