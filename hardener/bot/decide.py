"""What is to be done for one branch, worked out from what there is; pure."""

from __future__ import annotations

from enum import Enum

from hardener.bot.forge.records import PullRequest
from hardener.bot.git.clone import Tip
from hardener.bot.mark import is_declined
from hardener.fast.records import dataclass


class Act(Enum):
    """What is done with a branch and its request; the value is what is told of it."""

    NOTHING = "nothing to do"
    SAME = "up to date"
    OPEN = "opened"
    REBUILD = "rebuilt"
    CLOSE = "closed: nothing is left to do"
    DELETE = "branch deleted: it is merged, or nothing is left to do"
    PERSONS = "left alone: a person changed the branch"
    DECLINED = "declined earlier"
    UNSURE = "left as it is: a registry did not answer, or an image is too young"


@dataclass(frozen=True, slots=True)
class There:
    """What a branch is like.

    Attributes:
        base: commit of the base.
        tree: that the branch should have; None where nothing is to be changed.
        tip: of the branch, if there is one.
        requests: of the branch, the newest first.
        is_rebase: a person who may push wants the branch rebuilt, whoever changed it.
        is_less: the tree may lack what the open request holds, as a registry did not answer.
    """

    base: str
    tree: str | None
    tip: Tip | None
    requests: tuple[PullRequest, ...]
    is_less: bool = False
    is_rebase: bool = False

    @property
    def open(self) -> PullRequest | None:
        """The open request."""
        return next((one for one in self.requests if one.is_open), None)

    @property
    def is_merged(self) -> bool:
        """Whether what the branch holds was merged, whoever made it."""
        newest = self.requests[0] if self.requests else None
        return newest is not None and newest.is_merged and self.tip is not None and self.tip.commit == newest.head

    @property
    def is_current(self) -> bool:
        """Whether the branch is as it should be."""
        return self.tip is not None and self.tip.tree == self.tree and self.tip.parents == (self.base,)


def decide(there: There) -> Act:
    """Return what is to be done."""
    tip = there.tip
    may_go = (there.is_merged and there.open is None) or (there.is_rebase and there.tree is not None)
    if tip is not None and not tip.is_ours and not may_go:
        return Act.PERSONS
    if there.is_less:
        return Act.UNSURE
    if there.tree is None:
        if there.open is not None:
            return Act.CLOSE
        if there.requests and is_declined(there.requests[0]):
            return Act.DECLINED
        return Act.DELETE if tip is not None else Act.NOTHING
    if there.open is None:
        return Act.OPEN
    return Act.SAME if there.is_current else Act.REBUILD
