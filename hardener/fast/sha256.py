"""SHA-256 without `hashlib`, which loads OpenSSL: 2 ms of a start that takes 60."""

from __future__ import annotations

from importlib import import_module


def hexdigest(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hexadecimal digits, by CPython's own module where there is one."""
    for name in ("_sha2", "_sha256", "hashlib"):  # Python 3.12, 3.11, any
        try:
            return str(import_module(name).sha256(data).hexdigest())
        except ImportError:
            continue
    raise ImportError("hashlib")
