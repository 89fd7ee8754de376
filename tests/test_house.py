"""The law of the house: imports run one way, the core is pure, and what travels is frozen and holds no place."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path
from pkgutil import walk_packages
from shutil import which
from typing import get_args, get_type_hints

import msgspec
import pytest

import citewell
from citewell.core.diagnostic import Diagnostic, Span
from citewell.core.model import Article, Facts, Line, Site, Term, Words
from citewell.core.plugin import Block, Output
from citewell.core.view import Fill, Reference, View

PACKAGE = Path(citewell.__file__).parent
ROOT = PACKAGE.parents[1]
MODULES = sorted(PACKAGE.rglob("*.py"))

# -- imports run one way -----------------------------------------------------------------------------------------------


def table() -> dict[str, set[str]]:
    """Give the table of ARCHITECTURE.md: a part of the package -> the parts that it imports."""
    block = re.search(
        r"^```imports\n(.*?)^```$", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert block
    rows = (row.split(":") for row in block[1].splitlines())
    return {part: set(imported.split()) for part, imported in rows}


def part_of(module: Path) -> str:
    return module.relative_to(PACKAGE).with_suffix("").parts[0]


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"))


def imports(module: Path) -> Iterator[tuple[str, str]]:
    """Give every import wherever it stands, as (module, name); the name is empty for a whole module."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: write the whole name of the module"
            yield from ((str(node.module), alias.name) for alias in node.names)


def parts_imported(module: Path) -> set[str]:
    names = (
        name if source == "citewell" else source.partition(".")[2]
        for source, name in imports(module)
        if source.split(".")[0] == "citewell"
    )
    return {name.split(".")[0] for name in names if name != "__version__"}


def test_the_table_names_every_part_and_each_knows_only_those_above_it() -> None:
    parts = list(table())
    assert set(parts) == {part_of(module) for module in MODULES} - {"__init__"}
    for at, part in enumerate(parts):
        assert table()[part] <= set(parts[:at]), f"`{part}` must stand below what it imports"


@pytest.mark.parametrize("part", table())
def test_a_part_imports_what_the_table_says(part: str) -> None:
    found = set().union(*(parts_imported(module) for module in MODULES if part_of(module) == part)) - {part}
    assert found == table()[part], f"mend the arrows of `{part}`, or the table in ARCHITECTURE.md"


