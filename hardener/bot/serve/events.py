"""What a delivery of a forge asks for: which repository to look at, which request to review."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hardener.bot.commands import commands
from hardener.bot.forge.records import ForgeError, checked_name
from hardener.bot.mark import checked_request
from hardener.bot.serve.queue import Work
from hardener.errors import HardenError
from hardener.fast.records import dataclass

#: repositories of one installation that are looked at; `harden bot run --org` does the rest
_MANY = 1000
_EVENT = {
    "github": "x-github-event",
    "gitlab": "x-gitlab-event",
    "gitea": "x-gitea-event",
    "forgejo": "x-forgejo-event",
}
_DELIVERY = {
    "github": ("x-github-delivery",),
    "gitlab": ("idempotency-key", "x-gitlab-event-uuid"),
    "gitea": ("x-gitea-delivery",),
    "forgejo": ("x-forgejo-delivery", "x-gitea-delivery"),
}
_REVIEWED = frozenset(
    {"opened", "reopened", "synchronize", "synchronized", "ready_for_review", "open", "reopen", "update"}
)
_ENDED = frozenset({"closed", "close", "merge"})


class NotRead(HardenError):  # noqa: N818 - says what it is
    """A delivery is signed, and cannot be read."""


@dataclass(frozen=True, slots=True)
class Event:
    """A delivery that was read.

    Attributes:
        name: of the event, as the forge calls it.
        delivery: what the forge calls it by, "" where it does not say.
        works: what is to be done; () for what does not concern the bot.
        at: when it happened, in seconds since the epoch; None where the forge does not say.
    """

    name: str
    delivery: str
    works: tuple[Work, ...] = ()
    at: float | None = None


def read(kind: str, headers: Mapping[str, str], body: bytes, prefix: str) -> Event:
    """Return what a signed delivery asks for.

    Args:
        kind: of the forge.
        headers: names in lower case.
        body: JSON.
        prefix: branches of the bot begin with it.

    Raises:
        NotRead: it is no delivery of such a forge.
    """
    name = headers.get(_EVENT[kind]) or headers.get("x-gitea-event", "")
    delivery = next((headers[one] for one in _DELIVERY[kind] if headers.get(one)), "")
    if len(delivery) > 200:
        raise NotRead("the name of the delivery is too long")
    try:
        content = json.loads(body)
        if not isinstance(content, dict):
            raise NotRead("the body is no object")
        works, at = (_gitlab if kind == "gitlab" else _github)(name, content, prefix)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, ForgeError):
        raise NotRead("the body is not what such an event holds") from None
    if kind in ("gitea", "forgejo") and name != "issue_comment":
        at = None  # the times that stand in its other bodies may be older than the event
    return Event(name[:60], delivery, works, at)


Read = tuple[tuple[Work, ...], float | None]


def _github(name: str, content: dict[str, Any], prefix: str) -> Read:
    """Read what GitHub, Gitea and Forgejo send: their bodies have the same shape where it counts here."""
    handle = {
        "push": _push,
        "pull_request": _request,
        "issue_comment": _comment,
        "check_run": _rechecked,
        "check_suite": _rechecked_all,
        "installation": _installed,
        "installation_repositories": _installed,
    }.get(name)
    return handle(content, prefix) if handle else ((), None)


def _push(content: dict[str, Any], _: str) -> Read:
    repository = content["repository"]
    is_base = content["ref"] == f"refs/heads/{repository['default_branch']}" and not content.get("deleted")
    at = _time(repository.get("pushed_at") or repository.get("updated_at"))
    return _look(repository["full_name"]) if is_base else (), at


def _request(content: dict[str, Any], prefix: str) -> Read:
    one = content["pull_request"]
    head, base = one["head"], one["base"]
    is_ours = head["ref"].startswith(prefix) and (head.get("repo") or {}).get("full_name") == base["repo"]["full_name"]
    works = _of_request(base["repo"]["full_name"], content["action"], int(content["number"]), is_ours=is_ours)
    return works, _time(one.get("updated_at"))


def _of_request(repository: str, action: str, number: int, *, is_ours: bool) -> tuple[Work, ...]:
    look = _look(repository) if is_ours and action in _ENDED | {"reopened", "reopen"} else ()
    verb = "check" if is_ours else "review"
    return (*look, *([Work(checked_name(repository), f"{verb} {number}")] if action in _REVIEWED else ()))


def _comment(content: dict[str, Any], _: str) -> Read:
    comment = content["comment"]
    is_command = content["action"] == "created" and content["issue"].get("pull_request") and commands(comment["body"])
    return _look(content["repository"]["full_name"]) if is_command else (), _time(comment.get("updated_at"))


def _rechecked(content: dict[str, Any], _: str) -> Read:
    """Read that a person asks for a check again; GitHub tells the App whose check it is."""
    number = checked_request(str(content["check_run"].get("external_id") or ""))
    numbers = [number] if content["action"] == "rerequested" and number is not None else []
    return _recheck(content["repository"]["full_name"], numbers), None


def _rechecked_all(content: dict[str, Any], _: str) -> Read:
    """Read that a person asks for all checks of a commit again; GitHub names no requests of forks here."""
    found = content["check_suite"].get("pull_requests") or () if content["action"] == "rerequested" else ()
    return _recheck(content["repository"]["full_name"], [int(one["number"]) for one in found[:_MANY]]), None


def _recheck(repository: str, numbers: list[int]) -> tuple[Work, ...]:
    return tuple(Work(checked_name(repository), f"recheck {number}") for number in numbers)


def _installed(content: dict[str, Any], _: str) -> Read:
    if content["action"] not in ("created", "added", "unsuspend", "new_permissions_accepted"):
        return (), None
    found = content.get("repositories_added") or content.get("repositories") or ()
    works = [work for one in found[:_MANY] for work in _look(one["full_name"])]
    return tuple(works), None


def _gitlab(_: str, content: dict[str, Any], prefix: str) -> Read:
    kind = content["object_kind"]
    handle: Callable[[dict[str, Any], str], Read] | None = {
        "push": _gitlab_push,
        "merge_request": _gitlab_request,
        "note": _gitlab_note,
    }.get(kind)
    return handle(content, prefix) if handle else ((), None)


def _gitlab_push(content: dict[str, Any], _: str) -> Read:
    project = content["project"]
    is_base = content["ref"] == f"refs/heads/{project['default_branch']}" and content.get("checkout_sha")
    return _look(project["path_with_namespace"]) if is_base else (), None


def _gitlab_request(content: dict[str, Any], prefix: str) -> Read:
    one, name = content["object_attributes"], content["project"]["path_with_namespace"]
    is_ours = one["source_branch"].startswith(prefix) and one["source_project_id"] == one["target_project_id"]
    works = _of_request(name, one.get("action") or "", int(one["iid"]), is_ours=is_ours)
    return works, _time(one.get("updated_at"))


def _gitlab_note(content: dict[str, Any], _: str) -> Read:
    one = content["object_attributes"]
    is_command = one["noteable_type"] == "MergeRequest" and commands(one["note"])
    works = _look(content["project"]["path_with_namespace"]) if is_command else ()
    return works, _time(one.get("updated_at"))


def _look(repository: str) -> tuple[Work, ...]:
    return (Work(checked_name(repository), "look"),)


def _time(value: Any) -> float | None:
    """Return a time as forges write it: seconds, ISO 8601, or "2026-11-28 12:00:00 UTC"."""
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str) or not value:
        return None
    found = datetime.fromisoformat(value.removesuffix(" UTC"))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
