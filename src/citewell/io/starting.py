"""The files that an editor starts from. Each explains its own keys."""

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from string import Template

from citewell.io import SurroundingsError, reason

_STARTER = Path(__file__).parent / "starter"


def new_site(content: Path, today: date) -> tuple[Path, ...]:
    """Write the settings, a library of sources and a first article that builds; give their paths.

    Raises:
        SurroundingsError: one of the files is there already, or the folder cannot be written.
    """
    texts = {
        content / "site.yaml": _starter("site.yaml"),
        content / "sources.yaml": _starter("sources.yaml"),
        content / "articles" / "first-article.md": _starter("first-article.md", today=str(today)),
    }
    _write_new(texts)
    return tuple(texts)


def new_article(content: Path, name: str, title: str | None, today: date) -> Path:
    """Write an article that builds, and give its path. Without a title it has the words of its name.

    Raises:
        SurroundingsError: the name cannot be part of an address, the file is there already, or the folder
            cannot be written.
    """
    name = name.removesuffix(".md")
    fitting = re.sub(r"[\W_]+", "-", name.casefold()).strip("-")
    if name != fitting:
        mend = f"call it `{fitting}`" if fitting else "call it what the page is about"
        raise SurroundingsError(
            f"`{name}` cannot be a page's name, which has small letters, digits and hyphens: {mend}"
        )
    words = title or name.replace("-", " ").capitalize()
    file = content / "articles" / f"{name}.md"
    # What JSON writes between quotes means the same in YAML, whatever stands in the title.
    _write_new({file: _starter("article.md", title=json.dumps(words, ensure_ascii=False), today=str(today))})
    return file


def _starter(name: str, **values: str) -> str:
    return Template((_STARTER / name).read_text(encoding="utf-8")).substitute(values)


def _write_new(texts: Mapping[Path, str]) -> None:
    """Write all of the files, or none when one of them is there already."""
    for file in texts:
        if file.exists():
            raise SurroundingsError(f"{file} is there already, and is left as it is")
    try:
        for file, text in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8", newline="\n") as opened:
                opened.write(text)
    except OSError as error:
        raise SurroundingsError(
            f"cannot write {error.filename or 'the new files'}: {reason(error)}"
        ) from error
