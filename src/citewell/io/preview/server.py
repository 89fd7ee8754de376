"""The server of the preview: it answers this machine only, and tells open pages what has changed."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from http import HTTPStatus
from pathlib import Path
from socket import socket
from threading import Lock, Thread
from typing import Any

from livereload.handlers import LiveReloadHandler
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from citewell.io import SurroundingsError, reason
from citewell.io.preview.messages import Greeting, report_of, update
from citewell.io.preview.showing import OWN, Answer, Showing, answer, page_of

HOST = "127.0.0.1"
_LARGEST = 16 * 1024
"""Bytes of a request's head, of its body, and of a message."""
_PATIENCE = 30
"""Seconds that a request may take to come in."""

Pages = Mapping[str, Callable[[], str]]


class Preview(Application):
    """What all connections share: what is shown now, and the pages that only the preview has."""

    def __init__(self, showing: Showing, port: int, pages: Pages, building: Lock) -> None:
        self.showing = showing
        self.port = port
        self.pages = pages
        self._building = building
        names = ("localhost", HOST, "[::1]")
        self.hosts = {f"{name}:{port}" for name in names} | (set(names) if port == 80 else set())  # noqa: PLR2004 -- HTTP's own
        super().__init__(
            [(f"{OWN}livereload", Tab), (f"{OWN}(client\\.(?:js|css))", Client), (".*", Site)],
            log_function=lambda _handler: None,
            websocket_max_message_size=_LARGEST,
        )

    async def show(self, showing: Showing) -> None:
        """Show this from now on, and tell the open pages."""
        self.showing = showing
        await asyncio.gather(*(tab.refresh() for tab in tuple(Tab.waiters)))

    async def answer(self, path: str) -> Answer:
        """Give the answer to the path of an address."""
        name = path.removeprefix(OWN).removesuffix("/")
        if path.startswith(OWN) and name in self.pages:
            if not path.endswith("/"):
                return Answer(HTTPStatus.FOUND, location=f"{path}/")
            return page_of(name.capitalize(), await asyncio.to_thread(self._body, name))
        return answer(self.showing, path)

    def _body(self, name: str) -> str:
        with self._building:  # it may look at what a build changes
            try:
                return self.pages[name]()
            except SurroundingsError as error:
                return f"<p>{escape(str(error))}</p>"


class Guarded(RequestHandler):
    """Whatever is asked: of this machine's own names only, and only to read."""

    application: Preview
    SUPPORTED_METHODS = ("GET", "HEAD")

    def set_default_headers(self) -> None:
        """Keep answers out of every cache, and out of pages of other origins."""
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")

    def prepare(self) -> None:
        """Refuse a name that is not ours: a page elsewhere may have had it lead here."""
        if self.request.host.lower() not in self.application.hosts:
            raise HTTPError(HTTPStatus.MISDIRECTED_REQUEST)

    def write_error(self, status_code: int, **_: Any) -> None:  # noqa: ANN401 -- as tornado declares it
        """Say the status and nothing else."""
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ", ".join(self.SUPPORTED_METHODS))
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {self._reason}\n")

    def compute_etag(self) -> None:
        """Nothing is kept, so there is nothing to compare."""


class Site(Guarded):
    """The published files, and the preview's own pages."""

    async def get(self) -> None:
        """Answer GET; HEAD is the same without the body."""
        found = await self.application.answer(self.request.path)
        if found.location:
            query = f"?{self.request.query}" if self.request.query else ""
            self.redirect(found.location + query, status=found.status)
            return
        self.set_status(found.status)
        self.set_header("Content-Type", found.media)
        self.finish(found.data)

    head = get


class Client(Guarded):
    """The script and the style that a page gets while it is previewed."""

    def get(self, name: str) -> None:
        """Answer GET; HEAD is the same without the body."""
        media = {"js": "text/javascript", "css": "text/css"}[name.rpartition(".")[2]]
        self.set_header("Content-Type", f"{media}; charset=utf-8")
        self.finish(Path(__file__).with_name(name).read_bytes())

    head = get


class Tab(Guarded, LiveReloadHandler):  # type: ignore[misc]  # livereload ships no types
    """One open page, by the protocol of livereload: it says its address and its state, and is told what to do."""

    page = seen = ""
    told = b""

    def prepare(self) -> None:
        """Refuse pages of other origins: browsers let them open sockets to any address."""
        super().prepare()
        own = {f"http://{host}" for host in self.application.hosts}
        if self.request.headers.get("Origin", "").lower() not in own:
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def check_origin(self, origin: str) -> bool:
        """Agree: `prepare` has looked, and also at what tornado lets through."""
        return bool(origin)

    async def on_message(self, message: str | bytes) -> None:
        """Take the page's greeting, then tell it what it does not know."""
        greeting = Greeting.read(message)
        if greeting is None:
            self.close(1008, "not understood")
            return
        super().on_message(message)
        if greeting.command == "info":
            self.page, self.seen = greeting.path, greeting.seen
            await self.refresh()

    async def refresh(self) -> None:
        """Tell the page what has changed of it, and what is wrong with the site."""
        now = (await self.application.answer(self.page)).seen
        if message := update(self.page, self.seen, now):
            self.seen = now
            self.send_message(message)
        report = report_of(self.application.showing, self.application.pages)
        if report != self.told:
            self.told = report
            self.send_message(report)

    def send_message(self, message: Any) -> None:  # noqa: ANN401 -- as livereload declares it
        """Send to a page, which may close while it is written to: nobody waits for the answer."""
        if self.ws_connection is not None and not self.ws_connection.is_closing():
            self.write_message(message).add_done_callback(lambda sent: sent.cancelled() or sent.exception())


@contextmanager
def serving(preview: Preview) -> Iterator[Callable[[Showing], None]]:
    """Answer in a thread of its own for as long as the block lasts; it gets what brings another state to the open pages.

    Raises:
        SurroundingsError: the port is taken, or may not be used.
    """
    try:
        sockets = bind_sockets(preview.port, HOST)
    except OSError as error:
        raise SurroundingsError(
            f"cannot serve on port {preview.port}: {reason(error)}; choose another with --port {preview.port + 1}"
        ) from error
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def await_(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 -- whatever the work comes to
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    server = await_(_listening(preview, sockets))
    try:
        yield lambda showing: await_(preview.show(showing))
    finally:
        await_(_close(server))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _listening(preview: Preview, sockets: Iterable[socket]) -> HTTPServer:
    server = HTTPServer(
        preview,
        max_header_size=_LARGEST,
        max_body_size=_LARGEST,
        idle_connection_timeout=_PATIENCE,
        body_timeout=_PATIENCE,
    )
    server.add_sockets(sockets)
    return server


async def _close(server: HTTPServer) -> None:
    server.stop()
    for tab in tuple(Tab.waiters):
        tab.close()
    await server.close_all_connections()
