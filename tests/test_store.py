"""The cache gives back what was put, or nothing; and only those who know its secret can put anything."""

import os
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from privileges import unprivileged

from citewell.io import store as module
from citewell.io.store import Store


class Page(Struct, frozen=True):
    title: str
    links: tuple[str, ...] = ()
    fills: dict[int, str] = {}


class Other(Struct, frozen=True):
    number: int


ONE, TWO = Page("One", ("a", "b"), {3: "c"}), Page("Two")
SECRET, ANOTHER = bytes(range(32)), bytes(32)
OPENING = b"citewell store 2\n"


def opened(folder: Path) -> Store:
    return Store(folder, SECRET)


def fill(folder: Path) -> Path:
    store = opened(folder)
    store.put("texts", "one", ONE)
    store.put("texts", "two", TWO)
    assert store.close() is None
    return folder / "texts.pack"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "cache").parent


@pytest.fixture
def facts(folder: Path) -> Path:
    return folder / "texts.pack"


# -- what was put comes back -------------------------------------------------------------------------------------------


def test_what_was_put_comes_back_in_the_same_run_and_in_the_next(folder: Path) -> None:
    store = opened(folder)
    store.put("texts", "three", Page("Three"))
    assert store.get("texts", "three", Page) == Page("Three")
    assert store.get("texts", "one", Page) == ONE
    store.close()
    assert opened(folder).get("texts", "three", Page) == Page("Three")


def test_an_unknown_key_or_kind_is_a_miss(folder: Path) -> None:
    assert opened(folder).get("texts", "three", Page) is None
    assert opened(folder).get("outlines", "one", Page) is None


def test_a_value_of_another_type_is_a_miss(folder: Path) -> None:
    assert opened(folder).get("texts", "one", Other) is None


def test_a_second_value_takes_the_place_of_the_first(folder: Path) -> None:
    store = opened(folder)
    store.put("texts", "one", TWO)
    store.close()
    assert opened(folder).get("texts", "one", Page) == TWO


def test_a_run_that_puts_nothing_writes_nothing(folder: Path, facts: Path) -> None:
    before = facts.stat()
    store = opened(folder)
    store.get("texts", "one", Page)
    store.keep(["two"], "texts")
    store.close()
    assert facts.stat() == before


def test_a_cache_is_right_in_another_place(folder: Path) -> None:
    elsewhere = folder.rename(folder.with_name("of another machine"))
    assert opened(elsewhere).get("texts", "one", Page) == ONE


def test_a_large_site_goes_to_the_disk_while_it_is_read(tmp_path: Path) -> None:
    store, size = opened(tmp_path), 1 << 20
    for number in range(20):
        store.put("texts", f"page {number}", bytes([number]) * size)
        assert sum(map(len, store._pack("texts")._new.values())) <= module._AT_ONCE + 2 * size
    assert [store.get("texts", f"page {number}", bytes) for number in range(20)] == [
        bytes([number]) * size for number in range(20)
    ]
    # What another process finds before the end: all that has gone to the disk, whole.
    assert opened(tmp_path).get("texts", "page 0", bytes) == bytes(size)
    assert store.close() is None
    assert opened(tmp_path).get("texts", "page 19", bytes) == bytes([19]) * size


