"""What an editor is told of what stands at a place."""

import re

from msgspec import Struct

from citewell.core.diagnostic import Span
from citewell.lsp.keypath import key_at
from citewell.lsp.known import Cursor, Known, shape_of
from citewell.lsp.places import (
    HeadingNamed,
    ImageNamed,
    PageNamed,
    SourceNamed,
    TermMeant,
    Thing,
    covers,
    use_at,
)
from citewell.lsp.shapes import key_named
from citewell.lsp.wording import about_code, about_heading, about_key, about_page, about_source, about_term

_DIRECTIVE = re.compile(r"[ \t>]*:{3,}[ \t]*([\w-]+)")


class Told(Struct, frozen=True):
    """What is told, in Markdown, and of which stretch of the text."""

    text: str
    span: Span


def hover(known: Known, cursor: Cursor) -> Told | None:
    """Give what is to be told of a place: of the thing, then of what is wrong there."""
    thing = _of_thing(known, cursor)
    faults = [
        found for found in known.diagnostics if found.span.path == cursor.path and covers(found.span, cursor)
    ]
    told = [about_code(known.codes[code]) for code in dict.fromkeys(found.code for found in faults)]
    if thing is None:
        return Told("\n\n---\n\n".join(told), faults[0].span) if told else None
    return Told("\n\n---\n\n".join([thing.text, *told]), thing.span)


def _of_thing(known: Known, cursor: Cursor) -> Told | None:
    own = _key(known, cursor) if cursor.row in cursor.matter else _block(known, cursor)
    if own is not None:
        return own
    use = use_at(known, cursor)
    if use is None or (use.is_record and isinstance(use.thing, PageNamed | HeadingNamed)):
        return None
    told = _about(known, use.thing)
    return Told(told, use.span) if told else None


def _about(known: Known, thing: Thing) -> str:
    match thing:
        case SourceNamed(key):
            entry = known.source(key)
            return about_source(known, entry) if entry else ""
        case TermMeant(slug):
            return about_term(known, known.site.terms[slug].term) if slug in known.site.terms else ""
        case PageNamed(path):
            return about_page(known.pages[path])
        case HeadingNamed(path, anchor):
            return about_heading(known, path, anchor)
        case ImageNamed(path):
            image = known.site.images.get(path)
            return f"`{image.name}`, {image.width} by {image.height} pixels" if image else ""


def _key(known: Known, cursor: Cursor) -> Told | None:
    matter = cursor.matter
    lines = cursor.text.lines[matter.start : matter.stop]
    found = key_at(lines, cursor.row - matter.start, cursor.column)
    if found is None:
        return None
    keys, start, end = found
    span = cursor.in_file(start, end - start)
    if cursor.path == "site.yaml" and keys[:-1] == ("severity",) and keys[-1] in known.codes:
        return Told(about_code(known.codes[str(keys[-1])]), span)
    key = key_named(shape_of(cursor.path, known.blocks), keys)
    return Told(about_key(key), span) if key else None


def _block(known: Known, cursor: Cursor) -> Told | None:
    match = _DIRECTIVE.match(cursor.line)
    block = next((block for block in known.blocks if match and block.name == match[1]), None)
    if match is None or block is None or cursor.column > match.end(1):
        return None
    filled = (
        f"\n\nIt is filled from `{block.name}:` in the front matter." if block.holds == "front-matter" else ""
    )
    text = f"**{block.name}**: {block.description}{filled}"
    return Told(text, cursor.in_file(match.start(1), len(block.name)))
