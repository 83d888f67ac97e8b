"""pipefail (HD115)."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import StageModel
from hardener.image.runs import read_run
from hardener.rules.base import Rule, Safety
from hardener.shell import Body, Command
from hardener.shell.invocation import invocation_of
from hardener.syntax.dockerfile.nodes import Run, ShellForm

#: only a cheap look before anything is read
_HINT = regex(r"\b(?:curl|wget)\b[^|]*\|(?!\|)")
_FETCHERS = frozenset(("curl", "wget"))
#: what may stand before a pipe: it fails only where it did not do its work
_SOURCES = _FETCHERS | frozenset("base64 cut echo printf sort tee tr uniq xz".split())  # noqa: SIM905
#: what reads its input to the end, so that nothing before it fails for a closed pipe
_READERS = frozenset(
    "apt-key base64 cat cut gpg gunzip jq md5sum sha1sum sha256sum sha512sum sort tar tee tr uniq wc xargs xz".split()  # noqa: SIM905
)
#: programs that run what they read (pipe-to-shell speaks of them)
_INTERPRETERS = regex(r"(?:ba|da|a|k|z)?sh\Z|(?:python|perl|ruby|node|php)[\d.]*\Z")
#: distributions whose /bin/sh knows the option: busybox, or bash
_KNOWS = frozenset(("alpine", "rhel", "centos", "fedora", "rocky", "almalinux", "amazonlinux", "oraclelinux"))
_SHELLS = frozenset(("bash", "zsh", "ksh"))
_MESSAGE = "a failed download goes unnoticed: only the last command of a pipe counts"
_FILE = "download to a file first"
_ALLOW = 'write SHELL ["/bin/bash", "-o", "pipefail", "-c"] above it, or download to a file first'


class Pipefail(Rule):
    """Let a build stop when a download before a pipe fails.

    ## What it does
    A RUN that pipes a download (`curl`, `wget`) into another program begins with `set -o pipefail`.

    ## Why
    The shell looks only at the last command of a pipe. Where the download fails, the next program reads nothing, may
    report success, and the broken layer goes into the image and the build cache.

    ## Example
    ```dockerfile
    FROM alpine:3.22
    RUN wget -qO- https://example.com/list.txt | sort > /etc/list
    ```
    becomes
    ```dockerfile
    FROM alpine:3.22
    RUN set -o pipefail && wget -qO- https://example.com/list.txt | sort > /etc/list
    ```

    ## Fix safety
    Hardening: a build that went on after a failed download stops. harden knows that the shell has the option (busybox
    of Alpine, bash), that each program after a pipe reads all that it is given, and that no program before one fails
    for another reason, as `grep` does without a match.

    ## When it only reports
    - C30: the shell has no such option (dash of Debian and Ubuntu), or a program in a pipe may stop early or fail
    """

    code = "HD115"
    name = "pipefail"
    safety = Safety.HARDENING
    effects = frozenset({Effect.RUN})
    after = ("merge-run", "join-installs", "no-sudo")

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Rewrite one RUN."""
        code = original.text
        stage = self.model.holder(original) if "|" in code and "pipefail" not in code and _HINT.search(code) else None
        run = read_run(self.model, stage, original) if stage is not None else None
        if stage is None or run is None or _has_option(stage, original):
            return updated
        pipes = list(_pipes(run.body))
        if not any(map(_loses_download, pipes)):
            return updated
        refusal = _shell_refusal(stage, original) or _refusal(run.body, pipes)
        if refusal is not None:
            return self.report(original, updated, refusal, _MESSAGE)
        text = original.text
        changed = updated.with_changes(arguments=ShellForm(f"set -o pipefail && {text}"))
        return self.rewrite(original, updated, changed, _MESSAGE)


def _pipes(body: Body) -> Iterator[list[Command]]:
    """Yield the simple commands of each pipe in their order."""
    found: list[Command] = []
    for command in body.commands:
        position = command.context.position
        if position is None or (found and position <= (found[-1].context.position or 0)):
            if found:
                yield found
            found = []
        if position is not None:
            found.append(command)
    if found:
        yield found


def _program(command: Command) -> str:
    call = invocation_of(command)
    return call.program if call is not None else ""


def _loses_download(pipe: list[Command]) -> bool:
    names = [_program(command) for command in pipe]
    return bool(_FETCHERS & set(names[:-1])) and not any(_INTERPRETERS.match(name) for name in names[1:])


def _has_option(stage: StageModel, run: Run) -> bool:
    shell = stage.states[run].shell
    return shell is not None and "pipefail" in " ".join(shell)


def _shell_refusal(stage: StageModel, run: Run) -> Refusal | None:
    """Return why the shell may not have the option; None where it has it."""
    shell = stage.states[run].shell
    name = basename(shell[0]) if shell else ""
    distro = stage.image.distro if stage.image is not None else None
    if name in _SHELLS or (name in ("sh", "ash") and distro in _KNOWS):
        return None
    if distro in ("debian", "ubuntu"):
        return Refusal(
            "C30", "a failed download goes unnoticed, and /bin/sh of this image, dash, has no pipefail", _ALLOW
        )
    return Refusal(
        "C30", "a failed download goes unnoticed; cannot tell whether the shell of this image has pipefail", _ALLOW
    )


def _reads_all(name: str, command: Command) -> bool:
    """Tell whether a program reads its input to the end; tar does, save where it stops at the first of a name."""
    return name in _READERS and not any(word.raw.startswith("--occurrence") for word in command.words)


def _refusal(body: Body, pipes: list[list[Command]]) -> Refusal | None:
    """Return what of a RUN may fail with the option though all went well; None where nothing may."""
    if body.background or body.functions or body.heredoc or body.leaks:
        return Refusal("C30", "the RUN is more than a list of commands", _FILE)
    for pipe in pipes:
        if [command.context.position for command in pipe] != list(range(len(pipe))):
            return Refusal("C30", "a compound command stands in a pipe", _FILE)
        for index, command in enumerate(pipe):
            name = _program(command)
            if (index and not _reads_all(name, command)) or (index < len(pipe) - 1 and name not in _SOURCES):
                return Refusal(
                    "C30", f"cannot tell whether `{name or command.name}` may stop early, or fail without harm", _FILE
                )
    return None
