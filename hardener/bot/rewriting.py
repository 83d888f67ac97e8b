"""Hardens the files of one checkout and says what came of it, without a token and without a forge."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hardener.bot.families import FAMILIES, UPDATE_RULES, UPDATES, change_key, declined_in, others, update_key
from hardener.engine import discovery
from hardener.engine.batch import run_all
from hardener.engine.config import Config
from hardener.engine.config_files import layered, load, nearest
from hardener.engine.job import Job, Outcome
from hardener.engine.result import Options, Resolver
from hardener.engine.together import together
from hardener.errors import HardenError
from hardener.fast.records import dataclass, replace
from hardener.image.model import Model
from hardener.output.findings import described, status
from hardener.rules.base import Finding, Safety
from hardener.text import encode

if TYPE_CHECKING:
    from hardener.lookups.registries import Online
    from hardener.syntax.dockerfile.nodes import Dockerfile

#: a longer Dockerfile or compose file is left alone, in bytes
SIZE = 1 << 20
#: a repository with more of them is left alone
FILES = 2000


@dataclass(frozen=True, slots=True)
class Change:
    """A file of the repository: its path with `/`, what it holds (None: it is new) and what it is to hold.

    `is_own`: it is changed for its own sake, and not because another file relies on it.
    """

    path: str
    before: bytes | None
    after: bytes
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """A finding as a request tells of it; `status` is "changed", "offered" or "held-back", `level` that of the rule,
    "" where it is held back."""

    path: str
    line: int
    code: str
    rule: str
    status: str
    message: str
    spec: str = ""
    reason: str = ""
    allow: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What one request would hold.

    Attributes:
        name: "all", a family, or the path of a file.
        changes: of files; () where there is nothing to do.
        notes: what is said of them, and what was held back.
        keys: of the changes, see `families.change_key`.
        errors: files that could not be read, and why.
        is_unsure: a registry did not answer: there may be more to do than this.
        images: that stages of its files are built on.
    """

    name: str
    changes: tuple[Change, ...] = ()
    notes: tuple[Note, ...] = ()
    keys: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    is_unsure: bool = False
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """How a checkout is to be hardened.

    Attributes:
        grouping: one of `families.GROUPINGS`.
        config: the organisation's configuration file; "" for none.
        offline: ask no registry.
        declined: keys of changes that a person declined.
        updates: also move pins whose tag names another image now, in a group of its own.
        min_age: seconds that such an image must be old; None: what the configuration says.
        ignored: names of rules that people left out by a comment.
    """

    grouping: str = "repository"
    config: str = ""
    offline: bool = False
    declined: tuple[str, ...] = ()
    updates: bool = False
    min_age: float | None = None
    ignored: tuple[str, ...] = ()


def rewrite_here(order: Order) -> list[Group]:
    """Harden the repository in the current folder; nothing is written.

    Raises:
        HardenError: a configuration cannot be used, or there is more than is handled.
    """
    below = load(Path(order.config)) if order.config else Config()
    root = Path.cwd()
    own = layered(below, _own(root, root))
    paths = list(islice(discovery.find(Path(), own.exclude, root, compose=True), FILES + 1))
    if len(paths) > FILES:
        raise HardenError(f"it has more than {FILES} files to harden: name folders in `exclude` of its harden.toml")
    large = tuple(f"{path}: larger than {SIZE} bytes" for path in paths if path.stat().st_size > SIZE)
    fitting = [path for path in paths if path.stat().st_size <= SIZE]
    online = _online(order, own)
    try:
        groups = [_group(name, group, order, below, online) for name, group in _split(order.grouping, fitting)]
        if order.updates:
            groups.append(_updates(fitting, order, below, online))
    finally:
        if online is not None:
            online.close()
    is_unsure = online is not None and bool(online.failures)
    return [replace(g, errors=large + g.errors, is_unsure=g.is_unsure or is_unsure) for g in groups]


def _split(grouping: str, found: list[Path]) -> Iterator[tuple[str, list[Path]]]:
    if grouping == "file":
        yield from ((path.as_posix(), [path]) for path in found)
    else:
        yield from ((name, found) for name in (FAMILIES if grouping == "family" else ("all",)))


def _updates(paths: list[Path], order: Order, below: Config, online: Online | None) -> Group:
    """Return the pins that move, without those whose move to this very image a person declined."""
    jobs = [Job(path, replace(_options(path, UPDATES, order, below), **_ALONE)) for path in paths]
    outcomes = together(run_all(jobs, 1, online)) if jobs else []
    declined = frozenset(order.declined)
    skip = {o.job.path: frozenset((f.rule, f.line) for key, f in _moved(o) if key in declined) for o in outcomes}
    if any(skip.values()):
        jobs = [replace(job, options=replace(job.options, skip=skip.get(job.path, frozenset()))) for job in jobs]
        outcomes = together(run_all(jobs, 1, online))
    keys = {key for outcome in outcomes for key, _ in _moved(outcome)}
    # an open request stays as it is while the tag names an image that is too young: the next run looks again
    waits = any(f.refusal and f.refusal.spec in ("B01", "B12") for o in outcomes if o.result for f in o.result.findings)
    return replace(_collected(UPDATES, outcomes), keys=tuple(sorted(keys)), is_unsure=waits)


