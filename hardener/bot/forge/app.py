"""A GitHub App: a key that signs for itself, and a token for each organisation that installed it.

Tokens of an installation end after an hour; they are renewed while there is time left for the work on a repository.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hardener.bot.forge.client import Client
from hardener.bot.forge.github import headers
from hardener.bot.forge.records import ForgeError, NotThere
from hardener.fast.records import dataclass, field

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

#: a token with less time left is renewed, in seconds: a clone, the rewriting and a push may take that long
_LEFT = 1800
#: GitHub takes signatures of at most ten minutes, and clocks differ
_VALID, _EARLIER = 540, 60
_NEEDED = ("contents", "pull_requests")


class Signer:
    """Signs for the App (RS256).

    Args:
        number: App ID or client ID.
        pem: the private key.

    Raises:
        ForgeError: the key cannot be used, or `hardener[bot]` is not installed.
    """

    def __init__(self, number: str, pem: str) -> None:
        self._number = number
        self._key = _key(pem)

    def __call__(self, now: float) -> str:
        """Return a JSON Web Token that is valid from `now`, in seconds since the epoch."""
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        claims = {"iat": int(now) - _EARLIER, "exp": int(now) + _VALID, "iss": self._number}
        text = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
        return f"{text}.{_encoded(self._key.sign(text.encode('ascii'), PKCS1v15(), SHA256()))}"


def _key(pem: str) -> RSAPrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise ForgeError("a GitHub App needs cryptography, which is not installed: pip install cryptography") from None
    try:
        key = load_pem_private_key(pem.encode("utf-8"), password=None)
    except (ValueError, TypeError):
        raise ForgeError("the key of the App must be a private key in PEM, without a password") from None
    if not isinstance(key, RSAPrivateKey):
        raise ForgeError("the key of the App must be an RSA key")
    return key


def _part(content: dict[str, Any]) -> str:
    return _encoded(json.dumps(content, separators=(",", ":")).encode("ascii"))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    ends: float


class AppClient:
    """The calls of GitHub through an App: each goes with the token of the owner that stands in its path.

    Args:
        sign: signs for the App.
        make: makes a client with headers.
        now: the time in seconds since the epoch.
    """

    def __init__(
        self, sign: Signer, make: Callable[[Callable[[], dict[str, str]]], Client], now: Callable[[], float] = time.time
    ) -> None:
        self._make, self._now = make, now
        self._own = make(lambda: headers(sign(now())))
        self.host, self.is_plain = self._own.host, self._own.is_plain
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}
        self._tokens: dict[str, _Token] = {}

    def close(self) -> None:
        """Close all connections."""
        for client in (self._own, *self._clients.values()):
            client.close()

    def token_of(self, owner: str) -> str:
        """Return a token of the installation of an owner that lasts for the work on a repository.

        Raises:
            NotThere: the owner has not installed the App.
            ForgeError: the App may not do what the bot needs, or no token was given.
        """
        name = owner.lower()
        with self._lock:
            known = self._tokens.get(name)
            if known is None or known.ends - self._now() < _LEFT:
                known = self._tokens[name] = self._new(name)
        return known.text

    def get(self, path: str) -> Any:
        """Return what lies at a path."""
        return self._of(path).get(path)

    def pages(self, path: str) -> Iterator[Any]:
        """Yield the entries of a list; the repositories of an owner are those that the App was installed for."""
        kind, _, rest = path.partition("/")
        if kind in ("orgs", "users") and rest.partition("/")[2].startswith("repos"):
            yield from self._of(path).pages("installation/repositories?per_page=100", "repositories")
        else:
            yield from self._of(path).pages(path)

    def send(self, method: str, path: str, content: Any = None) -> Any:
        """Send a call that changes something and return the answer."""
        return self._of(path).send(method, path, content)

    def _of(self, path: str) -> Client:
        """Return the client for the owner that stands in a path, such as "repos/OWNER/NAME/pulls"."""
        owner = path.split("/")[1].lower()
        self.token_of(owner)  # one that is not installed is told of before anything is asked
        with self._lock:
            if owner not in self._clients:
                self._clients[owner] = self._make(lambda: headers(self.token_of(owner)))
            return self._clients[owner]

    def _new(self, owner: str) -> _Token:
        found = self._installation(owner)
        lacking = [name for name in _NEEDED if (found.get("permissions") or {}).get(name) != "write"]
        if found.get("suspended_at") or lacking:
            why = f"may not write {', '.join(lacking)}" if lacking else "is suspended"
            raise ForgeError(f"the App as {owner} installed it {why}")
        made = self._own.send("POST", f"app/installations/{int(found['id'])}/access_tokens")
        try:
            text, ends = str(made["token"]), datetime.fromisoformat(made["expires_at"]).timestamp()
        except (KeyError, TypeError, ValueError):
            raise ForgeError(f"{self.host} gave no token for {owner}") from None
        if not text or not text.isascii() or not text.isprintable():
            raise ForgeError(f"{self.host} gave no token for {owner}")
        return _Token(text, ends)

    def _installation(self, owner: str) -> Any:
        for kind in ("orgs", "users"):
            try:
                return self._own.get(f"{kind}/{quote(owner, safe='')}/installation")
            except NotThere:
                continue
        raise NotThere(f"{owner} has not installed the App")