def test_no_two_modules_import_each_other() -> None:
    def dotted(module: Path) -> str:
        return ".".join(module.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")

    known = {dotted(module): module for module in MODULES}
    arrows: dict[str, set[str]] = {}
    for user, module in known.items():
        taken = {(f"{source}.{name}", source) for source, name in imports(module)}
        arrows[user] = {inner if inner in known else source for inner, source in taken} & known.keys()
    while free := {user for user, used in arrows.items() if not used & arrows.keys()}:
        arrows = {user: used for user, used in arrows.items() if user not in free}
    assert arrows == {}


# -- the core is pure --------------------------------------------------------------------------------------------------

PURE = {"core", "bibliography", "parse", "resolve", "render", "blocks", "outputs", "status"}

FINDS_FOLDERS = PACKAGE / "blocks" / "__init__.py"
"""The one exception: a kind of block is a folder, and this module reads the folders, once for each build."""

# What reaches outside a function's arguments, with the names in it that do not.
OUTSIDE: dict[str, set[str]] = {
    "asyncio": set(),
    "builtins": set(),
    "concurrent": set(),
    "datetime": {"date", "timedelta"},
    "getpass": set(),
    "glob": set(),
    "http": set(),
    "io": {"BytesIO", "StringIO"},
    "locale": set(),
    "logging": set(),
    "multiprocessing": set(),
    "os": set(),
    "pathlib": {"PurePosixPath"},
    "platform": set(),
    "random": set(),
    "secrets": set(),
    "shutil": set(),
    "signal": set(),
    "socket": set(),
    "subprocess": set(),
    "sys": set(),
    "tempfile": set(),
    "threading": set(),
    "time": set(),
    "urllib": {"parse"},
    "uuid": set(),
    "zoneinfo": set(),
}
CALLS = {"open", "input", "print", "eval", "exec", "compile", "__import__"}
CLOCKS = {"today", "now", "utcnow"}


def pure_modules() -> list[Path]:
    return [module for module in MODULES if part_of(module) in PURE and module != FINDS_FOLDERS]


@pytest.mark.parametrize("module", pure_modules(), ids=lambda module: str(module.relative_to(PACKAGE)))
def test_a_pure_module_reaches_nothing_outside(module: Path) -> None:
    for source, name in imports(module):
        top, _, below = source.partition(".")
        if top in OUTSIDE:
            assert (below or name) in OUTSIDE[top], f"{source}.{name}"
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in CALLS, f"line {node.lineno}"
        if isinstance(node, ast.Attribute):
            assert node.attr not in CLOCKS, f"line {node.lineno}"
        assert not isinstance(node, ast.Global), f"line {node.lineno}"


def test_the_one_exception_is_still_needed() -> None:
    assert ("pathlib", "Path") in imports(FINDS_FOLDERS)


# -- no markup is built by strings -------------------------------------------------------------------------------------

MAY_BUILD = {
    "bibliography/answers.py",  # the marks of a reference, `<i>` and the like, which are read again
    "io/preview/server.py",  # pages that only the preview has
    "io/preview/showing.py",
    "io/report.py",  # for a terminal: `<U+202E>`
    "lsp/wording.py",  # an address of Markdown between `<` and `>`
    "parse/latex.py",  # the marks of a reference
    "parse/picture.py",  # what a drawing holds, as it is told
}
"""Everything else that makes a tag does so in a template, or by `_tag("…")`, which escapes what it is given."""

NO_TAG = re.compile(r"`[^`]*`|\(\?P?<[=!]?")  # a tag that a message quotes; a group of a pattern
A_TAG = re.compile(r"</?[A-Za-z!]")


def built(module: Path) -> Iterator[str]:
    """Give each string with a tag in it that is put together from parts."""
    for node in ast.walk(tree(module)):
        match node:
            case ast.JoinedStr(values):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in values)
            case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add() | ast.Mod()):
                pass
            case ast.BinOp(right=ast.Constant(value=str(text)), op=ast.Add()):
                pass
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format" | "join" | "format_map")
            ):
                pass
            case _:
                continue
        if A_TAG.search(NO_TAG.sub("", text)):
            yield text


def test_no_tag_is_built_by_strings() -> None:
    found = {module.relative_to(PACKAGE).as_posix(): [*built(module)] for module in MODULES}
    assert {path for path, texts in found.items() if texts} == MAY_BUILD, found


def test_no_plain_text_is_taken_for_finished_markup() -> None:
    twice = [
        f"{module.relative_to(PACKAGE)}:{node.lineno}"
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Line"
        and len(node.args) == 2
        and ast.dump(node.args[0]) == ast.dump(node.args[1])
    ]
    assert twice == [], "write `Line.of(text)`, which escapes it"


# -- every address passes through one module ---------------------------------------------------------------------------

AN_ADDRESS = re.compile(
    r"""\b(?:href|src|action|formaction|poster|srcset|data|data-index)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)|url=([^"]*)"|og:(?:url|image)" content="([^"]*)"""
)
MADE_BY = re.compile(
    r"""\{\{ (?:href|asset|outside)\(.+\) \}\}|#[^{}]*(?:\{\{ [\w.|]+ \}\}[^{}]*)*|\{\{ page\.(?:canonical|card) \}\}"""
)


def templates() -> list[Path]:
    return sorted([*(ROOT / "templates").rglob("*.html"), *(PACKAGE / "blocks").rglob("*.html")])