_ALONE: dict[str, Any] = {"select": UPDATE_RULES, "extend_select": frozenset(), "level": Safety.HARDENING}


def _moved(outcome: Outcome) -> list[tuple[str, Finding]]:
    path = outcome.job.path.as_posix()
    return [(update_key(path, f.rule, f.message), f) for f in outcome.result.applied] if outcome.result else []


def _group(name: str, paths: list[Path], order: Order, below: Config, online: Online | None) -> Group:
    jobs = [Job(path, _options(path, name, order, below)) for path in paths]
    return _collected(name, together(run_all(jobs, 1, online)) if jobs else [])


def _collected(name: str, outcomes: list[Outcome]) -> Group:
    changes: dict[str, Change] = {}
    notes: list[Note] = []
    for outcome in outcomes:
        for change in _changes(outcome):
            known = changes.setdefault(change.path, change)
            changes[change.path] = replace(known, is_own=known.is_own and change.is_own)
        if outcome.result is not None:
            notes += [_note(outcome, finding) for finding in outcome.result.findings]
    keys = {change_key(o.job.path.as_posix(), f.rule) for o in outcomes if o.result for f in o.result.applied}
    failed = [outcome.error for outcome in outcomes if outcome.error]
    images = tuple(image for o in outcomes if o.result and o.result.tree for image in _images(o.result.tree))
    return Group(name, tuple(changes.values()), tuple(notes), tuple(sorted(keys)), tuple(failed), images=images)


def _images(tree: Dockerfile) -> list[str]:
    """Return the images that the stages of a Dockerfile are built on, without digests."""
    found = [stage.reference for stage in Model(tree).stages]
    names = [(one.domain, one.path, one.tag) for one in found if one]
    return ["/".join(filter(None, (domain, path))) + f":{tag}" * bool(tag) for domain, path, tag in names]


def _options(path: Path, name: str, order: Order, below: Config) -> Options:
    config = layered(below, _own(path.absolute().parent, Path.cwd()))
    ignored = config.ignored_in(path.absolute()) | below.ignore | frozenset(order.ignored)
    ignored |= declined_in(path.as_posix(), order.declined)
    return Options(
        level=config.level or Safety.HARDENING,
        select=config.select,
        extend_select=config.extend_select,
        ignore=ignored | others(name),
        resolve=_context(config, path),
        other_files=True,
        as_compose=discovery.is_included(path),
    )


def _context(config: Config, path: Path) -> Resolver | None:
    if config.context is None:
        return None
    from hardener.lookups.build_context import BuildContext

    if not config.context.is_dir():
        raise HardenError(f"{config.context.name}: the build context that the configuration names is not a folder")
    return BuildContext(config.context, path)


def _own(folder: Path, root: Path) -> Config:
    """Return the configuration of the repository for a folder of it; what lies above is of others."""
    found = nearest(folder)
    return found if found.folder is not None and found.folder.is_relative_to(root) else Config()


def _changes(outcome: Outcome) -> Iterator[Change]:
    result = outcome.result
    if result is None:
        return
    if result.changed:
        yield Change(_below(outcome.job.path), outcome.original, result.data)
    for other in result.changes:
        before = None if other.before is None else encode(other.before)
        yield Change(_below(Path(other.place)), before, encode(other.after), is_own=False)


def _below(path: Path) -> str:
    """Return the path of a file in the repository, links followed; only a regular file, or a new one, is changed."""
    root, place = Path.cwd().resolve(), path.resolve()
    if not place.is_relative_to(root) or any(part.lower() == ".git" for part in place.relative_to(root).parts):
        raise HardenError("a file to change lies outside of the repository")
    if place.exists() and not stat.S_ISREG(place.stat().st_mode):
        raise HardenError("a file to change is no regular file")
    return place.relative_to(root).as_posix()


def _note(outcome: Outcome, finding: Finding) -> Note:
    path = finding.file or outcome.job.path.as_posix()
    if os.path.isabs(path):  # noqa: PTH117
        path = os.path.relpath(path)
    refusal = finding.refusal
    level = finding.safety.value if finding.safety else ""
    held = (refusal.spec, refusal.reason, refusal.allow) if refusal else ("", "", "")
    return Note(path, finding.line, finding.code, finding.rule, status(finding), described(finding), *held, level)


def _online(order: Order, config: Config) -> Online | None:
    if order.offline or config.offline or os.environ.get("HARDEN_OFFLINE", "") not in ("", "0", "false"):
        return None
    from hardener.lookups.registries import Online
    from hardener.registry.model import RegistrySettings

    registry = config.registry
    settings = RegistrySettings(
        mirrors=registry.mirrors,
        insecure=registry.insecure,
        allow=registry.allow | frozenset(os.environ.get("HARDEN_REGISTRY_ALLOW", "").replace(",", " ").split()),
        ca_file=registry.ca_file,
        lifetime=3600 if registry.lifetime is None else registry.lifetime,
    )
    policy = config.update
    return Online(settings, policy if order.min_age is None else replace(policy, min_age=order.min_age))
