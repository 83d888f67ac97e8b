"""Does for one branch and its request what was decided: commits, texts, labels, answers."""

from __future__ import annotations

from hardener.bot import texts
from hardener.bot.bench import Bench
from hardener.bot.commands import Heard
from hardener.bot.decide import Act, There
from hardener.bot.forge.records import PullRequest, Repository, Wishes
from hardener.bot.git.clone import Clone, Tip
from hardener.bot.mark import done as done_body
from hardener.bot.mark import is_same
from hardener.bot.owners import PLACES, SIZE, owners
from hardener.bot.rewriting import Group
from hardener.fast.records import dataclass, replace


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
