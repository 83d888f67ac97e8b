"""Joining the bodies of adjacent RUN instructions into one that means the same (section M of the semantics)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import basename, normpath

from hardener.errors import Refusal
from hardener.semantics.model import Model, StageModel
from hardener.semantics.shell import Body, as_left, as_right, parse_shell
from hardener.semantics.steps import StepFacts
from hardener.syntax.build import Style
from hardener.syntax.logical import is_comment
from hardener.syntax.nodes import Comment, Instruction, Run, ShellForm

_POSIX_SHELLS = ("sh", "ash", "bash", "dash")
#: comments that tools read, and that hold for the next instruction alone (P36)
_PRAGMA = re.compile(
    r"#\s*(hadolint|check\s*=|tally|kics|trivy|checkov|dockle|semgrep|nosem|nosec|snyk|sonar|NOSONAR|shellcheck"
    r"|renovate|harden|dockerfile-lint|droast|grype|tfsec|buildifier|x-release-please|cspell)\b|#\s*check="
    r"|#\s*(nosec|NOSONAR)",
    re.IGNORECASE,
)
#: the builder mounts these anew for every RUN
_PER_RUN = re.compile(r"/etc/(hosts|resolv\.conf)\b|/dev/shm\b")
_JOINER_BUDGET = 100_000
_LINE_BUDGET = 65_000


@dataclass(frozen=True, slots=True)
class ShellFacts:
    """What reads the RUN instructions at a place: whether it is known, and whether it stops at a failing command."""

    known: bool
    errexit: bool


def shell_facts(stage: StageModel, run: Instruction, model: Model) -> ShellFacts | Refusal:
    """Return what is known of the shell at `run`, or why bodies cannot be joined under it (M18, M20, M26, M27).

    An image that nobody knows most likely reads RUN with `/bin/sh -c`: the answer says that this is not known.
    """
    if stage.image is not None and stage.image.windows:
        return Refusal("M20", "cmd and PowerShell read `&&` in ways of their own")
    state = stage.states[run]
    if "BASH_ENV" in state.values:
        return Refusal("M26", "BASH_ENV names a file that every RUN reads anew")
    shell = state.shell
    if shell is None:
        if model.escape != "\\":
            return Refusal("M20", "the base image is unknown and `# escape=` hints at Windows")
        return ShellFacts(False, False)
    if not shell or basename(shell[0]) not in _POSIX_SHELLS:
        return Refusal("M27", f"SHELL is {shell[0] if shell else 'empty'}, no POSIX shell")
    options = "".join(word[1:] for word in shell[1:] if re.match(r"-[a-z]+\Z", word))
    longer = [word for word in shell[1:] if word.startswith(("--", "+"))]
    if not options.endswith("c") or set(options) - set("ceuxo") or longer:
        return Refusal("M26", "SHELL has options other than -e, -u, -x and -o: it may read files at every start")
    named = [word for word in shell[1:] if not word.startswith("-")]
    return ShellFacts(True, "e" in options or "errexit" in named)


def pair_refusal(first: Instruction, second: Instruction) -> Refusal | None:
    """Return why two adjacent RUN cannot share an instruction, judging by all but their bodies."""
    for run in (first, second):
        if isinstance(run, Run) and run.heredocs:
            return Refusal("M13", "a heredoc script has rules of its own for failing commands")
        if not isinstance(run.arguments, ShellForm):
            return Refusal("M12", "the exec form runs without a shell", "write it in shell form")
        for comment in run.leading:
            if isinstance(comment, Comment) and _PRAGMA.match(comment.text.strip()):
                text = comment.text.strip()
                return Refusal("P36", f"`{text[:60]}` holds for one instruction alone", "move or remove the comment")
    flags = [[flag.text for flag in run.flags] for run in (first, second)]
    if flags[0] != flags[1]:
        return Refusal("M14", "their flags differ: a mount or network would reach the other one too")
    if any("type=tmpfs" in flag or re.search(r"\brw\b|readwrite", flag) for flag in flags[0]):
        return Refusal("M15", "what the first writes to its mount is gone for the second")
    if first.eol.strip(" \t\r\n"):
        return Refusal("P44", "it ends in a line continuation")
    return None


def body_refusal(first: Body, facts: StepFacts, second: StepFacts, text: str, workdir: str | None) -> Refusal | None:
    """Return what the first body leaves that a new container would not have, judging by what its commands do."""
    again = facts.upgrades & second.tools
    if again:
        tool = min(again)
        return Refusal("M24", f"`{tool}` replaces itself, and a shell that has run it remembers the old place")
    if _PER_RUN.search(text):
        return Refusal("M07", "/etc/hosts, /etc/resolv.conf and /dev/shm are new in every RUN")
    here = normpath(workdir) if workdir else "/"
    if any((here + "/").startswith(path.rstrip("/") + "/") for path in facts.removes | facts.adjusts if path.strip("/*.")):
        if here != "/":
            return Refusal("M06", f"it may remove or move {here}, where the next one starts")
    return None