@pytest.mark.parametrize("template", templates(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_address_of_a_template_is_made_by_the_module_for_addresses(template: Path) -> None:
    text = template.read_text("utf-8")
    written = (
        next(filter(None, match.groups()))
        for match in AN_ADDRESS.finditer(text.replace('("', "('").replace('")', "')"))
    )
    assert [address for address in written if not MADE_BY.fullmatch(address.strip('"'))] == []
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text


# -- what travels ------------------------------------------------------------------------------------------------------

# Tools of one stage that keep count while they work on one page, and are never handed on.
AT_WORK = {
    "parse.article._Page",
    "parse.brackets._Walked",
    "parse.collector.Collector",
    "parse.plain.Plain",  # as the `Token` of which it is one
    "parse.prose.Reader",
    "parse.signs.QuickToken",  # as the `Token` of which it is one
    "parse.spans.Paragraphs",
}


def classes() -> Iterator[type]:
    for found in walk_packages(citewell.__path__, "citewell."):
        if found.name != "citewell.__main__":
            module = import_module(found.name)
            yield from (cls for _, cls in getmembers(module, isclass) if cls.__module__ == found.name)


def test_every_value_is_frozen() -> None:
    mutable = {
        f"{cls.__module__}.{cls.__qualname__}".removeprefix("citewell.")
        for cls in classes()
        if (issubclass(cls, msgspec.Struct) and not cls.__struct_config__.frozen)
        or (is_dataclass(cls) and not cls.__dataclass_params__.frozen)  # type: ignore[attr-defined]  # not in the stubs
    }
    assert mutable == AT_WORK


def reachable(hint: object, seen: set[object] | None = None) -> set[object]:
    """Give every class that a value of this type may hold, at any depth."""
    seen = set() if seen is None else seen
    for inner in get_args(hint):
        reachable(inner, seen)
    if isclass(hint) and hint not in seen:
        seen.add(hint)
        if issubclass(hint, msgspec.Struct) or is_dataclass(hint):
            for field in get_type_hints(hint).values():
                reachable(field, seen)
    return seen


@pytest.mark.parametrize("value", [View, Article])
def test_what_is_digested_holds_no_place_in_a_source(value: type) -> None:
    found = reachable(value)
    assert Line in found
    assert Words in found
    assert not found & {Span, Diagnostic, Facts, Site, Path}


def test_the_walk_over_types_sees_what_is_there() -> None:
    assert {Reference, *get_args(Fill)} <= reachable(View)
    assert {Term, Span} <= reachable(Facts)


@pytest.mark.parametrize("value", [Facts, Site, View])
def test_an_article_is_read_by_its_own_page_only(value: type) -> None:
    assert Article not in reachable(value)


def test_plug_ins_are_values() -> None:
    for folder, name, kind in (("blocks", "BLOCK", Block), ("outputs", "OUTPUT", Output)):
        for module in (PACKAGE / folder).iterdir():
            if module.name[0] not in "_." and (module.is_dir() or module.suffix == ".py"):
                assert isinstance(getattr(import_module(f"citewell.{folder}.{module.stem}"), name), kind)


# -- the repository ----------------------------------------------------------------------------------------------------

NOWHERE = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}

A_MACHINE = re.compile(
    r"(?<![\w.])(?:/home/|/Users/|/root/|[A-Z]:\\Users\\)\w"  # somebody's own folder
    r"|https?://[\w.-]*\b(?:artifactory|mirrors?|nexus|npmjs|proxy|pypi|pythonhosted|registry)\b[\w.-]*"
    r"|https?://(?:10|192\.168|172\.16)\.\d"
)
MAY_NAME_ANY = {"tests/test_house.py"}


def files() -> list[str]:
    git = which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: `git clone` the repository to check its files")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted(path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file())


def test_everything_has_a_place_that_says_what_it_is() -> None:
    assert [path for path in files() if NOWHERE & {Path(part).stem for part in Path(path).parts}] == []


def test_no_file_names_somebodys_machine() -> None:
    texts = {path: (ROOT / path).read_bytes().decode("utf-8", "replace") for path in files()}
    named = {path: A_MACHINE.findall(text) for path, text in texts.items() if path not in MAY_NAME_ANY}
    assert {path: found for path, found in named.items() if found} == {}


@pytest.mark.parametrize(
    "text",
    [
        "see /home/ada/site",
        "https://registry.example.org/x",
        "https://pypi.example/simple",
        "http://10.0.0.1/",
    ],
)
def test_the_pattern_knows_a_machine(text: str) -> None:
    assert A_MACHINE.search(text)
