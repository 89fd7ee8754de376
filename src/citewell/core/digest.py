"""The digest of a value: how the build knows that two values are the same."""

from hashlib import blake2b

import msgspec

_ENCODER = (
    msgspec.msgpack.Encoder()
)  # a mapping counts in its own order: a needless rebuild at worst, never a stale page


def digest(*values: object) -> str:
    """Give 32 hexadecimal digits that depend on the values only, in any process on any machine."""
    return blake2b(_ENCODER.encode(values), digest_size=16).hexdigest()


def fingerprint(data: bytes) -> str:
    """Give the ten hexadecimal digits that stand in the address of a published static file."""
    return blake2b(data, digest_size=5).hexdigest()
