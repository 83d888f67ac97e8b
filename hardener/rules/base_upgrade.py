"""base-upgrade (HD312)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.runs import read_run
from hardener.packages.commands import PackageCommand
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Run

#: the verbs of all managers
_HINTS = ("upgrade", "update", "distro-sync", "zypper")
_VERBS = {
    "apt": frozenset(("upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade")),
    "apk": frozenset(("upgrade",)),
    "dnf": frozenset(("upgrade", "update", "distro-sync")),
    "yum": frozenset(("upgrade", "update", "distro-sync")),
    "microdnf": frozenset(("upgrade", "update")),
    "tdnf": frozenset(("upgrade", "update")),
    "zypper": frozenset(("update", "up", "dist-upgrade", "dup")),
}
_MESSAGE = "two builds on one pinned base image differ"
_ALLOW = "remove it and update the digest instead"


class BaseUpgrade(Rule):
    """Do not upgrade all packages of a base image that is pinned.

    ## What it does
    Reports `apt-get upgrade`, `apk upgrade`, `dnf upgrade` and their like, without names of packages, in a stage whose
    base image is fixed by its digest.

    ## Why
    A digest makes each build start from the same files. An upgrade of all packages takes that back: two builds differ,
    and each upgraded file is in the image twice, in the base and above it. An update of the digest brings the same
    fixes.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
    RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*
    ```
    is reported, and
    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*
    ```
    is not.

    ## Fix safety
    There is no rewrite: the upgrade may bring a fix that no newer base image has yet (C31).

    ## When it only reports
    - C31: always
    """

    code = "HD312"
    name = "base-upgrade"
    safety = Safety.SAFE
    effects = frozenset[Effect]()

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about: an image that is pinned."""
        return ("sha256:", "sha512:")

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Report the first upgrade of a RUN."""
        stage = self.model.holder(original) if any(hint in original.code for hint in _HINTS) else None
        reference = stage.root.reference if stage is not None else None
        if stage is None or reference is None or reference.digest is None:
            return updated
        run = read_run(self.model, stage, original)
        found = next(filter(_upgrades_all, run.commands), None) if run is not None else None
        if found is None:
            return updated
        reason = f"`{found.program} {found.verb}` replaces packages of a base image that is fixed by its digest"
        return self.report(original, updated, Refusal("C31", reason, _ALLOW), _MESSAGE)


def _upgrades_all(command: PackageCommand) -> bool:
    verbs = _VERBS.get(command.manager, frozenset())
    return command.verb in verbs and not command.operands and not command.is_open