def test_a_disk_that_takes_nothing_more_costs_the_cache_only(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    store = opened(tmp_path / "cache")
    for number in range(9):
        assert store.put("texts", f"page {number}", bytes(1 << 20))
    assert store.get("texts", "page 0", bytes) == bytes(1 << 20)
    assert "cannot be written" in str(store.close())


# -- it is swept and bounded -------------------------------------------------------------------------------------------


def test_what_no_run_uses_is_swept(folder: Path, facts: Path) -> None:
    size = facts.stat().st_size
    for number in range(20):
        store = opened(folder)
        store.put("texts", f"new {number}", Page(f"New {number}"))
        store.close()
    assert opened(folder).get("texts", "one", Page) is None
    assert facts.stat().st_size < 2 * size


def test_what_is_kept_without_being_read_stays(folder: Path) -> None:
    for number in range(20):
        store = opened(folder)
        store.keep(["one"], "texts")
        store.put("texts", f"new {number}", Page(f"New {number}"))
        store.close()
    assert opened(folder).get("texts", "one", Page) == ONE


def test_a_run_that_asks_for_a_part_sweeps_nothing(folder: Path) -> None:
    for number in range(20):
        store = opened(folder)
        store.put("texts", f"new {number}", Page(f"New {number}"))
        store.close(sweep=False)
    assert opened(folder).get("texts", "one", Page) == ONE


def test_what_interrupted_builds_and_other_versions_left_is_removed(folder: Path) -> None:
    for name in ("tmp1.new", "former.pack", "lock", "notes.txt"):
        (folder / name).write_bytes(b"x")
    (folder / "folder.new" / "inner").mkdir(parents=True)
    assert opened(folder).close() is None
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "lock", "notes.txt", "texts.pack"]


@pytest.mark.parametrize(("bound", "most"), [("MOST_BYTES", 2_000), ("MOST_RECORDS", 20)])
def test_it_is_bounded_and_what_is_new_comes_first(
    bound: str, most: int, folder: Path, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, bound, most)
    for number in range(100):
        store = opened(folder)
        store.put("texts", f"new {number}", Page(f"New {number}"))
        store.close(sweep=False)
        assert facts.stat().st_size <= 2_000
        assert opened(folder).get("texts", f"new {number}", Page) == Page(f"New {number}")
    store = opened(folder)
    for number in range(100):
        store.put("texts", f"new {number}", Page(f"Newer {number}"))
    store.close()
    assert facts.stat().st_size <= 2_000
    assert opened(folder).get("texts", "new 0", Page) == Page("Newer 0")


# -- whatever lies there becomes no other value ------------------------------------------------------------------------


def whole_or_nothing(folder: Path) -> None:
    """Hold that each value is right or missing, and that the next build heals what was spoilt."""
    store = opened(folder)
    assert store.get("texts", "one", Page) in (None, ONE)
    assert store.get("texts", "two", Page) in (None, TWO)
    store.put("texts", "one", ONE)
    store.put("texts", "two", TWO)
    assert store.close() is None
    mended = opened(folder)
    assert (mended.get("texts", "one", Page), mended.get("texts", "two", Page)) == (ONE, TWO)


