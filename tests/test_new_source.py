"""`citewell new source`: asked of a registry (a server on this machine), read from a file, or asked for."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result
from terminal import typed

import citewell
from citewell.bibliography.byline import people_meant
from citewell.bibliography.identifiers import identified
from citewell.cli import main
from citewell.core.model import Source
from citewell.io import registry
from citewell.parse.library import parse_library

SOURCE = Path(citewell.__file__).parents[1]

CROSSREF = {
    "type": "journal-article",
    "title": "Minimal information for studies of <i>extracellular vesicles</i> &amp; more",
    "author": [
        {"given": "Joshua A.", "family": "Welsh", "sequence": "first", "affiliation": []},
        {"given": "Clotilde", "family": "Théry", "ORCID": "https://orcid.org/0"},
        {"name": "MISEV Consortium", "sequence": "additional"},
    ],
    "container-title": "Journal of Extracellular Vesicles",
    "short-container-title": ["J of Extracellular Vesicle"],
    "publisher": "Wiley", "volume": "13", "issue": "2", "article-number": "e12404",
    "issued": {"date-parts": [[2024, 2]]}, "DOI": "10.1002/jev2.12404", "URL": "http://dx.doi.org/10.1002/jev2.12404",
    "reference-count": 605, "license": [{"URL": "https://example.org/"}], "ISSN": ["2001-3078", "2001-3078"],
    "abstract": "<jats:p>Long.</jats:p>", "score": 1.0, "relation": {}, "indexed": {"date-parts": [[2026, 1, 1]]},
}  # fmt: skip
PUBMED = {
    "source": "PubMed", "id": "pmid:38326288", "type": "article-journal",
    "title": "Minimal information for studies of extracellular vesicles (MISEV2023).",
    "author": [{"family": "Welsh", "given": "Joshua A"}], "container-title": "Journal of extracellular vesicles",
    "container-title-short": "J Extracell Vesicles", "issued": {"date-parts": [[2024, 2]]}, "volume": "13",
    "page": "e12404", "PMID": "38326288", "PMCID": "PMC10850029", "DOI": "10.1002/jev2.12404",
    "accessed": {"date-parts": [[2026, 1, 1]]}, "ISSN": "2001-3078",
}  # fmt: skip
TRIAL = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT04493242", "briefTitle": "Vesicle Infusion Trial"},
        "statusModule": {"studyFirstPostDateStruct": {"date": "2020-07-30"}},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Direct Biologics, LLC"}},
    }
}
YAML = "# kept\r\n- id: old2020   # and this\r\n  type: book\r\n  title: 'Old'\r\n  DOI: 10.1234/Old\r\n"


class Registry:
    """A server on this machine: what it answers by path, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.hold: Event | None = None
        known = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known.asked.append((self.path, dict(self.headers)))
                if known.hold:
                    known.hold.wait(30)
                status, headers, body = known.answers.get(self.path, (404, {}, b"nothing here"))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(ConnectionError):  # whoever asked had enough of it
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- as the library declares it
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}/"

    def put(self, path: str, answer: Any, status: int = 200, **headers: str) -> None:  # noqa: ANN401
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.answers[path] = (status, headers, body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    server = Registry()
    thread = Thread(target=server.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(registry, "DOI", f"{server.base}doi/")
    monkeypatch.setattr(registry, "PUBMED", f"{server.base}pubmed/?format=csl&id=")
    monkeypatch.setattr(registry, "PMC", f"{server.base}pmc/?format=csl&id=")
    monkeypatch.setattr(registry, "TRIALS", f"{server.base}studies/")
    server.put("/doi/10.1002/jev2.12404", CROSSREF)
    server.put("/pubmed/?format=csl&id=38326288", PUBMED)
    server.put("/pmc/?format=csl&id=10850029", PUBMED)
    server.put("/studies/NCT04493242", TRIAL)
    yield server
    server.server.shutdown()
    server.server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "site.yaml").write_text("title: A site\nbase_url: https://example.org/\n")
    (tmp_path / "content" / "sources.yaml").write_bytes(YAML.encode())
    return tmp_path / "content"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["new", "source", *words], catch_exceptions=False)


