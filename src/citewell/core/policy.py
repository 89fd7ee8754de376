"""What a published page may do in a reader's browser: nothing but with the site's own files.

Source: https://www.w3.org/TR/CSP3/
"""

_OWN = {
    "default-src": "'none'",
    **dict.fromkeys(
        ("script-src", "style-src", "img-src", "font-src", "connect-src", "manifest-src"), "'self'"
    ),
    "base-uri": "'none'",
    "form-action": "'none'",
}
# A page cannot ask for these itself. Pages on a disk load the index of search as a script, which needs an address from text.
_OF_HOST = {
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}


def _written(directives: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in directives.items())


PAGE_POLICY = _written(_OWN)
"""What a page asks for by itself, in a `meta` element."""

HOST_POLICY = _written(_OWN | _OF_HOST)
"""What a host that knows it sends with every file."""
