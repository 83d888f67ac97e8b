"""How long a forge wants to be left alone: its rate limits, as they stand in its answers."""

from __future__ import annotations

from collections.abc import Mapping

from hardener.registry.retry import retry_after

#: a secondary limit without a time: GitHub asks for at least a minute
_MINUTE = 60.0


def asked_to_wait(status: int, headers: Mapping[str, str], body: bytes, now: float) -> float | None:
    """Return the seconds to wait before the call may be sent again; None for an answer that is no rate limit.

    Args:
        status: of the answer.
        headers: of the answer, names in lower case.
        body: of the answer.
        now: seconds since the epoch.
    """
    if status not in (403, 429):
        return None
    asked = retry_after(headers.get("retry-after", ""), now)
    if asked is not None:
        return asked
    for prefix in ("x-ratelimit", "ratelimit"):  # GitHub and Gitea; GitLab
        reset = headers.get(f"{prefix}-reset", "")
        if headers.get(f"{prefix}-remaining") == "0" and reset.isdecimal():
            return max(1.0, float(reset) - now + 1)
    is_secondary = b"secondary rate limit" in body[:4096].lower() or status == 429
    return _MINUTE if is_secondary else None
