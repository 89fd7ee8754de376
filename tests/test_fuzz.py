"""Whatever is written: no traceback, every fault in its place, and what is published is whole.

`CITEWELL_FUZZ=1000 python -m pytest tests/test_fuzz.py` tries a thousand new inputs of each kind; without it a few, always the
same. `tools/fuzz.py` looks further, for as long as it is given. What either has found lies in `tests/fuzz/`.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fuzzing import strategies
from fuzzing.oracle import BASE_URL, wrongly_published, wrongly_told
from fuzzing.targets import TARGETS, OracleError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from citewell.builder import Outcome, build, site_options
from citewell.cli.settings import known_codes
from citewell.core.diagnostic import Diagnostic
from citewell.fixing import fixes, write
from citewell.io.formats import data, github, sarif
from citewell.io.report import render
from citewell.session import Session

pytestmark = pytest.mark.no_cover  # other tests run the same lines, by themselves

TRIES = int(os.environ.get("CITEWELL_FUZZ", "0"))
FOUND = sorted(path for path in (Path(__file__).parent / "fuzz").glob("*/*") if path.is_file())


def tries(usual: int) -> Callable[[Any], Any]:
    """Try so many inputs, always the same; or as many new ones as the environment asks for."""
    return settings(
        max_examples=TRIES or usual,
        derandomize=not TRIES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # A failure is made smaller only where somebody waits for it.
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if TRIES else [])],
    )


@contextmanager
def laid(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Give a folder with the files of a site's content."""
    with TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder, "content", path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text)
        yield Path(folder)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def told_in_every_form(outcome: Outcome) -> None:
    """Write the report as people and as programs read it, and count what is in it."""
    found, texts = outcome.diagnostics, outcome.texts.get
    assert render(found, texts, color=False).count("\n  help: ") == len(found)
    assert len(json.loads(data.render(found, texts, named=str))["diagnostics"]) == len(found)
    assert github.render(found, texts, named=str).count("\n") == len(found)
    log = json.loads(sarif.render(found, texts, named=str, codes=known_codes(), version="0"))
    assert len(log["runs"][0]["results"]) == len(found)


def checked_and_built(files: Mapping[str, bytes]) -> Outcome:
    """Check a site, build it, check it as an editor does: all say the same, in its place, and what is published is whole."""
    with laid(files) as root:
        checked = build(site_options(root, write=False))
        built = build(site_options(root))
        assert not (root / "site").exists() or built.published
        assert checked.diagnostics == built.diagnostics == Session(site_options(root)).check().diagnostics
        assert list(wrongly_told(built.diagnostics, files)) == []
        told_in_every_form(built)
        assert built.published != built.failed
        if built.published:
            assert list(wrongly_published(tree(root / "site"), BASE_URL)) == []
        return built


def test_a_sound_site_is_published_whole() -> None:
    published = []

    @tries(12)
    @given(strategies.sound_sites())
    def hold(files: dict[str, bytes]) -> None:
        published.append(checked_and_built(files).published)

    hold()
    # Some are not as sound as they were meant, since fragments meet in ways that nobody foresees.
    assert sum(published) >= 0.7 * len(published)


@tries(10)
@given(strategies.slipped_sites())
def test_any_site_is_checked_and_built_alike(files: dict[str, bytes]) -> None:
    checked_and_built(files)


def unreadable(found: Iterable[Diagnostic], fault: Diagnostic) -> bool:
    """Tell whether the file of a fault is none that can be written back: its bytes are not UTF-8."""
    return any((other.code, other.span.path) == ("text/encoding", fault.span.path) for other in found)


@tries(6)
@given(strategies.slipped_sites())
def test_mending_ends_and_leaves_nothing_to_mend(files: dict[str, bytes]) -> None:
    with laid(files) as root:
        mended = fixes(site_options(root))
        write(root / "content", mended)
        found = Session(site_options(root)).check().diagnostics
        assert [fault for fault in found if fault.edit and not unreadable(found, fault)] == []
        assert list(wrongly_told(found, tree(root / "content"))) == []


@tries(100)
@given(strategies.article("cells").flatmap(strategies.slipped))
def test_any_page_is_parsed(text: bytes) -> None:
    TARGETS["article"](text)


@tries(60)
@given(strategies.settings().flatmap(strategies.slipped))
def test_any_settings_are_parsed(text: bytes) -> None:
    TARGETS["settings"](text)


@tries(120)
@given(strategies.library().flatmap(lambda named: st.tuples(st.just(named[0]), strategies.slipped(named[1]))))
def test_any_library_is_parsed(named: tuple[str, bytes]) -> None:
    name, text = named
    TARGETS[name.removeprefix("sources.")](text)


@tries(60)
@given(st.sampled_from(sorted(TARGETS)), st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_noise_is_parsed(target: str, noise: bytes) -> None:
    TARGETS[target](noise)


@pytest.mark.parametrize("file", FOUND, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_was_found_once_is_never_found_again(file: Path) -> None:
    TARGETS[file.parent.name](file.read_bytes())


def test_a_target_says_what_is_wrong() -> None:
    with pytest.raises(OracleError, match="leads nowhere"):
        raise OracleError("\n".join(wrongly_published({"index.html": b'<a href="nowhere/">x</a>'}, BASE_URL)))
