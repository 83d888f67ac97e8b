"""One repository from its clone to its requests."""

from __future__ import annotations

import time
from pathlib import Path

from hardener.bot import history
from hardener.bot.bench import Bench, Told, to_change
from hardener.bot.commands import Heard, hear
from hardener.bot.dashboard import keep
from hardener.bot.decide import Act, There, decide
from hardener.bot.desk import Desk
from hardener.bot.families import FAMILIES, UPDATES
from hardener.bot.forge.records import PullRequest, Repository
from hardener.bot.git.clone import Clone, checked_branch, clone, remote_tip
from hardener.bot.git.command import Git
from hardener.bot.ledger import Key
from hardener.bot.mark import declined, keys_of
from hardener.bot.policy import lacks_language, reason_to_skip
from hardener.bot.reach import access, empty_folder
from hardener.bot.rewriting import Group
from hardener.errors import HardenError


def work_on(repository: Repository, bench: Bench) -> list[Told]:
    """Harden a repository and bring its requests up to date; what goes wrong is told, so that the others go on."""
    name, policy = repository.name, bench.policy
    try:
        reason = reason_to_skip(repository, policy)
        if not reason and policy.languages:
            reason = lacks_language(bench.forge.languages(repository), policy)
        if reason:
            return [Told(name, f"skipped: {reason}")]
        with empty_folder() as folder:
            return _with_ledger(repository, bench, folder)
    except HardenError as error:
        return [Told(name, str(error), failed=True)]
    except (OSError, RecursionError) as error:  # a full disk, a checkout that no one foresaw: the others go on
        return [Told(name, f"{type(error).__name__}: {error}", failed=True)]


def _with_ledger(repository: Repository, bench: Bench, folder: Path) -> list[Told]:
    git = Git(folder, access(repository, bench.forge), (bench.policy.name, bench.policy.mail))
    base = remote_tip(git, repository.clone_url, checked_branch(repository.base))
    if base is None:
        return [Told(repository.name, "skipped: empty")]
    if bench.dry:
        return _in_clone(repository, bench, git)
    key = Key(repository.name, base, bench.policy.digest())
    before = bench.ledger.done(key, bench.policy.again_after)
    if before is not None:
        return [Told(repository.name, f"as before: {before}")]
    bench.ledger.begin(key)
    try:
        told = _in_clone(repository, bench, git)
    except HardenError as error:
        bench.ledger.finish(key, str(error), failed=True)
        raise
    waits = any(one.waits for one in told)
    bench.ledger.finish(key, "; ".join(dict.fromkeys(one.what for one in told)), failed=waits)
    return told


def _in_clone(repository: Repository, bench: Bench, git: Git) -> list[Told]:
    copy = clone(git, repository.clone_url, repository.base)
    policy = bench.policy
    names = {"file": (), "family": FAMILIES}.get(policy.grouping, ("all",)) + (UPDATES,) * policy.updates
    found = {name: bench.forge.requests(repository, policy.branch(name)) for name in names}
    heard = {name: hear(bench.forge, repository, one) for name, one in found.items()} if policy.hears else {}
    ignored = frozenset(rule for one in heard.values() for rule in one.ignored)
    groups = _groups(copy, bench, found, ignored)
    if bench.dry:
        return [Told(repository.name, to_change([one]), groups=(one,)) for one in groups]
    there = {
        one.name: found[one.name] if one.name in found else bench.forge.requests(repository, policy.branch(one.name))
        for one in groups
    }
    history.found(bench.ledger, repository.name, copy.commit, groups)
    room = policy.open_limit - sum(one.is_open for requests in there.values() for one in requests)
    told = []
    for group in groups:
        one = _bring(
            repository, bench, copy, group, there[group.name], heard=heard.get(group.name, Heard()), has_room=room > 0
        )
        room -= one.is_new
        told.append(one)
    if policy.dashboard and groups:
        keep(bench.forge, repository, history.all_seen(bench.ledger, repository.name), groups)
    return told or [Told(repository.name, "nothing to do: no Dockerfile")]


def _groups(
    copy: Clone, bench: Bench, found: dict[str, tuple[PullRequest, ...]], ignored: frozenset[str]
) -> list[Group]:
    """Return what each request is to hold, without what people declined or left out."""
    refused: set[str] = set()
    lost = set()
    for name, requests in found.items():
        keys = declined(requests)
        refused.update(keys or ())
        if keys is None:
            lost.add(name)
    order = bench.policy.order(tuple(sorted(refused)), tuple(sorted(ignored)))
    groups = bench.rewrite(copy.git.folder, order, bench.bounds)
    return [Group(one.name, errors=one.errors) if one.name in lost else one for one in groups]


def _bring(
    repository: Repository,
    bench: Bench,
    copy: Clone,
    group: Group,
    requests: tuple[PullRequest, ...],
    *,
    heard: Heard,
    has_room: bool,
) -> Told:
    """Bring one branch and its request to where they should be."""
    branch = checked_branch(bench.policy.branch(group.name))
    tip = copy.tip(branch)
    tree = copy.tree_with({change.path: change.after for change in group.changes}) if group.changes else None
    there = There(copy.commit, tree, tip, requests, _is_less(group, requests), heard.is_rebase)
    act = decide(there)
    if act is Act.OPEN:
        if bench.policy.grouping == "file" and _is_all_declined(group, requests):
            return Told(repository.name, Act.DECLINED.value)
        why = _why_to_wait(bench, has_room=has_room)
        if why:
            return Told(repository.name, f"waits: {why}", waits=True)
    desk = Desk(repository, bench, copy, branch)
    history.seen(bench.ledger, repository.name, branch, requests)
    request = desk.do(act, there, group)
    if request is not None:
        history.seen(bench.ledger, repository.name, branch, [request])
    desk.answer(heard, was_rebuilt=act in (Act.REBUILD, Act.SAME))
    wrong = f"; {len(group.errors)} not read" if group.errors else ""
    url = request.url if request is not None else ""
    is_new = act is Act.OPEN
    what = f"{branch}: {act.value}{wrong}"
    return Told(repository.name, what, url, waits=act is Act.UNSURE, groups=(group,), is_new=is_new)


def _why_to_wait(bench: Bench, *, has_room: bool) -> str:
    """Return why a new request may not be opened now, "" where it may."""
    schedule = bench.policy.schedule
    if schedule is not None and not schedule.is_open(time.localtime()):
        return f"new requests are opened {schedule.text}"
    if not has_room:
        return f"{bench.policy.open_limit} requests are open there"
    return "" if bench.quota.take() else bench.quota.said


def _is_less(group: Group, requests: tuple[PullRequest, ...]) -> bool:
    """Tell whether an open request holds what is missing now, perhaps because a registry did not answer."""
    held = next((keys_of(one.body) for one in requests if one.is_open), frozenset())
    return group.is_unsure and not held <= frozenset(group.keys)


def _is_all_declined(group: Group, requests: tuple[PullRequest, ...]) -> bool:
    keys = declined(requests)
    return keys is None or (bool(keys) and set(group.keys) <= set(keys))
