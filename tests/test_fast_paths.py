"""What is done faster than a library does it comes to the same as what the library says."""

from posixpath import relpath
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from citewell.core import address
from citewell.render.prose import escaped

PATHS = st.text(alphabet="ab./é ", max_size=9)
WEB = st.text(alphabet="htps:/.-a1?#[]@\n é", max_size=14)


@given(PATHS, PATHS)
def test_an_address_is_relative_as_the_system_would_say(page: str, target: str) -> None:
    steps = quote(relpath(f"/{target}", f"/{page.rpartition('/')[0]}"))
    assert address.relative(page, target) == steps + ("/" if target.endswith("/") or not target else "")
    assert address.absolute("https://a.example/", target) == "https://a.example/" + quote(target)


@given(WEB | WEB.map("https://{}".format) | WEB.map("http://a{}".format))
def test_no_fault_of_an_address_is_missed_for_how_it_begins(url: str) -> None:
    assert address.scheme_fault(url) == address._fault(url)  # the long way


@given(st.text() | st.text(alphabet="a<>&'\"\\"))
def test_text_is_escaped_as_markupsafe_does(text: str) -> None:
    assert escaped(text) == str(escape(text))
