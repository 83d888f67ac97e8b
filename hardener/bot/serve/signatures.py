"""Whether a delivery comes from the forge: what is not signed with one of the secrets is not read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping

from hardener.errors import HardenError

#: names of the headers with an HMAC-SHA256 of the body, in hexadecimal digits
_SIGNED = {
    "github": ("x-hub-signature-256",),
    "forgejo": ("x-forgejo-signature", "x-gitea-signature"),
    "gitea": ("x-gitea-signature",),
}
_TOKEN = "x-gitlab-token"
#: of a secret, in characters
_SHORTEST = 16


def secrets_from(text: str) -> tuple[str, ...]:
    """Return the secrets of a variable: several, with blanks between, while one is replaced by the next.

    Raises:
        HardenError: there is none, or one could be guessed.
    """
    found = tuple(text.split())
    if not found or any(len(one) < _SHORTEST for one in found):
        raise HardenError(
            f"put the secret of the webhooks into HARDEN_BOT_WEBHOOK_SECRET ({_SHORTEST} or more characters)"
        )
    return found


def is_signed(kind: str, headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> bool:
    """Tell whether a delivery is signed with one of the secrets; the time taken does not tell how much of it is right.

    Args:
        kind: of the forge.
        headers: names in lower case.
        body: as it came.
        secrets: that count.
    """
    if kind == "gitlab":
        given, expected = headers.get(_TOKEN, ""), list(secrets)
    else:
        given = next((headers[name] for name in _SIGNED[kind] if name in headers), "")
        given = given.strip().removeprefix("sha256=") if kind == "github" and given.startswith("sha256=") else given
        expected = [hmac.new(one.encode(), body, hashlib.sha256).hexdigest() for one in secrets]
    sent = given.encode("utf-8", "replace")
    # all are compared, so that the time does not tell which one is right
    return sum(hmac.compare_digest(sent, one.encode()) for one in expected) > 0