def clean() -> bool:
    result = CliRunner().invoke(main, ["check", "--strict"], catch_exceptions=False)
    return (result.exit_code, result.stderr) == (0, "")


def files(content: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in content.iterdir()}


# -- what a person types -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10.1002/jev2.12404", ("DOI", "10.1002/jev2.12404")),
        ("doi:10.1002/jev2.12404", ("DOI", "10.1002/jev2.12404")),
        ("https://doi.org/10.1002/jev2.12404.", ("DOI", "10.1002/jev2.12404")),
        ("http://dx.doi.org/10.1002/jev2.12404", ("DOI", "10.1002/jev2.12404")),
        ("38326288", ("PMID", "38326288")),
        ("PMID: 38326288", ("PMID", "38326288")),
        ("https://pubmed.ncbi.nlm.nih.gov/38326288/", ("PMID", "38326288")),
        ("pmc10850029", ("PMCID", "PMC10850029")),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC10850029/", ("PMCID", "PMC10850029")),
        ("nct04493242", ("NCT", "NCT04493242")),
        ("https://clinicaltrials.gov/study/NCT04493242?term=x", ("NCT", "NCT04493242")),
        ("exosomes", None),
        ("10.12/x", None),
        ("https://example.org/38326288", None),
        ("", None),
    ],
)
def test_a_number_is_known_in_every_form(typed: str, meant: tuple[str, str] | None) -> None:
    assert identified(typed) == meant


# -- asked of a registry -------------------------------------------------------------------------------------------

ENTRY = """- id: welsh2024minimal
  type: article-journal
  title: Minimal information for studies of <i>extracellular vesicles</i> & more
  author:
    - Welsh, Joshua A.
    - Théry, Clotilde
    - literal: MISEV Consortium
  issued: 2024-02
  container-title: Journal of Extracellular Vesicles
  container-title-short: J of Extracellular Vesicle
  volume: 13
  issue: 2
  page: e12404
  DOI: 10.1002/jev2.12404
"""


def test_a_doi_becomes_an_entry_and_the_rest_of_the_file_stays(server: Registry, content: Path) -> None:
    result = run("10.1002/jev2.12404")
    assert (result.exit_code, result.stderr) == (0, "")
    added_to = Path("content", "sources.yaml")
    assert result.stdout == f"{ENTRY}\nadded to {added_to}; cite it as [@welsh2024minimal]\n"
    assert (content / "sources.yaml").read_bytes() == (YAML + ENTRY.replace("\n", "\r\n")).encode()
    assert sorted(files(content)) == ["site.yaml", "sources.yaml"]
    assert clean()
    ((_, headers),) = server.asked
    assert headers["Accept"] == "application/vnd.citationstyles.csl+json"
    assert headers["User-Agent"].startswith("citewell/")


@pytest.mark.parametrize("typed", ["38326288", "PMC10850029"])
@pytest.mark.usefixtures("server")
def test_a_number_of_pubmed_becomes_an_entry(typed: str, content: Path) -> None:
    assert "[@welsh2024minimal]" in run(typed).stdout
    work = parse_library(Source("sources.yaml", (content / "sources.yaml").read_bytes())).entries[-1].work
    assert work is not None
    assert work.title == "Minimal information for studies of extracellular vesicles (MISEV2023)"
    assert (work.pmid, work.pmcid, work.doi) == ("38326288", "PMC10850029", "10.1002/jev2.12404")
    assert clean()


@pytest.mark.usefixtures("server")
def test_a_trial_becomes_an_entry(content: Path) -> None:
    assert "[@direct2020vesicle]" in run("NCT04493242").stdout
    assert "NCT: NCT04493242" in (content / "sources.yaml").read_text()
    assert clean()


