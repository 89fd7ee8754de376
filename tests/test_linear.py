"""The work of a check grows with the size of what is written, also on inputs that are made to be slow.

Work is counted in calls of functions, those of the interpreter's own included, so that the number is the same on every
machine. What a single call copies or compares is not seen here: `benchmarks/pathological.py` measures seconds and memory.
"""

from cProfile import Profile
from pathlib import Path

import pytest
from msgspec import structs
from patterns import PATTERNS, SETTINGS, files_of

from citewell.builder import site_options
from citewell.core.memo import Memo
from citewell.core.model import Source
from citewell.core.view import Artifact
from citewell.io.inputs import Inputs, read_inputs
from citewell.io.report import render
from citewell.io.store import Store
from citewell.pipeline import examine
from citewell.production import Wanted, produce
from citewell.records import Before, Records

# Other tests run the same lines, and to count calls and lines at once takes twice as long.
pytestmark = pytest.mark.no_cover

SIZE = 64
BOUND = 1.23
"""Where twice the input takes 2.3 times the calls, the last third of them takes 1.23 times those of the second."""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    root = tmp_path_factory.mktemp("site")
    (root / "content").mkdir()
    (root / "content/site.yaml").write_text(SETTINGS, "utf-8")
    return read_inputs(site_options(root))


@pytest.fixture(scope="module")
def memo(inputs: Inputs, tmp_path_factory: pytest.TempPathFactory) -> Memo:
    memo = Memo()
    calls(inputs, tmp_path_factory.mktemp("first"), memo, files_of("plain words", 1))
    return memo


def calls(inputs: Inputs, root: Path, memo: Memo, files: dict[str, str]) -> int:
    """Check a site, and give the number of calls that it took. The memo knows the theme, which is the same for all."""
    sources = (Source(path, text.encode("utf-8", "surrogateescape")) for path, text in sorted(files.items()))
    given = structs.replace(inputs, sources=tuple(sources))
    store = Store(root / "cache", bytes(32))
    counted = Profile(subcalls=False)
    with counted:
        options = site_options(root, write=False)
        known = examine(given, store, options, memo)
        made = produce(
            known,
            Before(Records(), lambda: None, lambda _path, _sha256: False),
            no_file,
            Wanted(frozenset(), keep=False),
        )
        texts = {source.path: source.data.decode("utf-8", "replace") for source in given.sources}
        render(made.diagnostics, texts.get, color=False)
    return sum(entry.callcount for entry in counted.getstats())


def no_file(file: Artifact) -> str:
    raise AssertionError(f"{file.path} was made, and nothing should be")


@pytest.mark.parametrize("name", PATTERNS)
def test_each_further_part_of_the_input_takes_as_many_calls_as_the_part_before(
    inputs: Inputs, memo: Memo, tmp_path: Path, name: str
) -> None:
    calls(inputs, tmp_path / "0", memo, files_of(name, 1))  # what is imported and made once
    one, two, three = (
        calls(inputs, tmp_path / str(size), memo, files_of(name, size)) for size in (SIZE, 2 * SIZE, 3 * SIZE)
    )
    # Where nesting ends, and what is behind it is text, the numbers go up and down; then the whole is compared.
    assert three - two <= max(BOUND * (two - one), 5_000) or three <= 3 * BOUND * one, (
        f"{one}, {two} and {three} calls"
    )
