"""The secret of the cache: where it is kept, and that without it nobody can change a page by way of the cache."""

import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from stat import S_IMODE

import pytest
from incremental.sample import Tree, forget, lay, read, sample
from msgspec import structs

from citewell.builder import build, site_options
from citewell.io import SurroundingsError
from citewell.io.engine import engine
from citewell.io.secret import VARIABLE, cache_secret
from citewell.io.store import Store
from citewell.records import keep_records, read_records

KEY, ANOTHER = "a" * 64, "b" * 64


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a state folder in which nothing is yet, and no secret in the environment."""
    monkeypatch.delenv(VARIABLE, raising=False)
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "state"))
    return tmp_path / "state"


def kept(state: Path) -> Path:
    return state / "citewell" / "cache.key"


# -- where it is kept --------------------------------------------------------------------------------------------------


def test_it_is_made_once_and_is_for_its_owner_only(state: Path) -> None:
    first = cache_secret()
    assert cache_secret() == first == kept(state).read_bytes()
    assert len(first) == 32
    assert [path.name for path in kept(state).parent.iterdir()] == ["cache.key"]
    if os.name != "nt":
        assert S_IMODE(kept(state).stat().st_mode) == 0o600
        assert S_IMODE(kept(state).parent.stat().st_mode) == 0o700


def test_the_environment_comes_first_and_nothing_is_written_then(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    first = cache_secret()
    monkeypatch.setenv(VARIABLE, ANOTHER)
    assert len({first, cache_secret()}) == 2
    assert not state.exists()


def test_an_empty_variable_is_none_as_where_ci_withholds_a_secret(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert cache_secret() == kept(state).read_bytes()


def test_one_that_could_be_guessed_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "swordfish")
    with pytest.raises(SurroundingsError, match="could be guessed") as told:
        cache_secret()
    assert "swordfish" not in str(told.value)


def spoil_length(place: Path) -> None:
    place.write_bytes(b"short")
    place.chmod(0o600)


def let_others_read(place: Path) -> None:
    place.chmod(0o640)


def put_a_link(place: Path) -> None:
    place.rename(place.with_name("elsewhere"))
    place.symlink_to(place.with_name("elsewhere"))


def put_a_pipe(place: Path) -> None:
    place.unlink()
    os.mkfifo(place, 0o600)


def put_a_folder(place: Path) -> None:
    place.unlink()
    (place / "inner").mkdir(parents=True)


@pytest.mark.skipif(os.name == "nt", reason="permissions, links and pipes are other things there")
@pytest.mark.parametrize("spoil", [spoil_length, let_others_read, put_a_link, put_a_pipe, put_a_folder])
def test_one_that_is_spoilt_or_no_secret_any_more_is_made_anew(
    spoil: Callable[[Path], None], state: Path
) -> None:
    first = cache_secret()
    spoil(kept(state))
    second = cache_secret()
    assert second != first
    assert second == cache_secret() == kept(state).read_bytes()
    assert not kept(state).is_symlink()


def test_where_none_can_be_kept_each_run_has_its_own(state: Path) -> None:
    state.write_text("no folder")
    assert cache_secret() != cache_secret()
    assert state.read_text() == "no folder"


def test_many_at_once_agree_on_one(state: Path) -> None:
    program = "from citewell.io.secret import cache_secret; print(cache_secret().hex())"
    runs = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(6)
    ]
    assert {run.communicate()[0].strip() for run in runs} == {kept(state).read_bytes().hex()}


def test_it_is_neither_printed_nor_written(tmp_path: Path) -> None:
    root = tmp_path / "a site"
    lay(root, sample().tree() | {"content/articles/broken.md": b"---\ntitel: x\n---\n"})
    said = ""
    for command in ("check", "build"):
        done = subprocess.run(
            [sys.executable, "-m", "citewell", command],
            cwd=root,
            env=os.environ | {VARIABLE: KEY},
            check=False,
            capture_output=True,
            text=True,
        )
        said += done.stdout + done.stderr
        (root / "content/articles/broken.md").unlink(missing_ok=True)
    secret = cache_secret()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "titel" in said
    for text in (KEY, secret.hex()):
        assert text not in said
        assert text.encode() not in written


# -- what came from somebody who does not know it ----------------------------------------------------------------------

FORGED = b"No other cure is known to help."


class Victim:
    """A site whose cache and output folder somebody has prepared, with a secret of their own."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.site = root / "site"
        self.page = self.site / "donors" / "index.html"
        self._monkeypatch = monkeypatch
        self.build(KEY)
        self.right = read(self.site)
        forget(root)

    def build(self, key: str) -> Tree:
        self._monkeypatch.setenv(VARIABLE, key)
        lay(self.root, sample().tree())
        assert not build(site_options(self.root)).failed
        return read(self.site)

    def forge_page(self) -> tuple[str, str]:
        """Change a published page, and the manifest with it; give the digests before and after."""
        before = self.page.read_bytes()
        after = before.replace(before[-len(FORGED) - 20 : -20], FORGED)
        assert after != before
        self.page.write_bytes(after)
        was, is_now = (sha256(data).hexdigest() for data in (before, after))
        manifest = self.site / ".citewell-manifest.json"
        manifest.write_text(manifest.read_text().replace(was, is_now))
        return was, is_now

    def forge_record(self, was: str, is_now: str) -> None:
        """Let the cache say, under the attacker's secret, that the page was made with these bytes."""
        path = self.page.relative_to(self.site).as_posix()
        store = Store(self.root / ".citewell", cache_secret())
        records = read_records(store, engine())
        ((page, record),) = [
            (page, record)
            for page, record in records.pages.items()
            if any(file.path == path for file in record.files)
        ]
        assert was in [file.sha256 for file in record.files]
        forged = tuple(
            structs.replace(file, sha256=is_now) if file.sha256 == was else file for file in record.files
        )
        pages = records.pages | {page: structs.replace(record, files=forged)}
        keep_records(store, engine(), structs.replace(records, pages=pages))
        assert store.close(sweep=False) is None


@pytest.fixture
def victim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Victim:
    return Victim(tmp_path, monkeypatch)


def test_a_forged_page_with_its_manifest_is_made_again(victim: Victim) -> None:
    victim.build(KEY)
    victim.forge_page()
    assert victim.build(KEY) == victim.right


def test_a_forged_page_with_its_manifest_and_cache_is_made_again(victim: Victim) -> None:
    victim.build(ANOTHER)
    victim.forge_record(*victim.forge_page())
    assert victim.build(KEY) == victim.right


def test_it_is_the_secret_that_keeps_the_forgery_out(victim: Victim) -> None:
    victim.build(KEY)
    victim.forge_record(*victim.forge_page())
    assert FORGED in victim.build(KEY)["donors/index.html"]