@pytest.mark.no_cover
@given(data=st.data())
def test_no_damage_becomes_another_value(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    pack = fill(tmp_path_factory.mktemp("cache"))
    whole = bytearray(pack.read_bytes())
    for _ in range(data.draw(st.integers(1, 9))):
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    pack.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    whole_or_nothing(pack.parent)


def test_cut_short_at_every_byte(facts: Path) -> None:
    whole = facts.read_bytes()
    for length in range(len(whole)):
        facts.write_bytes(whole[:length])
        whole_or_nothing(facts.parent)


def test_every_byte_turned_over(facts: Path) -> None:
    whole = facts.read_bytes()
    for at in range(len(whole)):
        facts.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        store = opened(facts.parent)
        assert None in (store.get("texts", "one", Page), store.get("texts", "two", Page)), at
        whole_or_nothing(facts.parent)


def test_a_record_cut_short_by_an_interruption_costs_itself_only(folder: Path, facts: Path) -> None:
    os.truncate(facts, facts.stat().st_size - 1)
    store = opened(folder)
    assert store.get("texts", "one", Page) == ONE
    assert store.get("texts", "two", Page) is None
    store.put("texts", "two", TWO)
    store.close()
    assert opened(folder).get("texts", "two", Page) == TWO


@pytest.mark.parametrize(
    "noise",
    [
        b"",
        b"noise",
        b"citewell store 1\n" + bytes(99),
        OPENING + pack(">16s16sI", b"n" * 16, b"s" * 16, 2**32 - 1) + b"a length of four gigabytes",
        OPENING + pack(">16s16sI", b"n" * 16, b"s" * 16, 0) * 1000,
    ],
    ids=["empty", "foreign", "older", "a length of four gigabytes", "nothing but tiny records"],
)
def test_a_file_of_other_making_is_a_miss_and_is_replaced(folder: Path, facts: Path, noise: bytes) -> None:
    facts.write_bytes(noise)
    assert opened(folder).get("texts", "one", Page) is None
    whole_or_nothing(folder)
    assert facts.stat().st_size < 1000


def test_a_file_that_is_too_large_is_not_looked_through(folder: Path, facts: Path) -> None:
    os.truncate(facts, module.MOST_BYTES + 1)
    assert opened(folder).get("texts", "one", Page) is None
    whole_or_nothing(folder)
    assert facts.stat().st_size < 1000


def test_millions_of_tiny_records_fill_no_memory(folder: Path, facts: Path) -> None:
    header = pack(">16sI", b"s" * 16, 0)
    facts.write_bytes(OPENING + b"".join(pack(">QQ", 0, number) + header for number in range(1_000_000)))
    store = opened(folder)
    assert store.get("texts", "one", Page) is None
    assert len(store._pack("texts")._places) == module.MOST_RECORDS
    whole_or_nothing(folder)
    assert facts.stat().st_size < 1000


# -- who does not know the secret can put nothing ----------------------------------------------------------------------


def name_of(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=16).digest()


def record(key: str, seal: bytes, payload: bytes) -> bytes:
    return pack(">16s16sI", name_of(key), seal, len(payload)) + payload


FORGED = msgspec.msgpack.encode(Page("Take no other cure"))
NESTED = b"\x91" * 200_000 + b"\xc0"  # a list in a list in a list …


@pytest.mark.parametrize("payload", [FORGED, NESTED], ids=["a value", "a value of great depth"])
@pytest.mark.parametrize(
    "seal",
    [
        lambda _name, payload: blake2b(payload, digest_size=16).digest(),
        lambda name, payload: blake2b(payload, digest_size=16, key=name).digest(),  # of the first version
        lambda name, payload: blake2b(
            payload, digest_size=16, key=ANOTHER, salt=name, person=b"2 texts"
        ).digest(),
        lambda _name, _payload: bytes(16),
    ],
    ids=["a plain digest", "a digest under the name", "the seal of another secret", "none"],
)
def test_a_forged_record_is_a_miss(
    seal: Callable[[bytes, bytes], bytes], payload: bytes, folder: Path, facts: Path
) -> None:
    with facts.open("ab") as file:
        file.write(record("one", seal(name_of("one"), payload), payload))
    assert opened(folder).get("texts", "one", Page) is None
    assert opened(folder).get("texts", "two", Page) == TWO
    whole_or_nothing(folder)


def test_the_seal_is_that_of_the_secret(facts: Path) -> None:
    """So the forgeries above are wrong in nothing but the secret."""
    payload = msgspec.msgpack.encode(ONE)
    seal = blake2b(payload, digest_size=16, key=SECRET, salt=name_of("one"), person=b"2 texts").digest()
    assert facts.read_bytes().startswith(OPENING + record("one", seal, payload))


def test_a_record_counts_under_its_own_key_only(folder: Path, facts: Path) -> None:
    whole = facts.read_bytes()
    facts.write_bytes(whole.replace(name_of("one"), name_of("three")))
    assert opened(folder).get("texts", "three", Page) is None


def test_a_record_counts_in_its_own_kind_only(folder: Path, facts: Path) -> None:
    facts.rename(folder / "outlines.pack")
    assert opened(folder).get("outlines", "one", Page) is None


def test_under_another_secret_all_is_a_miss_and_is_swept(folder: Path, facts: Path) -> None:
    store = Store(folder, ANOTHER)
    assert store.get("texts", "one", Page) is None
    store.close()
    assert not facts.exists()


def test_the_cache_does_not_hold_the_secret(folder: Path) -> None:
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    assert SECRET not in written
    assert SECRET.hex().encode() not in written


# -- what is not a plain file is never read, and never written through -------------------------------------------------


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """Give a folder of somebody else, in which nothing may change."""
    folder = fill(tmp_path / "elsewhere").parent
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    yield folder
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", ["texts.pack", ".gitignore", "stray.new", "other.pack"])
def test_a_link_to_a_file_elsewhere_is_not_followed(name: str, folder: Path, elsewhere: Path) -> None:
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(elsewhere / "texts.pack")
    store = opened(folder)
    store.put("outlines", "one", ONE)
    assert (store.get("texts", "one", Page) is None) == (name == "texts.pack")
    store.close()
    whole_or_nothing(folder)
    assert not (folder / name).is_symlink()


def test_a_link_to_a_folder_elsewhere_is_not_followed(folder: Path, facts: Path, elsewhere: Path) -> None:
    facts.unlink()
    facts.symlink_to(elsewhere)
    (folder / "stray.new").symlink_to(elsewhere)
    whole_or_nothing(folder)
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "texts.pack"]


