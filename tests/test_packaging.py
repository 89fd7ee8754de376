"""The package as it is installed: what its wheel holds, and what its lock files pin."""

import json
import os
import re
import runpy
import subprocess
import sys
import tomllib
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

from citewell.io.engine import PACKAGES
from citewell.theme import theme_root

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WANTED = {
    "run": PROJECT["project"]["dependencies"],
    "test": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["test"],
}


def files_in(folder: Path) -> set[str]:
    """Every file under a folder by its path there, without the caches of Python and of tools."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {
        path.as_posix()
        for path in paths
        if not any(part.startswith(".") or part == "__pycache__" for part in path.parts)
    }


def pins(lock: str) -> dict[str, Requirement]:
    """The pinned packages of a lock file by name, markers included."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text().replace("\\\n", " ")
    found = (Requirement(line.split("--hash", 1)[0]) for line in text.splitlines() if line.strip())
    return {requirement.name: requirement for requirement in found}


def hashes(lock: str) -> dict[str, list[str]]:
    """The hashes of a lock file by package."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    entries = re.split(r"\n(?=\S)", text)
    return {
        re.split(r"\[|==", entry)[0]: re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry)
        for entry in entries
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the wheel, built by hatchling from this checkout, unpacked as pip would."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True
    )
    (wheel,) = folder.glob("citewell-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_the_wheel_holds_the_package_and_all_of_its_data(installed: Path) -> None:
    ours = files_in(ROOT / "src/citewell")
    assert {Path(name).suffix for name in ours} > {".py"}
    assert files_in(installed / "citewell") - files_in(installed / "citewell/theme") >= ours


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_the_wheel_holds_the_default_theme(installed: Path, folder: str) -> None:
    theme = files_in(ROOT / folder)
    assert theme
    assert files_in(installed / "citewell/theme" / folder) == theme


def run_installed(installed: Path, folder: Path, *arguments: str) -> str:
    """What Python prints in a folder, with the unpacked package in place of this checkout."""
    # Coverage measures the checkout, and would count this copy as more of the same.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_the_installed_package_finds_its_own_theme(installed: Path, tmp_path: Path) -> None:
    code = "from citewell.theme import theme_root; print(theme_root())"
    assert run_installed(installed, tmp_path, "-c", code).strip() == str(installed / "citewell/theme")


def test_a_checkout_finds_the_theme_at_its_top() -> None:
    assert theme_root() == ROOT


def test_the_command_runs_outside_a_checkout(installed: Path, tmp_path: Path) -> None:
    assert "build" in run_installed(installed, tmp_path, "-m", "citewell", "--help")


@pytest.mark.parametrize("lock", ["run", "test"])
def test_a_lock_file_pins_what_the_project_asks_for(lock: str) -> None:
    pinned = pins(lock)
    for wanted in map(Requirement, WANTED[lock]):
        (version,) = pinned[wanted.name].specifier
        assert wanted.specifier.contains(version.version), wanted


def test_the_test_lock_holds_the_run_lock() -> None:
    test = pins("test")
    assert {name: test.get(name) for name in pins("run")} == pins("run")


@pytest.mark.parametrize("path", ["requirements/run.txt", "requirements/test.txt", "tests/package-lock.json"])
def test_a_lock_file_names_no_place_to_download_from(path: str) -> None:
    assert "://" not in (ROOT / path).read_text()


# Of the editor's server, the preview, the command line, its profiles and the types.
SHAPES_NOTHING = {
    *(
        "anyio",
        "attrs",
        "cattrs",
        "click",
        "idna",
        "livereload",
        "lsprotocol",
        "pygls",
        "pyinstrument",
        "tornado",
        "watchfiles",
    ),
    *("annotated-types", "typing-extensions", "typing-inspection"),
}


def test_each_package_that_can_shape_a_published_file_is_part_of_every_key() -> None:
    assert set(PACKAGES) == set(pins("run")) - SHAPES_NOTHING


@pytest.mark.parametrize("lock", ["run", "test"])
def test_a_lock_file_pins_each_package_by_hash(lock: str) -> None:
    assert hashes(lock).keys() == pins(lock).keys()
    assert all(hashes(lock).values())


def test_the_node_lock_pins_by_hash() -> None:
    packages = json.loads((ROOT / "tests/package-lock.json").read_text())["packages"]
    below = {name: package for name, package in packages.items() if name}
    assert below
    assert all(package["integrity"].startswith("sha512-") for package in below.values())


# -- the bill of materials ---------------------------------------------------------------------------------------------

BILL = runpy.run_path(str(ROOT / "tools/sbom.py"))["bill"]


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return json.loads(BILL())  # type: ignore[no-any-return]


def test_the_bill_of_materials_is_of_its_format_and_the_same_at_each_run() -> None:
    text = BILL()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert BILL() == text
    assert "timestamp" not in text


def test_the_bill_of_materials_agrees_with_the_lock(bill: dict[str, Any]) -> None:
    locked = {name: (str(pin.specifier), sorted(hashes("run")[name])) for name, pin in pins("run").items()}
    told = {
        component["name"]: (
            f"=={component['version']}",
            sorted(digest["content"] for digest in component["hashes"] if digest["alg"] == "SHA-256"),
        )
        for component in bill["components"]
    }
    assert told == locked
    assert all(component["licenses"] for component in bill["components"])
    assert all(component["purl"].startswith("pkg:pypi/") for component in bill["components"])


def test_the_bill_of_materials_says_what_needs_what(bill: dict[str, Any]) -> None:
    needs = {entry["ref"]: entry.get("dependsOn", []) for entry in bill["dependencies"]}
    ours = needs[f"citewell@{PROJECT['project']['version']}"]
    extras = {"pygls", "pyinstrument"}
    assert {ref.split("@")[0] for ref in ours} == {Requirement(line).name for line in WANTED["run"]} | extras
    reached, due = set(ours), list(ours)
    while due:
        fresh = set(needs[due.pop()]) - reached
        reached |= fresh
        due += fresh
    assert {ref.split("@")[0] for ref in reached} == set(pins("run"))


def test_the_bill_of_materials_names_the_fonts_in_the_wheel(bill: dict[str, Any], installed: Path) -> None:
    fonts = {path.name: sha256(path.read_bytes()).hexdigest() for path in installed.rglob("*.ttf")}
    told = {
        part["name"]: part["hashes"][0]["content"] for part in bill["metadata"]["component"]["components"]
    }
    assert told == fonts
    assert fonts
