"""The process that reads a repository which nobody vouches for: no token, and bounds for time, memory and files.

The order comes in as JSON, the groups go out as JSON: the process that holds the token takes no objects from this one.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from hardener.bot.rewriting import Change, Group, Note, Order, rewrite_here
from hardener.errors import HardenError
from hardener.fast.records import dataclass

_KEPT = frozenset(
    {"PATH", "HOME", "TMPDIR", "LANG", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE",
     "HARDEN_OFFLINE", "HARDEN_REGISTRY_ALLOW", "SSL_CERT_FILE", "SSL_CERT_DIR"}
)  # fmt: skip
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one repository may take: seconds of wall time, seconds of a processor, bytes of memory."""

    time: int = 600
    processor: int = 300
    memory: int = 2 << 30


def rewrite_apart(folder: Path, order: Order, bounds: Bounds | None = None) -> list[Group]:
    """Harden the checkout in `folder` in a process of its own and return what came of it; nothing is written.

    Raises:
        HardenError: it could not be done, or took more than `bounds`.
    """
    bounds = bounds or Bounds()
    env = {key: value for key, value in os.environ.items() if key in _KEPT or key.lower() in _PROXIES}
    # nothing is imported from the checkout, which is the current folder there
    env["PYTHONPATH"] = os.pathsep.join(filter(os.path.isabs, sys.path))
    question = {"order": told_of(order), "bounds": [bounds.processor, bounds.memory]}
    command = [sys.executable, "-P", "-m", "hardener.bot.worker"]
    try:
        done = subprocess.run(
            command, cwd=folder, env=env, input=json.dumps(question).encode(), capture_output=True,
            timeout=bounds.time, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise HardenError(f"not done after {bounds.time} s; nothing was changed") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
        raise HardenError(
            f"the process that reads it ended with {how}, perhaps at a bound; nothing was changed"
        ) from None
    if "error" in answer:
        # a person who reads it has no such folder
        raise HardenError(str(answer["error"]).replace(f"{folder}{os.sep}", ""))
    return [group_of(one) for one in answer["groups"]]


def told_of(record: Any) -> dict[str, Any]:
    """Return the fields of a record, which are plain values."""
    return {name: getattr(record, name) for name in type(record).__slots__}


def group_of(one: dict[str, Any]) -> Group:
    """Return a group from its JSON."""
    changes = tuple(
        Change(path, None if before is None else base64.b64decode(before), base64.b64decode(after), is_own)
        for path, before, after, is_own in one["changes"]
    )
    notes = tuple(Note(**note) for note in one["notes"])
    return Group(
        one["name"], changes, notes, tuple(one["keys"]), tuple(one["errors"]), one["is_unsure"], tuple(one["images"])
    )


def told(group: Group) -> dict[str, Any]:
    """Return a group as JSON can hold it."""

    def text(data: bytes | None) -> str | None:
        return None if data is None else base64.b64encode(data).decode("ascii")

    fields = told_of(group)
    fields["changes"] = [
        (change.path, text(change.before), text(change.after), change.is_own) for change in group.changes
    ]
    fields["notes"] = [told_of(note) for note in group.notes]
    return fields


def main() -> None:
    """Read an order from standard input and write the groups to standard output."""
    question = json.load(sys.stdin)
    processor, memory = question["bounds"]
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in question["order"].items()}
    try:
        answer: dict[str, Any] = {"groups": [told(group) for group in rewrite_here(Order(**given))]}
    except HardenError as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"error": "it needs more memory than a repository may take; nothing was changed"}
    except OSError as error:
        answer = {"error": f"its files cannot be read: {error.strerror}"}
    json.dump(answer, sys.stdout)  # ASCII, what is no Unicode too


if __name__ == "__main__":
    main()