def test_what_the_library_has_is_not_asked_for(server: Registry, content: Path) -> None:
    before = files(content)
    result = run("https://doi.org/10.1234/OLD")
    place = f"{Path('content', 'sources.yaml')}:2"
    assert result.stdout == f"nothing was added: this source is in {place}; cite it as [@old2020]\n"
    assert (result.exit_code, server.asked, files(content)) == (0, [], before)


def test_what_the_library_has_under_another_number_is_not_added(server: Registry, content: Path) -> None:
    run("10.1002/jev2.12404")
    before = files(content)
    result = run("38326288")
    assert result.stdout.endswith("cite it as [@welsh2024minimal]\n")
    assert result.stdout.startswith("nothing was added")
    assert (len(server.asked), files(content)) == (2, before)


def test_an_id_is_unique_in_all_libraries_and_on_all_pages(server: Registry, content: Path) -> None:
    (content / "sources.bib").write_text("@book{welsh2024minimal, title = {Another}}\n")
    (content / "page.md").write_text(
        "---\ntitle: A page\ncitations:\n  - {id: welsh2024minimalb, type: book, title: A third}\n---\n\nText [@welsh2024minimalb].\n"
    )
    assert "[@welsh2024minimalc]" in run("10.1002/jev2.12404").stdout
    assert server.asked
    assert clean()


LIBRARIES = {
    "no library": (None, ""),
    "yaml without an end of line": ("sources.yaml", "- id: a\n  type: book\n  title: A"),
    "yaml that is indented": ("sources.yml", "  # note\n  - id: a\n    type: book\n    title: A\n"),
    "yaml of comments": ("sources.yaml", "# nothing yet\n"),
    "yaml in brackets": ("sources.yaml", "# note\n[{id: a, type: book, title: A}]\n"),
    "yaml with blank lines": ("sources.yaml", "- id: a\n  type: book\n  title: A\n\n- id: b\n  type: book\n  title: B\n"),
    "json": ("sources.json", '[\n  {\n    "id": "a",\n    "type": "book",\n    "title": "A"\n  }\n]\n'),
    "json with tabs": ("sources.json", '[\r\n\t{\r\n\t\t"id": "a", "type": "book", "title": "A"\r\n\t}\r\n]\r\n'),
    "json on one line": ("sources.json", '[{"id": "a", "type": "book", "title": "A [b]"}]'),
    "json without an entry": ("sources.json", "[]\n"),
    "bibtex": ("sources.bib", "% note\n@book{a, title = {A}}\n"),
    "ris": ("sources.ris", "TY  - BOOK\r\nID  - a\r\nTI  - A\r\nER  - \r\n"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), LIBRARIES.values(), ids=LIBRARIES.keys())
@pytest.mark.usefixtures("server")
def test_the_entry_stands_at_the_end_of_a_library_of_any_form(
    name: str | None, text: str, content: Path
) -> None:
    (content / "sources.yaml").unlink()
    if name:
        (content / name).write_bytes(text.encode())
    assert run("10.1002/jev2.12404").exit_code == 0
    file = content / (name or "sources.yaml")
    after = file.read_bytes().decode()
    kept = text.rstrip("]\r\n ") if text.rstrip().endswith("]") else text
    assert after.startswith(kept)
    assert after.count("\r\n") in {0, after.count("\n")}
    library = parse_library(Source(file.name, after.encode()))
    assert library.diagnostics == ()
    work = library.entries[-1].work
    assert work is not None
    assert (work.id, work.doi, work.page, work.volume) == (
        "welsh2024minimal",
        "10.1002/jev2.12404",
        "e12404",
        "13",
    )
    assert [name.family or name.literal for name in work.author] == ["Welsh", "Théry", "MISEV Consortium"]
    if name == "sources.json":
        assert json.loads(after)[-1]["issued"] == {"date-parts": [[2024, 2]]}
    assert clean()


@pytest.mark.usefixtures("server")
def test_the_first_of_several_libraries_takes_it(content: Path) -> None:
    (content / "sources.bib").write_text("@book{b, title = {B}}\n")
    before = (content / "sources.bib").read_bytes()
    assert run("10.1002/jev2.12404").exit_code == 0
    assert (content / "sources.bib").read_bytes() == before


