"""Measure how long a keystroke takes until its diagnostics are published.

    python benchmarks/language_server.py [--articles 1000] [--strokes 20]

It writes a site, starts `citewell lsp` there, opens a page, and types: every keystroke adds a mistake or mends the one before,
so that each has an answer. The time runs from the message that says what was typed to the diagnostics that follow from it. A
first line tells how long the site took to open, with an empty cache and with a full one.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from corpus import slug, write

SOURCE = Path(__file__).resolve().parents[1] / "src"


class Editor:
    """The least that an editor does."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "citewell", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(SOURCE)},
        )
        folder = {"uri": root.as_uri(), "name": "site"}
        self.send("initialize", {"workspaceFolders": [folder], "capabilities": {}}, id=1)
        self.until(lambda said: said.get("id") == 1)
        self.send("initialized", {})

    def send(self, method: str, params: dict[str, Any], **more: object) -> None:
        """Send a message."""
        data = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        stream = self._process.stdin
        if stream:
            stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
            stream.flush()

    def until(self, wanted: Any) -> dict[str, Any]:  # noqa: ANN401 -- a function of a message
        """Read messages until the one that is wanted."""
        stream = self._process.stdout
        while stream:
            length = 0
            while (header := stream.readline()) != b"\r\n":
                name, _, value = header.partition(b":")
                length = int(value) if name == b"Content-Length" else length
            said: dict[str, Any] = json.loads(stream.read(length))
            if wanted(said):
                return said
        raise EOFError

    def close(self) -> None:
        """End the server."""
        self.send("shutdown", {}, id=2)
        self.until(lambda said: said.get("id") == 2)  # noqa: PLR2004 -- the number of the request
        self.send("exit", {})
        self._process.wait()


def opened(root: Path, file: Path) -> tuple[Editor, float]:
    """Open a page that has a mistake, and give the editor and how long it took until that was shown."""
    start = perf_counter()
    editor = Editor(root)
    text = file.read_text("utf-8") + "\n[@nobody]\n"
    document = {"uri": file.as_uri(), "languageId": "markdown", "version": 1, "text": text}
    editor.send("textDocument/didOpen", {"textDocument": document})
    editor.until(lambda said: published(said, file))
    return editor, perf_counter() - start


def published(said: dict[str, Any], file: Path) -> bool:
    """Tell whether a message holds the diagnostics of a file."""
    return said.get("method") == "textDocument/publishDiagnostics" and said["params"]["uri"] == file.as_uri()


def strokes(editor: Editor, file: Path, number: int) -> list[float]:
    """Type, one sign at a time, and give the seconds that each took: `x` breaks the key of a citation, and is taken out again."""
    row = len(file.read_text("utf-8").split("\n"))
    times = []
    for count in range(number):
        start, end = (3, 3) if count % 2 == 0 else (3, 4)
        change = {
            "range": {"start": {"line": row, "character": start}, "end": {"line": row, "character": end}},
            "text": "x" if count % 2 == 0 else "",
        }
        document = {"uri": file.as_uri(), "version": count + 2}
        began = perf_counter()
        editor.send("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        editor.until(lambda said: published(said, file))
        times.append(perf_counter() - began)
    return times


def main() -> None:
    """Read the command line, measure and print."""
    parser = argparse.ArgumentParser(description="Measure the language server.")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--strokes", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root / "content", given.articles)
        file = root / "content" / "articles" / f"{slug(given.articles // 2)}.md"
        editor, cold = opened(root, file)
        editor.close()
        editor, warm = opened(root, file)
        times = sorted(1000 * time for time in strokes(editor, file, given.strokes))
        editor.close()
    print(f"{given.articles} articles: open in {cold:.1f} s, again in {warm:.1f} s")
    print(
        f"{given.strokes} keystrokes until their diagnostics: "
        f"{times[0]:.0f} ms at least, {statistics.median(times):.0f} ms median, {times[-1]:.0f} ms at most"
    )


if __name__ == "__main__":
    main()
