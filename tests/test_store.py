"""The cache gives back what was put, or nothing."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from citewell.io.store import Store


class Page(Struct, frozen=True):
    title: str
    links: tuple[str, ...] = ()
    fills: dict[int, str] = {}


class Other(Struct, frozen=True):
    number: int


ONE, TWO = Page("One", ("a", "b"), {3: "c"}), Page("Two")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store(tmp_path / "cache")
    store.put("facts", "one", ONE)
    store.put("facts", "two", TWO)
    assert store.close() is None
    return tmp_path / "cache"


def test_what_was_put_comes_back_in_the_same_run_and_in_the_next(folder: Path) -> None:
    store = Store(folder)
    store.put("facts", "three", Page("Three"))
    assert store.get("facts", "three", Page) == Page("Three")
    assert store.get("facts", "one", Page) == ONE
    store.close()
    assert Store(folder).get("facts", "three", Page) == Page("Three")


def test_an_unknown_key_or_kind_is_a_miss(folder: Path) -> None:
    assert Store(folder).get("facts", "three", Page) is None
    assert Store(folder).get("articles", "one", Page) is None


def test_a_value_of_another_type_is_a_miss(folder: Path) -> None:
    assert Store(folder).get("facts", "one", Other) is None


def test_a_second_value_takes_the_place_of_the_first(folder: Path) -> None:
    store = Store(folder)
    store.put("facts", "one", TWO)
    store.close()
    assert Store(folder).get("facts", "one", Page) == TWO


def test_a_run_that_puts_nothing_writes_nothing(folder: Path) -> None:
    before = (folder / "facts.pack").stat()
    store = Store(folder)
    store.get("facts", "one", Page)
    store.keep("facts", ["two"])
    store.close()
    assert (folder / "facts.pack").stat() == before


def test_what_no_run_uses_is_swept(folder: Path) -> None:
    size = (folder / "facts.pack").stat().st_size
    for number in range(20):
        store = Store(folder)
        store.put("facts", f"new {number}", Page(f"New {number}"))
        store.close()
    assert Store(folder).get("facts", "one", Page) is None
    assert (folder / "facts.pack").stat().st_size < 2 * size


def test_what_is_kept_without_being_read_stays(folder: Path) -> None:
    for number in range(20):
        store = Store(folder)
        store.keep("facts", ["one"])
        store.put("facts", f"new {number}", Page(f"New {number}"))
        store.close()
    assert Store(folder).get("facts", "one", Page) == ONE


@given(data=st.data())
def test_no_damage_becomes_another_value(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    store = Store(folder)
    store.put("facts", "one", ONE)
    store.put("facts", "two", TWO)
    store.close()
    pack = folder / "facts.pack"
    whole = bytearray(pack.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    pack.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])

    store = Store(folder)
    assert store.get("facts", "one", Page) in (None, ONE)
    assert store.get("facts", "two", Page) in (None, TWO)
    store.put("facts", "one", ONE)
    store.put("facts", "two", TWO)
    store.close()
    mended = Store(folder)
    assert (mended.get("facts", "one", Page), mended.get("facts", "two", Page)) == (ONE, TWO)


@pytest.mark.parametrize("noise", [b"", b"noise", b"citewell store 0\n" + bytes(99)])
def test_a_foreign_or_older_file_is_a_miss_and_is_replaced(folder: Path, noise: bytes) -> None:
    (folder / "facts.pack").write_bytes(noise)
    store = Store(folder)
    assert store.get("facts", "one", Page) is None
    store.put("facts", "one", ONE)
    store.close()
    assert Store(folder).get("facts", "one", Page) == ONE


def test_a_record_cut_short_by_an_interruption_costs_itself_only(folder: Path) -> None:
    pack = folder / "facts.pack"
    os.truncate(pack, pack.stat().st_size - 1)
    store = Store(folder)
    assert store.get("facts", "one", Page) == ONE
    assert store.get("facts", "two", Page) is None
    store.put("facts", "two", TWO)
    store.close()
    assert Store(folder).get("facts", "two", Page) == TWO


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    store = Store(tmp_path / "cache")
    store.put("facts", "one", ONE)
    assert "cannot be written" in (store.close() or "")


def test_the_folder_keeps_itself_out_of_version_control(folder: Path) -> None:
    assert (folder / ".gitignore").read_text() == "*\n"