@pytest.mark.usefixtures("server")
def test_a_library_that_cannot_be_read_is_left_alone(content: Path) -> None:
    (content / "sources.yaml").write_text("- id: a: b\n")
    before = files(content)
    result = run("10.1002/jev2.12404")
    assert (result.exit_code, files(content)) == (2, before)
    assert "`citewell check` says what is wrong with it" in result.stderr


def test_a_redirection_is_followed_with_what_was_asked(server: Registry) -> None:
    server.put("/doi/10.5555/a", b"", 302, Location="/agency/works/a")
    server.put("/agency/works/a", CROSSREF | {"DOI": "10.5555/a"})
    assert run("10.5555/a").exit_code == 0
    path, headers = server.asked[-1]
    assert (path, headers["Accept"]) == ("/agency/works/a", "application/vnd.citationstyles.csl+json")


REFUSALS = {
    "not there": (404, b"<html>", {}, "127.0.0.1 knows no source `10.5555/x`"),
    "gone": (410, b"", {}, "knows no source"),
    "no such form": (406, b"", {}, "has no record of `10.5555/x` to give"),
    "empty": (200, b"", {}, "has no record of `10.5555/x` to give"),
    "too many": (429, b"", {}, "try again in a minute"),
    "down": (503, b"", {}, "answered with status 503"),
    "a page": (200, b"<!doctype html><p>Hello", {}, "no record of a source"),
    "not text": (200, b"\xff\xfe{", {}, "no record of a source"),
    "a list": (200, b"[]", {}, "not with a source"),
    "no title": (200, b'{"type": "journal-article", "title": []}', {}, "not with a source"),
    "a strange type": (200, b'{"type": "nonsense", "title": "A"}', {}, "`type` cannot be `nonsense`"),
    "cut off": (200, b'{"type": "book", "ti', {"Content-Length": "900"}, "127.0.0.1 "),
    "without end": (302, b"", {"Location": "/doi/10.5555/x"}, "leads in a circle"),
    "elsewhere": (302, b"", {"Location": "ftp://127.0.0.1/x"}, "leads to `ftp://127.0.0.1/x`, an address"),
    "a file": (302, b"", {"Location": "file:///etc/hostname"}, "an address that is not followed"),
    "too much": (200, b"[" + b" " * registry.MOST_BYTES + b"]", {}, "far more than the record of a source"),
}  # fmt: skip


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS.keys())
def test_an_answer_that_is_none_is_one_sentence_and_nothing_is_written(
    refusal: tuple[int, bytes, dict[str, str], str], server: Registry, content: Path
) -> None:
    status, body, headers, sentence = refusal
    server.put("/doi/10.5555/x", body, status, **headers)
    before = files(content)
    result = run("10.5555/x")
    assert (result.exit_code, result.stdout, files(content)) == (2, "", before)
    assert result.stderr.startswith("citewell: ")
    assert result.stderr.count("\n") == 1
    assert sentence in result.stderr
    assert len(server.asked) <= registry.MOST_REDIRECTIONS + 1


