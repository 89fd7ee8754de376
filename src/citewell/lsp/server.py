"""The language server: messages in, what a site answers out. It keeps a desk for each site that has an open file or folder."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from lsprotocol import types
from msgspec import structs
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol.language_server import LanguageServerProtocol, lsp_method
from pygls.uris import to_fs_path

from citewell import __version__
from citewell.core.diagnostic import Diagnostic
from citewell.io import SurroundingsError
from citewell.io.inputs import Options
from citewell.lsp.convert import Converter
from citewell.lsp.desk import Desk, root_above
from citewell.lsp.positions import Encoding, Text

_log = logging.getLogger("citewell")

# What was typed in a burst is checked once: while a check runs no message is read.
_SETTLED_AFTER = 0.005

Found = list[tuple[str, tuple[Diagnostic, ...]]]


class NotDone(JsonRpcException):
    """What was asked cannot be done, for a reason that the editor shows."""

    CODE = -32803  # the protocol's RequestFailed


class _Protocol(LanguageServerProtocol):
    """The protocol without pygls' own copies of the texts: it breaks lines elsewhere, and moves the places it is given."""

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Iterator[Any]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None


class Server(LanguageServer):
    """The server of one editor."""

    def __init__(self, options: Options) -> None:
        """Take how sites are checked: `options` names the folders of one that lies in the current folder."""
        super().__init__("citewell", __version__, protocol_cls=_Protocol)
        self._options = options
        self.content = options.content.relative_to(options.root)
        self._desks: dict[Path, asyncio.Task[Desk | None]] = {}
        self._open: dict[Path, Text] = {}
        self._due: set[Path] = set()
        self._uris: dict[Path, str] = {}
        self._versions: dict[Path, int] = {}

    # -- sites ---------------------------------------------------------------------------------------------

    def open_site(self, place: Path) -> asyncio.Task[Desk | None] | None:
        """Open the site in which a file or folder lies, unless it is open; None where there is no site."""
        root = root_above(place, self.content)
        if root is None:
            return None
        if root not in self._desks:
            self._desks[root] = asyncio.ensure_future(self._opened(root))
        return self._desks[root]

    async def _opened(self, root: Path) -> Desk | None:
        """Read a site beside the loop, since a large one takes a while; then check it with what is open by now."""
        options = structs.replace(self._options, root=root, content=root / self.content)
        held = dict(self._open)
        try:
            desk, changed = await asyncio.to_thread(_first_check, options, held)
        except SurroundingsError as fault:
            self._say(str(fault))
        except Exception:  # noqa: BLE001 -- whatever it is, the editor goes on
            _log.exception("the site in %s cannot be opened", root)
        else:
            self._publish(desk, changed)
            for file in held.keys() | self._open.keys():
                if held.get(file) is not self._open.get(file) and (path := desk.path_of(file)):
                    desk.write(path, self._open.get(file))
                    self._soon(desk)
            return desk
        del self._desks[root]
        return None

    async def desk_of(self, uri: str) -> tuple[Desk, str] | None:
        """Give the desk of a content file and the file's path there, checked with what was typed last."""
        file = _file(uri)
        opening = self.open_site(file) if file else None
        desk = await opening if opening else None
        path = desk.path_of(file) if desk and file else None
        if desk is None or path is None:
            return None
        if desk.options.root in self._due:
            self._check(desk)
        return desk, path

    # -- what is typed -------------------------------------------------------------------------------------

    def typed(self, uri: str, text: Text | None, version: int = 0) -> None:
        """Take what an editor holds for a file, or None once it is closed."""
        file = _file(uri)
        if file is None:
            return
        for of_open in (self._open, self._uris, self._versions):
            of_open.pop(file, None)
        if text is not None:
            self._open[file], self._uris[file], self._versions[file] = text, uri, version
        desk = self._ready(file)
        path = desk.path_of(file) if desk else None
        if desk and path:
            desk.write(path, text)
            self._soon(desk)

    def text(self, uri: str) -> Text:
        """Give what an editor holds for a file."""
        return self._open.get(_file(uri) or Path(), Text(""))

    def changed(self, uris: Iterable[str]) -> None:
        """Take note that files have changed on the disk."""
        files = [file for uri in uris if (file := _file(uri))]
        for opening in list(self._desks.values()):
            desk = opening.result() if opening.done() else None
            try:
                if desk and desk.read(files):
                    self._soon(desk)
            except SurroundingsError as fault:
                self._say(str(fault))

    def _ready(self, file: Path) -> Desk | None:
        """Give the desk of a file where it is open already."""
        opening = self.open_site(file)
        return opening.result() if opening and opening.done() else None

    def _soon(self, desk: Desk) -> None:
        root = desk.options.root
        if root not in self._due:
            self._due.add(root)
            asyncio.get_running_loop().call_later(_SETTLED_AFTER, self._check_due, desk)

    def _check_due(self, desk: Desk) -> None:
        if desk.options.root in self._due:
            self._check(desk)

    def _check(self, desk: Desk) -> None:
        """Check a site and publish what looks different now. A fault of ours is logged, and the next check is another try."""
        self._due.discard(desk.options.root)
        try:
            changed = desk.check()
        except SurroundingsError as fault:
            self._say(str(fault))
            return
        except Exception:  # noqa: BLE001 -- whatever it is, the editor goes on
            _log.exception("the site in %s cannot be checked", desk.options.root)
            return
        self._publish(desk, changed)

    def _publish(self, desk: Desk, changed: Found) -> None:
        convert = self.converter(desk)
        for path, found in changed:
            version = self._versions.get(desk.file_of(path))
            diagnostics = [convert.diagnostic(item) for item in found]
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(convert.uri(path), diagnostics, version)
            )

    def converter(self, desk: Desk) -> Converter:
        """Give what makes the client's values of ours. An open file has the very address that the client gave it."""

        def uri(path: str) -> str:
            file = desk.file_of(path)
            return self._uris.get(file) or file.as_uri()

        return Converter(desk.text, uri, self.encoding)

    @property
    def encoding(self) -> Encoding:
        """The units in which the client counts."""
        return cast(
            "Encoding",
            str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding)),
        )

    # -- what goes wrong -----------------------------------------------------------------------------------

    def _say(self, sentence: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"citewell: {sentence}"))

    def begin(self) -> None:
        """Open the sites of the workspace, and say where there is none."""
        folders = [folder.uri for folder in self.workspace.folders.values()] or [
            self.workspace.root_uri or ""
        ]
        places = [file for uri in folders if (file := _file(uri))]
        sites = [self.open_site(place) for place in places]
        if places and not any(sites):
            self._say(
                f"there is no {self.content.as_posix()}/site.yaml in or above {places[0]}; "
                "a site is looked for again when one of its files is opened"
            )

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ANN401, ARG002 -- as pygls has it
        """Log a fault of ours; nobody who writes has to read it."""
        if not isinstance(error, NotDone):
            _log.error("%s", error, exc_info=error)


def _first_check(options: Options, held: dict[Path, Text]) -> tuple[Desk, Found]:
    desk = Desk(options)
    for file, text in held.items():
        if path := desk.path_of(file):
            desk.write(path, text)
    return desk, desk.check()


def _file(uri: str) -> Path | None:
    path = to_fs_path(uri)
    return Path(path) if path else None