def test_a_pipe_in_place_of_a_pack_holds_nothing_up(folder: Path, facts: Path) -> None:
    facts.unlink()
    os.mkfifo(facts)
    whole_or_nothing(folder)


def test_a_folder_in_place_of_a_pack_is_replaced(folder: Path, facts: Path) -> None:
    facts.unlink()
    (facts / "inner").mkdir(parents=True)
    whole_or_nothing(folder)


def test_a_cache_that_is_a_link_is_left_alone_and_told(tmp_path: Path, elsewhere: Path) -> None:
    (tmp_path / "link").symlink_to(elsewhere)
    store = opened(tmp_path / "link")
    assert store.get("texts", "one", Page) is None
    store.put("texts", "one", TWO)
    assert store.get("texts", "one", Page) == TWO
    assert "is a symbolic link: remove it" in (store.close() or "")


# -- where nothing can be written --------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    store = opened(tmp_path / "cache")
    store.put("texts", "one", ONE)
    assert "cannot be written" in (store.close() or "")


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions are other things on this system")
def test_a_read_only_folder_is_told_in_one_sentence_and_stays_as_it_is() -> None:
    with TemporaryDirectory() as name:  # that of pytest is closed to others
        facts = fill(Path(name) / "cache")
        before = facts.read_bytes()
        Path(name).chmod(0o755)
        facts.chmod(0o444)
        facts.parent.chmod(0o555)
        try:
            with unprivileged():
                store = opened(facts.parent)
                assert store.get("texts", "one", Page) == ONE
                store.put("texts", "three", Page("Three"))
                told = store.close()
        finally:
            facts.parent.chmod(0o755)
        assert told == f"the cache in {facts.parent} cannot be written: permission denied"
        assert facts.read_bytes() == before
        assert sorted(path.name for path in facts.parent.iterdir()) == [".gitignore", "texts.pack"]


@pytest.mark.skipif(os.name == "nt", reason="there no process can be kept from writing")
@pytest.mark.parametrize("kind", ["texts", "outlines"])
def test_a_full_disk_is_told_in_one_sentence_and_leaves_what_was_there(kind: str, folder: Path) -> None:
    import resource

    store = opened(folder)
    store.put(kind, "three", Page("Three" * 10_000))
    bounds = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, bounds[1]))
    try:
        told = store.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, bounds)
    assert told == f"the cache in {folder} cannot be written: file too large"
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "texts.pack"]
    assert opened(folder).get(kind, "three", Page) is None
    assert opened(folder).get("texts", "one", Page) == ONE
    whole_or_nothing(folder)


def test_the_folder_keeps_itself_out_of_version_control(folder: Path) -> None:
    assert (folder / ".gitignore").read_text() == "*\n"