def test_a_registry_that_does_not_answer_is_not_waited_for(
    server: Registry, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SECONDS", 0.2)
    server.hold = Event()
    before = files(content)
    result = run("10.1002/jev2.12404")
    server.hold.set()
    assert (result.exit_code, files(content)) == (2, before)
    assert "did not answer within 0.2 seconds" in result.stderr


def test_no_network_is_one_sentence(server: Registry, content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Registry()
    closed.server.server_close()
    monkeypatch.setattr(registry, "DOI", closed.base)
    before = files(content)
    result = run("10.1002/jev2.12404")
    assert (result.exit_code, server.asked, files(content)) == (2, [], before)
    assert result.stderr.startswith("citewell: 127.0.0.1 cannot be reached: connection refused")


def test_registries_are_asked_by_https_alone() -> None:
    kinds = {"DOI": "10.5555/a<b>#c", "PMID": "1", "PMCID": "PMC1", "NCT": "NCT00000000"}
    addresses = [registry._address(kind, number)[0] for kind, number in kinds.items()]
    assert all(address.startswith("https://") for address in addresses)
    assert addresses[0].endswith("10.5555/a%3Cb%3E%23c")


def test_no_build_reaches_for_the_network(content: Path) -> None:
    (content / "page.md").write_text("---\ntitle: A page\n---\n\nText [@old2020].\n")
    program = (
        "import sys\nfrom citewell.cli import main\nreached = []\n"
        "sys.addaudithook(lambda event, _: reached.append(event) if event.startswith('socket.') else None)\n"
        "main(['build', '--quiet', '--jobs', '1'], standalone_mode=False)\n"
        "print(reached, 'citewell.io.registry' in sys.modules)\n"
        "import socket; socket.socket().close(); print(reached)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
    )
    assert done.stdout == "[] False\n['socket.__new__']\n"


def test_one_module_alone_can_reach_the_network() -> None:
    reaching = {"urllib.request", "http.client"}
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom | ast.Import)
        and reaching & {getattr(node, "module", None), *(alias.name for alias in node.names)}
    }
    assert users == {"citewell/io/registry.py"}


# -- read from a file ----------------------------------------------------------------------------------------------

FILES = Path(__file__).parent / "libraries"


@pytest.mark.parametrize("name", ["sources.bib", "sources.ris", "sources.json"])
@pytest.mark.parametrize("library", ["sources.yaml", "sources.json", "sources.bib", "sources.ris"])
def test_a_file_of_sources_is_added_once(name: str, library: str, content: Path) -> None:
    (content / "sources.yaml").unlink()
    (content / library).write_text("[]" if library.endswith("json") else "")
    result = run("--from", str(FILES / name))
    assert (result.exit_code, result.stderr) == (0, "")
    number = len(parse_library(Source(name, (FILES / name).read_bytes())).entries)
    assert result.stdout.endswith(f"{number} added to {Path('content', library)}, 0 there already\n")
    assert "[@thery2018minimal]\n" in result.stdout
    assert clean()
    before = files(content)
    again = run("--from", str(FILES / name))
    assert again.stdout == f"0 added to {Path('content', library)}, {number} there already\n"
    assert files(content) == before


def test_what_is_broken_in_a_file_is_told_and_the_rest_is_added(content: Path, tmp_path: Path) -> None:
    file = tmp_path / "export.bib"
    file.write_text(
        "@book{a,\n  title = {A\n}\n\n@book{an id, title = {B}, author = {Kim, Ada}, year = 2020}\n\n"
        "@book{old2020, title = {C}, author = {Ng, Jo}, year = 2021}\n\n@book{d, title = {Old}, doi = {10.1234/old}}\n"
    )
    result = run("--from", str(file))
    assert result.exit_code == 1
    assert f" --> {file}:2:11\n" in result.stderr
    assert result.stderr.count("error[") == 1
    assert result.stdout.splitlines() == [
        "[@kim2020b]",
        "[@ng2021c]",
        f"2 added to {Path('content', 'sources.yaml')}, 1 there already",
    ]
    assert clean()
    assert "type: book" in (content / "sources.yaml").read_text()


def test_a_record_at_fault_is_left_out_of_what_is_added(content: Path, tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text(
        '[{"id": "bad", "type": "book", "author": [{"family": "Kim"}], "issued": {"date-parts": [["20x7"]]}},\n'
        '{"id": "good", "type": "book", "title": "Good"}]\n'
    )
    result = run("--from", str(file))
    assert result.exit_code == 1
    assert result.stderr.count("error[") == 2
    assert result.stderr.endswith(f"what is wrong in {file} was left out\n")
    assert result.stdout.splitlines() == [
        "[@good]",
        f"1 added to {Path('content', 'sources.yaml')}, 0 there already",
    ]
    assert "bad" not in (content / "sources.yaml").read_text()
    assert clean()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "nowhere.bib"], "cannot read nowhere.bib: no such file"),
        (["--from", "content/site.txt"], "its name"),
        (["10.1/x", "--from", "a.bib"], "not both"),
        (["exosomes"], "`exosomes` is no DOI, PubMed or ClinicalTrials.gov number"),
        ([], "type the number of a source, as in `citewell new source 10.1002/jev2.12404`"),
    ],
)
def test_a_wrong_call_is_one_sentence(words: list[str], sentence: str, content: Path) -> None:
    before = files(content)
    result = run(*words)
    assert (result.exit_code, result.stdout, files(content)) == (2, "", before)
    assert sentence in result.stderr.replace("the name of one", "its name")


