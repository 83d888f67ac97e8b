"""From the ledger to the figures of a report; nothing here knows how they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hardener.bot.history import Found, Seen
from hardener.fast.records import dataclass, field
from hardener.output.findings import CHANGED, HELD_BACK
from hardener.output.reasons import reason

#: what repositories have in common that is left: name, and the rules that tell of it; the first one that has it counts
THEMES: tuple[tuple[str, frozenset[str]], ...] = (
    ("runs as root", frozenset({"add-user"})),
    (
        "unpinned",
        frozenset({"pin-base-digest", "pin-copied-image", "pin-frontend", "pin-service-image", "replace-latest",
                   "service-latest", "add-checksum"}),
    ),
    ("installs without its lock file", frozenset({"locked-install"})),
    (
        "build tools in the image",
        frozenset({"split-stages", "slim-base", "static-base", "nginx-site", "omit-build-packages", "narrow-copy"}),
    ),
    ("ignores docker stop", frozenset({"add-init", "exec-form", "exec-script", "start-without-npm", "service-init"})),
    (
        "services without limits",
        frozenset({"log-limits", "pids-limit", "resource-limits", "read-only-root", "drop-capabilities",
                   "no-new-privileges", "restart-policy"}),
    ),
    ("build context", frozenset({"dockerignore"})),
    ("build cache", frozenset({"copy-manifests-first", "install-before-copy", "cache-mount"})),
)  # fmt: skip
OTHER = "other"
NAMES = (*(name for name, _ in THEMES), OTHER)
#: what became of requests, in the order of the report
STATES = ("open", "merged", "declined", "closed")


@dataclass(frozen=True, slots=True)
class Row:
    """A repository of the report.

    Attributes:
        left: by theme, how many findings are left in its base.
        ready: how many of them a request changes, or would.
        held: how many are held back.
        images: that its files are built on.
        errors: files that could not be read.
        requests: by state, how many.
        url: of an open request, "" without one.
        at: when it was looked at, in seconds since the epoch.
    """

    name: str
    left: dict[str, int]
    ready: int = 0
    held: int = 0
    images: tuple[str, ...] = ()
    errors: int = 0
    requests: dict[str, int] = field(default_factory=dict)
    url: str = ""
    at: float = 0.0

    @property
    def total(self) -> int:
        """How many findings are left."""
        return sum(self.left.values())


@dataclass(frozen=True, slots=True)
class Point:
    """How things were at a time: requests so far, and changes that were merged with them."""

    at: float
    opened: int
    merged: int
    declined: int
    fixed: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole report.

    Attributes:
        rows: the repositories, those with the most left first.
        states: how many requests there are, by state.
        fixed: how many changes were merged; a rule in a file is one.
        points: over time, the oldest first.
        reasons: (id, rule, text, findings, repositories), those that hold most back first.
        images: (image, repositories), the most used first.
    """

    rows: tuple[Row, ...]
    states: dict[str, int]
    fixed: int
    points: tuple[Point, ...]
    reasons: tuple[tuple[str, str, str, int, int], ...]
    images: tuple[tuple[str, int], ...]

    def with_theme(self, theme: str) -> int:
        """Return how many repositories have something of a theme left."""
        return sum(1 for row in self.rows if row.left.get(theme))

    @property
    def rate(self) -> float | None:
        """The share of requests that people decided on which they merged; None while they decided on none."""
        decided = self.states["merged"] + self.states["declined"]
        return self.states["merged"] / decided if decided else None


def summary(found: Iterable[Found], seen: Iterable[Seen]) -> Summary:
    """Return the report over what was found and what became of it."""
    repositories, requests = list(found), list(seen)
    of_each: dict[str, list[Seen]] = {}
    for one in requests:
        of_each.setdefault(one.repository, []).append(one)
    rows = [_row(one, of_each.get(one.repository, [])) for one in repositories]
    return Summary(
        tuple(sorted(rows, key=lambda row: (-row.total, row.name))),
        {state: sum(one.state == state for one in requests) for state in STATES},
        sum(one.changes for one in requests if one.state == "merged"),
        _points(requests),
        _reasons(repositories),
        tuple(Counter(image for row in rows for image in row.images).most_common()),
    )


def theme(rule: str) -> str:
    """Return the theme of a rule."""
    return next((name for name, rules in THEMES if rule in rules), OTHER)


def _row(one: Found, requests: list[Seen]) -> Row:
    left: Counter[str] = Counter()
    by_status: Counter[str] = Counter()
    for _, rule, status, count in one.facts["counts"]:
        left[theme(rule)] += count
        by_status[status] += count
    states = Counter(request.state for request in requests)
    url = next((request.url for request in requests if request.state == "open"), "")
    return Row(
        one.repository, dict(left), by_status[CHANGED], by_status[HELD_BACK], tuple(one.facts["images"]),
        one.facts["errors"], dict(states), url, one.at,
    )  # fmt: skip


def _points(requests: list[Seen]) -> tuple[Point, ...]:
    events = [(one.opened, "opened", 0) for one in requests]
    events += [(one.ended, one.state, one.changes) for one in requests if one.ended is not None]
    so_far: Counter[str] = Counter()
    points: dict[float, Point] = {}
    for at, what, changes in sorted(events):
        so_far[what] += 1
        so_far["fixed"] += changes if what == "merged" else 0
        points[at] = Point(at, so_far["opened"], so_far["merged"], so_far["declined"], so_far["fixed"])
    return tuple(points.values())


def _reasons(found: list[Found]) -> tuple[tuple[str, str, str, int, int], ...]:
    """Return the reasons by their id and rule, as their pages call them; else the text of one stands for all."""
    count: Counter[tuple[str, str]] = Counter()
    homes: Counter[tuple[str, str]] = Counter()
    texts: dict[tuple[str, str], str] = {}
    for one in found:
        for spec, rule, text, number in one.facts["reasons"]:
            count[spec, rule] += number
            texts.setdefault((spec, rule), text)
        homes.update({(spec, rule) for spec, rule, _, _ in one.facts["reasons"]})
    pages = {spec: page.title for spec, _ in count if (page := reason(spec)) is not None}
    return tuple(
        (spec, rule, pages.get(spec, texts[spec, rule]), number, homes[spec, rule])
        for (spec, rule), number in count.most_common()
    )
