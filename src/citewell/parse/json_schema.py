"""JSON Schema of what editors may write, for the programs in which they write it. Made from the shapes.

Source: JSON Schema draft 2020-12, https://json-schema.org/draft/2020-12/json-schema-core; `markdownDescription` is a
word of the YAML and JSON language servers, which show it in place of `description`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from citewell.core.diagnostic import Code
from citewell.core.plugin import Block, Json
from citewell.parse.article import page_shape
from citewell.parse.fields import text_schema
from citewell.parse.schema import SiteShape
from citewell.parse.source_shape import CslShape

_TRUTHS = ("true", "yes", "on", "y", "t", "1", "false", "no", "off", "n", "f", "0")


def schemas(blocks: tuple[Block, ...], codes: Mapping[str, Code]) -> dict[str, Json]:
    """Give the schemas by name: `article` for front matter, `site` for `site.yaml`, `sources` for the library."""
    site = _schema(SiteShape, "The settings of a site")
    severity = site["properties"]["severity"]
    del severity["patternProperties"]  # all that Pydantic can see: some text
    severity |= _severities(codes.values())
    return {
        "article": _schema(page_shape(blocks), "The front matter of a page"),
        "site": site,
        "sources": _schema(list[CslShape], "The shared library of sources"),  # type: ignore[valid-type]
    }


def _schema(shape: Any, title: str) -> Json:
    made = TypeAdapter(shape).json_schema(schema_generator=_Generator)
    return {"$schema": _Generator.schema_dialect, **_with_markdown(made), "title": title}


def _with_markdown(schema: Any) -> Any:
    """Let editors show the descriptions as the Markdown that they are."""
    if isinstance(schema, list):
        return [_with_markdown(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: value if key == "examples" else _with_markdown(value) for key, value in schema.items()}
    description = schema.get("description")
    return inner | {"markdownDescription": description} if isinstance(description, str) else inner


def _severities(codes: Iterable[Code]) -> Json:
    """Name every code, and what it may be made."""
    return {
        "properties": {
            code.name: {
                "title": code.name,
                "description": code.what,
                "markdownDescription": code.what,
                "enum": ["error", "warning"] if code.severity == "warning" or code.may_warn else ["error"],
                "default": code.severity,
            }
            for code in sorted(codes, key=lambda code: code.name)
        },
        "additionalProperties": False,
    }


class _Generator(GenerateJsonSchema):
    """Says what the shapes take when every value is the text that was typed, as an editor's program reads it."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A key is left out; one without a value is refused."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Show a default that an editor could have written."""
        made = super().default_schema(schema)
        if made.get("default", "") is None:
            del made["default"]
        return made

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """A text, also one that looks like something else."""
        pattern = schema.get("pattern")
        return text_schema(pattern) if isinstance(pattern, str) else text_schema()

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        """A number, also one in quotes."""
        return super().int_schema(schema) | {"type": ["integer", "string"], "pattern": "^[0-9]+$"}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """One of the words for yes and no, also in quotes."""
        words = (form for word in _TRUTHS for form in dict.fromkeys((word, word.title(), word.upper())))
        return super().bool_schema(schema) | {
            "type": ["boolean", "integer", "string"],
            "pattern": f"^({'|'.join(words)})$",
            "minimum": 0,
            "maximum": 1,
        }

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Leave out the name of the class."""
        made = super().model_schema(schema)
        made.pop("title", None)
        return made

    def field_title_should_be_set(self, _schema: object) -> bool:
        """Give every key its title."""
        return True

    def get_title_from_name(self, name: str) -> str:
        """Name a key as it is written."""
        return name
