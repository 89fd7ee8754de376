"""The files that an editor starts from. Each explains its own keys."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from string import Template

from citewell.core import placeholders
from citewell.io import SurroundingsError, reason

_STARTER = Path(__file__).parent / "starter"


def site_files(content: Path) -> tuple[Path, ...]:
    """Give the files of a new site."""
    return content / "site.yaml", content / "sources.yaml", content / "articles" / "first-article.md"


def new_site(
    content: Path,
    today: date,
    title: str = "My evidence guide",
    language: str = "en",
    base_url: str = "https://example.org/",
) -> tuple[Path, ...]:
    """Write the settings, a library of sources and a first article that builds; give their paths.

    Raises:
        SurroundingsError: one of the files is there already, or the folder cannot be written.
    """
    settings = {"title": _quoted(title), "language": language, "base_url": _quoted(base_url)}
    values = {"site.yaml": settings, "first-article.md": {"today": str(today)}}
    texts = {file: _starter(file.name, **values.get(file.name, {})) for file in site_files(content)}
    refuse_existing(texts)
    _write(texts)
    return tuple(texts)


def article_name(name: str) -> str:
    """Give the name of a page's file without its end. Raises SurroundingsError for what cannot be part of an address."""
    name = name.removesuffix(".md")
    fitting = re.sub(r"[\W_]+", "-", name.casefold()).strip("-")
    if name != fitting:
        mend = f"call it `{fitting}`" if fitting else "call it what the page is about"
        raise SurroundingsError(
            f"`{name}` cannot be a page's name, which has small letters, digits and hyphens: {mend}"
        )
    return name


def article_text(title: str, dek: str, kind: str, parent: str, today: date) -> str:
    """Give the text of an article that builds, its keys explained. Without a parent the key stands in a comment."""
    return _starter(
        "article.md",
        title=_quoted(title),
        dek=_quoted(dek) if dek else placeholders.DEK,
        kind=kind,
        parent=f"parent: {_quoted(parent)}" if parent else "# parent: name-of-a-page",
        today=str(today),
        opening=placeholders.OPENING,
        rest=placeholders.REST,
    )


def write_article(content: Path, name: str, text: str) -> Path:
    """Write an article, and give its path.

    Raises:
        SurroundingsError: the file is there already, or the folder cannot be written.
    """
    file = content / "articles" / f"{name}.md"
    refuse_existing([file])
    _write({file: text})
    return file


def refuse_existing(files: Iterable[Path]) -> None:
    """Raise SurroundingsError where one of the files is there already."""
    for file in files:
        if file.exists():
            raise SurroundingsError(f"{file} is there already, and is left as it is")


def _quoted(text: str) -> str:
    """What JSON writes between quotes means the same in YAML, whatever stands in the text; a plain word needs none."""
    plain = re.fullmatch(r"[A-Za-z][\w-]*( [\w-]+)*|https://[\w./-]+", text)
    return text if plain else json.dumps(text, ensure_ascii=False)


def _starter(name: str, **values: str) -> str:
    return Template((_STARTER / name).read_text(encoding="utf-8")).substitute(values)


def _write(texts: Mapping[Path, str]) -> None:
    try:
        for file, text in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8", newline="\n") as opened:
                opened.write(text)
    except OSError as error:
        raise SurroundingsError(
            f"cannot write {error.filename or 'the new files'}: {reason(error)}"
        ) from error
