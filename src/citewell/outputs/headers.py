"""What a host shall send with the files: `_headers`, as Cloudflare Pages, Netlify and others read it.

Source: https://developers.cloudflare.com/pages/configuration/headers/, https://docs.netlify.com/manage/routing/headers/
"""

from collections.abc import Iterator

from citewell.core.model import Article
from citewell.core.plugin import Output, Renderer
from citewell.core.policy import HOST_POLICY
from citewell.core.view import Resolved

_EVERYWHERE = {
    "Content-Security-Policy": HOST_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Hosts join the values of one name from all rules that match: so pages keep what such hosts send by themselves, which
# is `max-age=0, must-revalidate`.
_FINGERPRINTED = {"Cache-Control": "public, max-age=31536000, immutable"}
_RULES = (("/*", _EVERYWHERE), ("/static/*", _FINGERPRINTED))


def _plan(_resolved: Resolved) -> Iterator[tuple[str, str]]:
    yield "_headers", "\n".join(_lines())


def _lines() -> Iterator[str]:
    for path, headers in _RULES:
        yield path
        yield from (f"  {name}: {value}" for name, value in headers.items())
        yield ""


def _make(text: str, _article: Article | None, _renderer: Renderer) -> bytes:
    return text.encode()


OUTPUT = Output(name="headers", plan=_plan, make=_make)
