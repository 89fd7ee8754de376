"""The text of a library with one more entry in it. What stood there before stays as it is, byte for byte."""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from citewell.bibliography.bibtex import bibtex_entry
from citewell.bibliography.read import date_text, names
from citewell.bibliography.ris import ris_entry
from citewell.core.csl import Name

_ITEM = re.compile(r"^( *)- ", re.MULTILINE)
_FLOW = re.compile(r"(?:\s|#.*\n)*\[")
_FIRST = re.compile(r"\[\s*?\n([ \t]*)\{")
_NAME_LISTS = ("author", "editor", "translator", "collection-editor")
_DATES = ("issued", "accessed", "available-date", "event-date", "original-date", "submitted")


class _Block(yaml.SafeDumper):
    """Writes as editors do: texts without quotes wherever YAML allows it, lists indented below their key."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 -- as PyYAML declares it

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent, also the entries of a list."""
        super().increase_indent(flow, indentless=False)


def with_entry(text: str, name: str, record: Mapping[str, Any]) -> str:
    """Give the text of a library of that name with the record at its end."""
    line = "\r\n" if "\r\n" in text else "\n"
    if name.endswith(".json") or (name.endswith((".yaml", ".yml")) and _FLOW.match(text.lstrip("\ufeff"))):
        return _in_list(text, record, line)
    entry = entry_text(name, record)
    start = text + (line if text and not text.endswith(("\n", "\r")) else "")
    apart = "" if name.endswith((".yaml", ".yml")) and "\n\n-" not in text.replace("\r", "") else line
    if name.endswith((".yaml", ".yml")) and (first := _ITEM.search(text)):
        entry = re.sub(r"^(?=.)", first[1], entry, flags=re.MULTILINE)
    return start + (apart if text else "") + entry.replace("\n", line)


def entry_text(name: str, record: Mapping[str, Any]) -> str:
    """Give the record as an entry of a library of that name."""
    if name.endswith(".bib"):
        return bibtex_entry(record)
    if name.endswith(".ris"):
        return ris_entry(record)
    if name.endswith(".json"):
        return json.dumps(_in_json(record), ensure_ascii=False, indent=2) + "\n"
    return yaml.dump([_in_yaml(record)], Dumper=_Block, allow_unicode=True, sort_keys=False, width=10**6)


def _in_list(text: str, record: Mapping[str, Any], line: str) -> str:
    """Put the record behind the last one of a list in brackets, indented as the first one is."""
    end = text.rindex("]") if "]" in text else len(text)
    before = text[:end].rstrip()
    first = _FIRST.search(text)
    indent = first[1] if first else "  "
    step = "\t" if "\t" in indent else indent or "  "
    entry = json.dumps(_in_json(record), ensure_ascii=False, indent=step)
    entry = re.sub(r"^", indent, entry, flags=re.MULTILINE).replace("\n", line)
    comma = "" if before.endswith("[") else ","
    return f"{before or '['}{comma}{line}{entry}{line}{text[end:] or ']' + line}"


def _in_json(record: Mapping[str, Any]) -> dict[str, Any]:
    """Dates in CSL's own form, which every program reads."""
    return {key: _parts(value) if key in _DATES else value for key, value in record.items()}


def _parts(value: object) -> object:
    text = date_text(value)
    return {"date-parts": [[int(part) for part in text.split("-")]]} if text else value


def _in_yaml(record: Mapping[str, Any]) -> dict[str, Any]:
    """Dates and names in their short forms, wherever these say all."""
    short = {
        **{key: date_text(record[key]) or record[key] for key in _DATES if key in record},
        **{key: [_short(name) for name in names(record[key])] for key in _NAME_LISTS if key in record},
    }
    return {key: short.get(key, value) for key, value in record.items()}


def _short(name: Name) -> str | dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    if name.given and not (name.suffix or name.particle or "," in f"{name.family}{name.given}"):
        return f"{name.family}, {name.given}"
    keys = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {key: value for key, value in (keys | {"non-dropping-particle": name.particle}).items() if value}
