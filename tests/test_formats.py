"""The reports for programs: JSON in its documented shape, SARIF that its own schema accepts, annotations that survive any text."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from citewell.core.codes import CODES
from citewell.core.diagnostic import Diagnostic, Edit, Related, Span
from citewell.io.formats import data, github, sarif
from citewell.io.report import in_site

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
NAMED = partial(in_site, prefix="content/")
TEXTS = {"articles/a b.md": "---\ntitle: Ä\n---\nSee [x](y.md).\nSee [x](y.md).", "b.md": "one\ntwo\n"}
FOUND = (
    Diagnostic(
        "links/missing-page",
        Span("articles/a b.md", 4, 5, 9),
        "there is no page `y.md`",
        "there is a page named `yy.md`",
        (Related(Span("b.md", 2, 1, 3), "this is another place"),),
        edit=Edit(Span("articles/a b.md", 4, 9, 4), "yy.md"),
    ),
    Diagnostic(
        "links/missing-page", Span("articles/a b.md", 5, 5, 99), "there is no page `y.md`", "write it"
    ),
    Diagnostic("files/too-large", Span("cell.png"), "too large", "make it smaller"),
    Diagnostic("templates/fault", Span("templates/home.html", 3, 2), "no", "mend", severity="warning"),
)


def log(found: tuple[Diagnostic, ...] = FOUND) -> Any:  # noqa: ANN401 -- JSON
    return json.loads(sarif.render(found, TEXTS.get, named=NAMED, codes=CODES, version="1.2.3"))


def results() -> Any:  # noqa: ANN401 -- JSON
    return log()["runs"][0]["results"]


# -- JSON ----------------------------------------------------------------------------------------------------------


def test_json_has_its_documented_shape() -> None:
    report = json.loads(data.render(FOUND, TEXTS.get, named=NAMED))
    assert report["version"] == 1
    assert report["counts"] == {"errors": 3, "warnings": 1, "fixable": 1}
    assert report["diagnostics"][0] == {
        "code": "links/missing-page",
        "severity": "error",
        "path": "content/articles/a b.md",
        "line": 4,
        "column": 5,
        "endLine": 4,
        "endColumn": 14,
        "message": "there is no page `y.md`",
        "help": "there is a page named `yy.md`",
        "source": "See [x](y.md).",
        "related": [
            {
                "path": "content/b.md",
                "line": 2,
                "column": 1,
                "endLine": 2,
                "endColumn": 4,
                "message": "this is another place",
            }
        ],
        "edit": {
            "path": "content/articles/a b.md",
            "line": 4,
            "column": 9,
            "endLine": 4,
            "endColumn": 13,
            "text": "yy.md",
        },
    }
    assert report["diagnostics"][2]["source"] is None
    assert report["diagnostics"][3]["path"] == "templates/home.html"


def test_a_place_ends_where_its_line_ends() -> None:
    report = json.loads(data.render(FOUND, TEXTS.get, named=NAMED))
    assert report["diagnostics"][1]["endColumn"] == len("See [x](y.md).") + 1


def test_nothing_wrong_is_a_report_too() -> None:
    counts = {"errors": 0, "warnings": 0, "fixable": 0}
    report = json.loads(data.render([], TEXTS.get, named=str))
    assert report == {"version": 1, "counts": counts, "diagnostics": []}


# -- SARIF ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [(), FOUND])
def test_sarif_fits_its_schema(found: tuple[Diagnostic, ...]) -> None:
    Draft4Validator.check_schema(SCHEMA)
    faults = Draft4Validator(SCHEMA, format_checker=FormatChecker()).iter_errors(log(found))
    assert [fault.message for fault in faults] == []


def test_sarif_has_a_rule_for_each_code() -> None:
    rules = log(())["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(CODES)
    for rule in rules:
        code = CODES[rule["id"]]
        assert rule["defaultConfiguration"] == {"level": code.severity}
        assert rule["shortDescription"] == {"text": code.what}
        assert rule["fullDescription"]["text"].endswith(code.harm)


def test_a_result_names_its_rule_and_its_place() -> None:
    rules = log()["runs"][0]["tool"]["driver"]["rules"]
    for result, found in zip(results(), FOUND, strict=True):
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"] == found.code
        assert result["level"] == found.severity
        assert found.message in result["message"]["text"]
    location = results()[0]["locations"][0]["physicalLocation"]
    assert location == {
        "artifactLocation": {"uri": "content/articles/a%20b.md", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4, "startColumn": 5, "endLine": 4, "endColumn": 14},
    }
    assert results()[0]["relatedLocations"][0]["message"] == {"text": "this is another place"}


def test_a_file_without_lines_has_no_region() -> None:
    assert "region" not in results()[2]["locations"][0]["physicalLocation"]


def test_a_safe_edit_is_a_fix() -> None:
    (fix,) = results()[0]["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 4, "startColumn": 9, "endLine": 4, "endColumn": 13},
            "insertedContent": {"text": "yy.md"},
        }
    ]
    assert "fixes" not in results()[1]


def test_a_finding_keeps_its_fingerprint_when_lines_above_it_change() -> None:
    def fingerprints(above: str) -> list[str]:
        moved = above.count("\n")
        spans = (Span("b.md", 2 + moved, 1, 3), Span("b.md", 3 + moved, 1, 3))
        found = [Diagnostic("links/case", span, "same", "mend") for span in spans]
        text = sarif.render(
            found,
            {"b.md": f"{above}one\ntwo\ntwo\n"}.get,
            named=str,
            codes=CODES,
            version="1",
        )
        return [
            result["partialFingerprints"]["messageAndLine/v1"]
            for result in json.loads(text)["runs"][0]["results"]
        ]

    first, second = fingerprints("")
    assert first != second
    assert fingerprints("a line\nand another\n") == [first, second]


# -- GitHub --------------------------------------------------------------------------------------------------------


def unescaped(text: str) -> str:
    for escape, sign in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def test_an_annotation_has_its_file_line_and_column() -> None:
    first, *_, last = github.render(FOUND, TEXTS.get, named=NAMED).splitlines()
    assert first == (
        "::error file=content/articles/a b.md,line=4,endLine=4,col=5,endColumn=14,title=links/missing-page::"
        "there is no page `y.md`%0Athis is another place: content/b.md:2:1%0Athere is a page named `yy.md`"
    )
    assert last.startswith("::warning file=templates/home.html,line=3,")


def test_no_text_can_end_an_annotation_or_add_a_property() -> None:
    path, message = "a,line=1::b:%0A.md", "100 % of\r\n::error::this, that"
    (line,) = github.render(
        [Diagnostic("links/case", Span(path), message, "mend")], TEXTS.get, named=str
    ).splitlines()
    match = re.fullmatch(r"::error ((?:\w+=[^,:]*,?)+)::(.*)", line)
    assert match
    properties = dict(given.split("=", 1) for given in match[1].split(","))
    assert unescaped(properties["file"]) == path
    assert unescaped(match[2]) == f"{message}\nmend"
