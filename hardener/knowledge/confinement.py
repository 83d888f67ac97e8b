"""What `harden verify --profile` measured of an image: profile.json read again, which may come from anybody."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass

#: where the command writes it, below the folder that it runs in
PROFILE = "harden-profile/profile.json"
#: why a change that rests on a profile is not proved
MEASURED = "`harden verify --profile` saw only what its probes made it do"
#: the first one had no `memory_peak`
_SCHEMAS = ("harden-profile/1", "harden-profile/2")
#: what a container gets where nothing is said: nobody measured that more is needed
CAPABILITIES = frozenset(
    ("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
     "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT")
)  # fmt: skip
_FOLDER = regex(r"(?:/[A-Za-z0-9_-][\w.-]{0,63}){1,12}")
#: more than an engine gives, or more folders than a person reads through, is no result of a measurement
_MOST = 14
_MEGABYTE = 1 << 20
#: a peak outside of these, in bytes, is no result of a measurement
_PEAKS = range(_MEGABYTE, 1 << 40)
#: a limit is so many times the peak, a multiple of these, in MB, and at least two of them
_TIMES, _STEP = 2, 64


@dataclass(frozen=True, slots=True)
class Confinement:
    """What was enough for an image.

    Attributes:
        capabilities: to add after all were dropped; None where they were not found out.
        tmpfs: folders to write to while the rest is read-only; None where that did not work.
        peak: the most memory that it held, in bytes; None where that is not known.
    """

    capabilities: tuple[str, ...] | None
    tmpfs: tuple[str, ...] | None
    peak: int | None = None

    @property
    def memory(self) -> str:
        """Twice the peak as compose files write it, such as "128m"; "" where it is not known."""
        if self.peak is None:
            return ""
        return f"{max(-(-self.peak * _TIMES // (_STEP * _MEGABYTE)), 2) * _STEP}m"


def fingerprint(dockerfile: str, target: str) -> dict[str, str]:
    """Return what says in a profile which image it is of: the text that builds it, and the stage, "" for the last."""
    from hashlib import sha256  # no start needs it

    return {"sha256": sha256(dockerfile.encode("utf-8", "surrogatepass")).hexdigest(), "target": target}


def confinement(profiles: Iterable[str | None], dockerfile: str, target: str) -> Confinement | None:
    """Return the first of some profiles that is of this very Dockerfile and stage; None where none is.

    Args:
        profiles: the texts of profile.json files, None for one that is not there.
        dockerfile: the text that builds the image.
        target: the stage, "" for the last.
    """
    wanted = fingerprint(dockerfile, target)
    found = (_read(text) for text in profiles if text)
    return next((_confinement(data) for data in found if data.get("dockerfile") == wanted), None)


def _read(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) and data.get("schema") in _SCHEMAS else {}


def _confinement(data: dict[str, Any]) -> Confinement:
    said = data.get("capabilities")
    is_all = isinstance(said, dict) and said.get("drop") == ["ALL"]
    capabilities = _texts(said.get("add"), CAPABILITIES.__contains__) if isinstance(said, dict) and is_all else None
    tmpfs = _texts(data.get("tmpfs"), _FOLDER.fullmatch) if data.get("read_only") is True else None
    peak = data.get("memory_peak")
    return Confinement(capabilities, tmpfs, peak if type(peak) is int and peak in _PEAKS else None)


def _texts(items: object, is_right: Callable[[str], object]) -> tuple[str, ...] | None:
    """Return a list of texts that are all right; None for anything else."""
    if not isinstance(items, list) or len(items) > _MOST:
        return None
    right = all(isinstance(item, str) and is_right(item) for item in items)
    return tuple(sorted(set(items))) if right else None
