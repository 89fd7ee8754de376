"""The tutorial, followed to the letter in an empty folder with the wheel as pip installs it.

What it tells the reader to type is typed, what it tells to write is written, and each answer that it shows must be the answer.
`CITEWELL_ACCEPT=1` in the environment writes the answers into the page anew; read them before you keep them.
"""

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[1]
TUTORIAL = ROOT / "docs/content/articles/tutorial.md"
DONE = "-- done --"
PATIENCE = 60
"""Seconds after which what has not come will not come."""


@dataclass(frozen=True)
class Part:
    """A fence with the words before it."""

    words: str
    language: str
    text: str


def parts(page: str) -> list[Part]:
    found = re.split(r"^```(\w+)\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    return [Part(*found[at : at + 3]) for at in range(0, len(found) - 2, 3)]


@dataclass
class Reader:
    """Somebody at a terminal, in a folder that holds the wheel and nothing else."""

    folder: Path
    terminal: subprocess.Popen[str]
    answer: str = ""

    @property
    def site(self) -> Path:
        return self.folder / "guide"

    def type(self, lines: str) -> None:
        """Type the lines, and wait for the answer to the last one."""
        assert self.terminal.stdin
        assert self.terminal.stdout
        self.terminal.stdin.write(f"{lines}echo '{DONE}'\n")
        self.terminal.stdin.flush()
        answer = list(iter(self.terminal.stdout.readline, f"{DONE}\n"))
        assert "" not in answer, "the shell ended"
        self.answer = "".join(answer)

    def edit(self, words: str) -> None:
        """Make the changes that a sentence names, in the file that it or the sentence before it names."""
        path = ""
        for named, old, new in re.findall(r"[Ii]n `([\w/.-]+)`|change\s+`([^`]+)`\s+to\s+`([^`]+)`", words):
            path = named or path
            if old:
                file = self.site / path
                before = file.read_text(encoding="utf-8")
                assert before.count(old) == 1, f"{path} does not hold {old!r} once"
                file.write_text(before.replace(old, new), encoding="utf-8")

    def write(self, words: str, text: str) -> None:
        """Put the text where the last sentence says."""
        told = re.findall(r"(at the end of|replace all of|[Ww]rite) `([\w/.-]+)`", words)
        assert told, f"the tutorial does not say where this stands: {text[:80]}"
        how, path = told[-1]
        file = self.site / path
        assert file.exists() == (how in {"at the end of", "replace all of"}), path
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = file.read_text(encoding="utf-8") if how == "at the end of" else ""
        file.write_text(kept + text, encoding="utf-8")

    def preview(self, told: str) -> None:
        """Start the preview, and open the address that the next words name."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        path = re.findall(r"<http://127\.0\.0\.1:8000(/[\w/]*)>", told)[0]
        command = [str(self.folder / "env/bin/citewell"), "serve", "--port", str(port)]
        with subprocess.Popen(command, cwd=self.site, env=environment()) as server:
            try:
                opened(f"http://127.0.0.1:{port}{path}")
            finally:
                server.terminate()


def opened(address: str) -> str:
    """The page at that address, as soon as it is there."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(address) as answer:  # noqa: S310 -- our own server
                return str(answer.read().decode())
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def environment() -> dict[str, str]:
    """Ours, without what measures coverage; pip installs the wheel and nothing from elsewhere."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COVERAGE_", "PIP_", "PYTHON"))
    }
    return ours | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("newcomer")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True
    )
    with subprocess.Popen(
        ["/bin/sh"],
        cwd=folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as terminal:
        deadline = Timer(5 * PATIENCE, terminal.kill)
        deadline.start()
        yield Reader(folder, terminal)
        deadline.cancel()
        terminal.kill()


@pytest.fixture(scope="module")
def followed(reader: Reader) -> list[tuple[str, str]]:
    """Each answer that the tutorial shows, with the one that came."""
    steps = parts(TUTORIAL.read_text(encoding="utf-8"))
    answers = []
    for at, part in enumerate(steps):
        reader.edit(part.words)
        if part.language == "sh" and "citewell serve" in part.text:
            reader.preview(steps[at + 1].words)
        elif part.language == "sh":
            reader.type(part.text)
            if "pip install" in part.text:
                borrow_dependencies(reader.folder)
        elif part.language == "text" and not part.words.strip():
            answers.append((part.text, reader.answer))
        else:
            reader.write(part.words, part.text)
    return answers


def borrow_dependencies(folder: Path) -> None:
    """Let the new environment find, behind its own packages, those that the tests run with."""
    (packages,) = folder.glob("env/lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")


def test_each_answer_is_the_one_that_the_tutorial_shows(followed: list[tuple[str, str]]) -> None:
    assert len(followed) >= 5
    if os.environ.get("CITEWELL_ACCEPT") == "1":
        steps = iter(answer for _, answer in followed)
        page = re.sub(
            r"^```\n\n```text\n.*?^```$",
            lambda _: f"```\n\n```text\n{next(steps)}```",
            TUTORIAL.read_text(encoding="utf-8"),
            flags=re.MULTILINE | re.DOTALL,
        )
        TUTORIAL.write_text(page, encoding="utf-8")
    else:
        for shown, came in followed:
            assert without_digest(came) == without_digest(shown)


def without_digest(answer: str) -> str:
    """Give an answer without what every change of the program changes."""
    return re.sub(r"^tree [0-9a-f]{64}$", "tree …", answer, flags=re.MULTILINE)


@pytest.mark.usefixtures("followed")
def test_the_page_is_there_with_all_that_the_tutorial_promises(reader: Reader) -> None:
    page = (reader.site / "site/salt/index.html").read_text(encoding="utf-8")
    assert "Does salt raise blood pressure?" in page
    for block in ("sources", "terms", "pipeline", "faq"):
        assert f'id="{block}"' in page, block
    assert "systolic pressure" in page
    assert (reader.site / "site/salt/questions/index.html").is_file()
    assert "https://your-name.github.io/guide/salt/" in (reader.site / "site/sitemap.xml").read_text()


@pytest.mark.usefixtures("followed")
def test_the_program_was_the_installed_one(reader: Reader) -> None:
    reader.type("python -c 'import citewell; print(citewell.__file__)'\n")
    assert Path(reader.answer.strip()).is_relative_to(reader.folder / "env")


@pytest.mark.usefixtures("followed")
def test_the_workflow_runs_commands_that_there_are(reader: Reader) -> None:
    workflow = (reader.site / ".github/workflows/site.yml").read_text(encoding="utf-8")
    commands = re.findall(r"run: (citewell .+)", workflow)
    assert commands
    for command in commands:
        reader.type(f"{command} > log; echo $?\n")
        assert reader.answer == "0\n"