@pytest.mark.parametrize("is_there", [True, False])
def test_without_a_site_there_is_nothing_to_add_to(content: Path, *, is_there: bool) -> None:
    (content / "site.yaml").unlink()
    if not is_there:
        (content / "sources.yaml").unlink()
        content.rmdir()
    result = run("--from", str(FILES / "sources.bib"))
    assert result.exit_code == 2
    assert "type `citewell new site` to " in result.stderr


# -- asked for -----------------------------------------------------------------------------------------------------


def test_on_a_terminal_the_fields_are_asked_for(content: Path) -> None:
    answers = "report\nA report on wounds\nWorld Health Organization; Kim, Ada\nn\n\n2021-06\n\nhttps://example.org/r\n"
    status, shown = typed(["new", "source"], answers)
    assert status == 0
    assert "cite it as [@world2021report]" in shown
    work = parse_library(Source("sources.yaml", (content / "sources.yaml").read_bytes())).entries[-1].work
    assert work is not None
    assert (work.type, work.title, work.url) == ("report", "A report on wounds", "https://example.org/r")
    assert [(name.literal, name.family) for name in work.author] == [
        ("World Health Organization", ""),
        ("", "Kim"),
    ]
    assert clean()


def test_an_answer_that_cannot_be_is_asked_for_again_and_the_others_are_kept(content: Path) -> None:
    wrong_then_right = (
        "soon\n2024-13-01\n2024-12-01\n10.1\nhttps://doi.org/10.5555/A\nexample.org\nhttps://example.org/\n"
    )
    status, shown = typed(
        ["new", "source"], f"book\n \nA book\nAnn Baker and Bob Miller\ny\n\n{wrong_then_right}"
    )
    assert status == 0
    for reason in (
        "a source has a title",
        "`soon` is not a date that exists",
        "`2024-13-01` is not a date that exists",
        "`10.1` is not a DOI",
        "`example.org` is not a web address",
    ):
        assert reason in shown
    assert "mean 2 people, `Baker, Ann; Miller, Bob`?" in shown
    work = parse_library(Source("sources.yaml", (content / "sources.yaml").read_bytes())).entries[-1].work
    assert work is not None
    assert (work.title, work.doi, work.url) == ("A book", "10.5555/A", "https://example.org/")
    assert [(name.family, name.given) for name in work.author] == [("Baker", "Ann"), ("Miller", "Bob")]
    assert "issued: 2024-12-01" in (content / "sources.yaml").read_text()
    assert clean()


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ann Baker", ("Baker, Ann",)),
        ("Ann Baker & Bob Miller", ("Baker, Ann", "Miller, Bob")),
        ("Ann Baker, Bob Miller", ("Baker, Ann", "Miller, Bob")),
        ("Ann Baker, Bob Miller, and Jo Ng", ("Baker, Ann", "Miller, Bob", "Ng, Jo")),
        ("Baker, Ann and Miller, Bob", ("Baker, Ann", "Miller, Bob")),
        ("Ludwig van Beethoven", ("van Beethoven, Ludwig",)),
        ("Baker, Ann", ()),
        ("van der Berg, Jan", ()),
        ("WHO", ()),
        ("Wiley and Sons", ()),
    ],
)
def test_people_in_another_order_are_understood(text: str, people: tuple[str, ...]) -> None:
    assert people_meant(text) == people
