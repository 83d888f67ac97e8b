"""One repository from its clone to its requests."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hardener.bot import history, texts
from hardener.bot.commands import Heard, hear
from hardener.bot.dashboard import keep
from hardener.bot.decide import Act, There, decide
from hardener.bot.families import FAMILIES, UPDATES
from hardener.bot.forge.records import Forge, PullRequest, Repository, Wishes
from hardener.bot.git.clone import Clone, Tip, checked_branch, clone, remote_tip
from hardener.bot.git.command import Access, Git
from hardener.bot.ledger import Key, Ledger
from hardener.bot.mark import declined, is_same, keys_of
from hardener.bot.mark import done as done_body
from hardener.bot.owners import PLACES, SIZE, owners
from hardener.bot.policy import Policy, lacks_language, reason_to_skip
from hardener.bot.rewriting import Group, Order
from hardener.bot.worker import Bounds, rewrite_apart
from hardener.errors import HardenError
from hardener.fast.records import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a repository, or of one of its branches; `waits`: the next run has to look again,
    `is_new`: a request was opened."""

    repository: str
    what: str
    url: str = ""
    failed: bool = False
    waits: bool = False
    is_new: bool = False
    groups: tuple[Group, ...] = field(default=(), repr=False)


class Quota:
    """How many new requests a run may still open; shared by its threads."""

    #: what is told when there is none left
    said = "the limit of new requests of this run is reached"

    def __init__(self, left: int) -> None:
        self._left = left
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one, and tell whether there was one."""
        with self._lock:
            self._left -= 1
            return self._left >= 0


@dataclass(frozen=True, slots=True)
class Bench:
    """What the work on all repositories shares.

    Attributes:
        dry: only tell what would be done; nothing is written to the forge.
        rewrite: hardens a checkout.
    """

    forge: Forge
    policy: Policy
    ledger: Ledger
    quota: Quota
    bounds: Bounds = Bounds()
    dry: bool = False
    rewrite: Callable[[Path, Order, Bounds], list[Group]] = rewrite_apart


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


def access(repository: Repository, forge: Forge) -> Access:
    """Return what git needs to reach a repository.

    Raises:
        HardenError: the forge names an address that git is not to follow.
    """
    url = repository.clone_url
    is_plain = url.startswith(f"http://{forge.host.partition('/')[0]}/")
    if not (url.startswith("https://") or is_plain) or "@" in url:
        raise HardenError("the forge names an address for git that is not https://")
    return Access(url, forge.user, forge.token_for(repository))


@contextmanager
def empty_folder() -> Iterator[Path]:
    """Give an empty folder in which no configuration of the folders above it counts."""
    with tempfile.TemporaryDirectory(prefix="harden-bot-", ignore_cleanup_errors=True) as name:
        (Path(name) / "harden.toml").touch()
        folder = Path(name) / "checkout"
        folder.mkdir()
        yield folder


def _in_clone(repository: Repository, bench: Bench, git: Git) -> list[Told]:
    copy = clone(git, repository.clone_url, repository.base)
    policy = bench.policy
    names = {"file": (), "family": FAMILIES}.get(policy.grouping, ("all",)) + (UPDATES,) * policy.updates
    found = {name: bench.forge.requests(repository, policy.branch(name)) for name in names}
    heard = {name: hear(bench.forge, repository, one) for name, one in found.items()} if policy.hears else {}
    ignored = frozenset(rule for one in heard.values() for rule in one.ignored)
    groups = _groups(copy, bench, found, ignored)
    if bench.dry:
        return [Told(repository.name, f"{len(one.changes)} to change", groups=(one,)) for one in groups]
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


@dataclass(frozen=True, slots=True)
class Desk:
    """Does what was decided for one branch. It may be killed after any step: all can be redone."""

    repository: Repository
    bench: Bench
    copy: Clone
    branch: str

    def do(self, act: Act, there: There, group: Group) -> PullRequest | None:
        """Do it and return the request as it is now, if there is one."""
        request = there.open
        if act in (Act.OPEN, Act.REBUILD) and there.tree is not None:
            if not there.is_current:
                self._push(there.tree, there.tip, group)
            request = request or self._create(group)
        if act in (Act.OPEN, Act.REBUILD, Act.SAME) and request is not None:
            self._describe(request, group)
        elif act is Act.CLOSE and request is not None:
            self._close(request)
            self._delete()
            return replace(request, is_open=False, body=done_body(request.body))
        if act is Act.DELETE:
            self._delete()
        return request

    def answer(self, heard: Heard, *, was_rebuilt: bool) -> None:
        """Answer comments whose commands are done; the others are heard again in the next run."""
        for one in heard.answers:
            if was_rebuilt or not one.needs_rebuilt:
                self.bench.forge.comment(self.repository, one.request.number, one.text)

    def _push(self, tree: str, tip: Tip | None, group: Group) -> None:
        commit = self.copy.commit_of(tree, texts.message(group))
        self.copy.push(commit, self.branch, tip.commit if tip else None)

    def _create(self, group: Group) -> PullRequest:
        forge, policy = self.bench.forge, self.bench.policy
        title, body = texts.title(group, self._style), texts.body(group, self._style)
        made = forge.create(self.repository, self.branch, title, body, is_draft=policy.is_draft)
        wishes = self._wishes(group)
        if wishes:
            forge.ask(self.repository, made.number, wishes)
        return made

    def _wishes(self, group: Group) -> Wishes:
        """Return who is asked once, when the request is opened: asked again they would be reminded by each run."""
        policy, given = self.bench.policy, self.bench.policy.wishes
        if not policy.asks_owners or not self.bench.forge.has_globs_for_owners:
            return given
        text = next(filter(None, (self.copy.small_text(place, SIZE) for place in PLACES)), "")
        named = owners(text, [change.path for change in group.changes])
        return Wishes(
            tuple(dict.fromkeys(given.reviewers + named.reviewers)),
            tuple(dict.fromkeys(given.teams + named.teams)),
            given.assignees,
        )

    @property
    def _style(self) -> texts.Style:
        return texts.Style(self.bench.policy.template, self.repository.name)

    def _describe(self, request: PullRequest, group: Group) -> None:
        """Bring labels and texts up to date; what a person worded otherwise stays while the change is the same."""
        forge, wanted = self.bench.forge, texts.body(group, self._style)
        if not is_same(request.body, wanted):
            forge.update(self.repository, request, texts.title(group, self._style), wanted)
        missing = tuple(label for label in self.bench.policy.labels if label not in request.labels)
        if missing:
            forge.add_labels(self.repository, request.number, missing)

    def _close(self, request: PullRequest) -> None:
        """Close a request with a comment; marked first, so that it is never taken for declined."""
        forge, number = self.bench.forge, request.number
        if done_body(request.body) != request.body:
            forge.update(self.repository, request, request.title, done_body(request.body))
        if not any(texts.NOTHING_LEFT in one.text for one in forge.comments(self.repository, number)):
            forge.comment(self.repository, number, texts.closing())
        forge.close(self.repository, number)

    def _delete(self) -> None:
        self.bench.forge.delete_branch(self.repository, self.branch)
