"""A small client of the language server: it starts the real command and speaks the protocol with it."""

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import citewell

_DEADLINE = 60
_ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])}

Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818 -- what the server answers in place of a result
    """An error that the server answered."""


class Client:
    """An editor with one site open. It counts in UTF-16, as editors do that say nothing else."""

    def __init__(self, folder: Path | None, *arguments: str, **capabilities: Json) -> None:
        self.messages: list[Json] = []
        self.diagnostics: dict[str, list[Json]] = {}
        self.registered: list[Json] = []
        self.texts: dict[Path, str] = {}
        self._next = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "citewell", "lsp", "--jobs", "1", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_ENVIRONMENT,
        )
        self._said: queue.Queue[Json | None] = queue.Queue()
        self.errors = b""
        self._readers = [
            threading.Thread(target=read, daemon=True) for read in (self._read, self._read_errors)
        ]
        for reader in self._readers:
            reader.start()
        folders = [{"uri": folder.as_uri(), "name": "site"}] if folder else None
        self.server = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder.as_uri() if folder else None,
                "workspaceFolders": folders,
                "capabilities": capabilities,
            },
        )
        self.notify("initialized", {})

    # -- the wire ------------------------------------------------------------------------------------------

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream
        while header := stream.readline():
            name, _, length = header.partition(b": ")
            assert name == b"Content-Length", f"something else stands on standard output: {header!r}"
            while stream.readline() != b"\r\n":
                pass  # other headers
            self._said.put(json.loads(stream.read(int(length))))
        self._said.put(None)

    def _read_errors(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self.errors += line

    def _send(self, **message: object) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._process.stdin.flush()

    def notify(self, method: str, params: Json) -> None:
        self._send(method=method, params=params)

    def request(self, method: str, params: Json | None) -> Any:  # noqa: ANN401 -- whatever is answered
        self._next += 1
        self._send(id=self._next, method=method, params=params)
        while True:
            said = self._said.get(timeout=_DEADLINE)
            assert said is not None, f"the server has gone: {self.errors.decode()}"
            if said.get("id") == self._next and "method" not in said:
                if "error" in said:
                    raise Refusal(said["error"]["message"])
                return said["result"]
            self._take(said)

    def _take(self, said: Json) -> None:
        match said.get("method"):
            case "textDocument/publishDiagnostics":
                self.diagnostics[said["params"]["uri"]] = said["params"]["diagnostics"]
            case "window/showMessage":
                self.messages.append(said["params"])
            case "client/registerCapability":
                self.registered += said["params"]["registrations"]
                self._send(id=said["id"], result=None)

    def next_publication(self) -> Json:
        """Wait for the next diagnostics that the server publishes by itself."""
        while True:
            said = self._said.get(timeout=_DEADLINE)
            assert said is not None, self.errors.decode()
            self._take(said)
            if said.get("method") == "textDocument/publishDiagnostics":
                return dict(said["params"])

    def close(self) -> int:
        """Say goodbye, and give the exit status."""
        self.request("shutdown", None)
        self.notify("exit", {})
        status = self._process.wait(_DEADLINE)
        for reader in self._readers:
            reader.join(_DEADLINE)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream:
                stream.close()
        return status

    # -- an editor -----------------------------------------------------------------------------------------

    def open(self, file: Path, text: str | None = None) -> None:
        self.texts[file] = file.read_text(encoding="utf-8") if text is None else text
        document = {"uri": file.as_uri(), "languageId": "markdown", "version": 1, "text": self.texts[file]}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def close_file(self, file: Path) -> None:
        del self.texts[file]
        self.notify("textDocument/didClose", {"textDocument": {"uri": file.as_uri()}})

    def type(self, file: Path, old: str, new: str) -> None:
        """Replace the first `old` of an open file, as an editor does: only the change is sent."""
        text = self.texts[file]
        start = text.index(old)
        change = {
            "range": {"start": position(text, start), "end": position(text, start + len(old))},
            "text": new,
        }
        self.texts[file] = text[:start] + new + text[start + len(old) :]
        self._changed(file, change)

    def write(self, file: Path, text: str) -> None:
        """Replace all of an open file."""
        self.texts[file] = text
        self._changed(file, {"text": text})

    def _changed(self, file: Path, change: Json) -> None:
        document = {"uri": file.as_uri(), "version": 2}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def ask(self, what: str, file: Path, at: int, **more: object) -> Any:  # noqa: ANN401
        """Ask about an offset of an open file, such as `hover` or `definition`."""
        place = {"textDocument": {"uri": file.as_uri()}, "position": position(self.texts[file], at)}
        return self.request(f"textDocument/{what}", place | more)

    def checked(self, file: Path) -> list[Json]:
        """Give what is published for a file once everything typed so far has been checked."""
        self.request("textDocument/documentSymbol", {"textDocument": {"uri": file.as_uri()}})
        return self.diagnostics.get(file.as_uri(), [])


def position(text: str, offset: int) -> Json:
    """Give the place of an offset, in UTF-16."""
    start = text.rfind("\n", 0, offset) + 1
    return {
        "line": text.count("\n", 0, offset),
        "character": len(text[start:offset].encode("utf-16-le")) // 2,
    }


def offset(text: str, place: Json) -> int:
    """Give the offset of a place."""
    line = text.split("\n")[place["line"]]
    start = sum(len(other) + 1 for other in text.split("\n")[: place["line"]])
    return start + len(line.encode("utf-16-le")[: 2 * place["character"]].decode("utf-16-le"))


def apply(edit: Json, root: Path, copy: Path) -> None:
    """Make the changes of a workspace in a copy of it."""

    def place(uri: str) -> Path:
        return copy / Path(unquote(urlsplit(uri).path)).relative_to(root)

    for change in edit["documentChanges"]:
        if change.get("kind") == "rename":
            place(change["oldUri"]).rename(place(change["newUri"]))
            continue
        file = place(change["textDocument"]["uri"])
        text = file.read_text(encoding="utf-8")
        parts = sorted(
            (
                (offset(text, one["range"]["start"]), offset(text, one["range"]["end"]), one["newText"])
                for one in change["edits"]
            ),
            reverse=True,
        )
        for start, end, new in parts:
            text = text[:start] + new + text[end:]
        file.write_text(text, encoding="utf-8")
