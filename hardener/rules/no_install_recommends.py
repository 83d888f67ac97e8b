"""no-install-recommends (HD103)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.knowledge.recommends import is_known, release, without_recommends
from hardener.rules.base import Rule, Safety
from hardener.semantics.config import Effect
from hardener.semantics.model import StageModel
from hardener.semantics.packages import (
    PackageCommand,
    RunBody,
    named_operand,
    option_after_verb,
    read_run,
    splice,
    stage_of,
)
from hardener.syntax.nodes import Run, ShellForm

_FLAGS = {
    "apt": "--no-install-recommends",
    "dnf": "--setopt=install_weak_deps=False",
    "microdnf": "--setopt=install_weak_deps=0",
    "zypper": "--no-recommends",
}
#: such an option means that somebody has thought about it already
_DECIDED = ("install-recommends", "install_weak_deps", "-recommends", "--recommends")
_SHOWN = 8
_OLD = ("squeeze", "wheezy", "jessie", "stretch", "buster", "6", "7", "8", "9", "10")
_OTHER_USE = ("-d", "--download-only", "-s", "--simulate", "--dry-run", "--print-uris", "--only-upgrade")


class NoInstallRecommends(Rule):
    """Install only what is asked for and what it depends on.

    ## What it does
    Adds `--no-install-recommends` to `apt-get install` and, where a recommended package is needed all the same (the
    certificates of `curl`, `wget` and `git`, the headers of `gcc`), names that package explicitly. For dnf, microdnf
    and zypper it adds the option of the same meaning.

    ## Why
    By default apt also installs what packages only recommend: often several times the size of what was asked for, and
    each of them a program that can have a hole.

    ## Example
    ```dockerfile
    FROM debian:bookworm-slim
    RUN apt-get update && apt-get install -y git && git clone https://example.com/x
    ```
    becomes
    ```dockerfile
    FROM debian:bookworm-slim
    RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates git && git clone https://example.com/x
    ```

    ## Fix safety
    On Debian and Ubuntu, and for packages whose recommendations are known (those of Debian 12, for about a thousand
    packages): nothing is lost but documentation, translations, and programs that the file does not call; the message
    names the programs. Where something that matters would be lost (`build-essential` of `python3-pip`, the mail
    server of `cron`), where a package or the release is not known, and for dnf and zypper, it is applied only with
    `--unsafe-fixes`; the message names what is lost (C06).

    ## When it only reports
    - C06: the packages come from `xargs`, so that it cannot be seen where to add one
    """

    code = "HD103"
    name = "no-install-recommends"
    safety = Safety.HARDENING
    effects = frozenset({Effect.RUN})

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Add the option to each installation of a RUN."""
        stage = stage_of(self.model, original)
        run = read_run(self.model, stage, original) if stage else None
        if stage is None or run is None:
            return updated
        installs = [c for c in run.commands if _is_subject(c)]
        if not installs or (installs[0].manager == "apt" and self._is_configured(stage)):
            return updated
        told = f"`{installs[0].program} install` also installs what packages only recommend"
        if any(install.is_open for install in installs):
            refusal = Refusal("C06", "the packages come from elsewhere through xargs", "name them in the file")
            return self.report(original, updated, refusal, told)
        edits: list[tuple[int, int, str]] = []
        notes: list[str] = []
        unsafe = False
        present = self._present(stage, original)
        for install in installs:
            edits.append(option_after_verb(run, install, _FLAGS[install.manager]))
            if install.manager == "apt":
                added, note, doubt = self._judge(stage, run, install, present)
                edits += added
            else:
                added, note, doubt = [], "what is only recommended is not known from the file", True
            unsafe |= doubt
            notes += [note] if note and note not in notes else []
            present |= set(install.packages)
        new = splice(original.text, edits)
        replacement = updated.with_changes(arguments=ShellForm(new))
        return self.rewrite(original, updated, replacement, "; ".join([told, *notes]), unsafe=unsafe)

    def _judge(
        self, stage: StageModel, run: RunBody, install: PackageCommand, present: set[str]
    ) -> tuple[list[tuple[int, int, str]], str, bool]:
        """Return the edits that name packages explicitly, what the message says of it, and whether it is in doubt."""
        names = [n for n in install.packages if not (n.endswith("-") and is_known(n[:-1]))]
        verdict = without_recommends(tuple(n for n in names if is_known(n)), self._text(), frozenset(present))
        unknown = [n for n in names if not is_known(n)]
        notes = []
        if verdict.keep:
            notes.append(f"{_list(verdict.keep)} {'is' if len(verdict.keep) == 1 else 'are'} needed and named instead")
        if verdict.lost:
            notes.append(f"drops {_list(verdict.lost)}")
        if verdict.unused:
            notes.append(f"drops {_list(verdict.unused)}, which nothing in the file calls")
        if unknown:
            notes.append(
                f"what {_list(tuple(unknown))} {'recommends' if len(unknown) == 1 else 'recommend'} is not known"
            )
        base = _other_base(stage)
        notes += [base] if base else []
        edits = [named_operand(run, install, name, self.model.style) for name in verdict.keep]
        return edits, "; ".join(notes), bool(verdict.lost or unknown or base)

    def _is_configured(self, stage: StageModel) -> bool:
        """Tell whether a file of apt's configuration decides it already."""
        return any("Install-Recommends" in i.text for part in stage.chain for i in part.node.body)

    def _text(self) -> str:
        return "\n".join(i.with_changes(leading=()).code for i in self.tree.instructions)

    def _present(self, stage: StageModel, until: Run) -> set[str]:
        """Return the packages that earlier instructions name, and the certificates if the image has them."""
        found = {"ca-certificates"} if stage.image is not None and stage.image.has_ca_certificates else set()
        for part in stage.chain:
            for instruction in part.node.body:
                if instruction is until:
                    break
                run = read_run(self.model, part, instruction) if isinstance(instruction, Run) else None
                if run is not None and "install" in run.line.text:
                    found.update(n for c in run.commands if _is_subject(c, decided=True) for n in c.packages)
        return found


def _is_subject(command: PackageCommand, *, decided: bool = False) -> bool:
    """Tell whether a command installs packages, with the default for recommended ones unless `decided`."""
    if command.manager not in _FLAGS or command.verb not in ("install", "in") or command.has(*_OTHER_USE):
        return False
    is_open = command.manager == "apt" or not decided
    return (
        is_open and bool(command.operands or command.is_open) and (decided or not any(map(command.mentions, _DECIDED)))
    )


def _other_base(stage: StageModel) -> str:
    """Return why the facts may not hold for the base image, "" where they do."""
    image = stage.image
    age = (image.release or image.release_floor) if image is not None else None
    if image is None or age is None or image.distro not in ("debian", "ubuntu"):
        return "the release of the base image is not known"
    if age in _OLD or (image.distro == "ubuntu" and age < "20"):
        return f"{image.distro} {age} may recommend others than {release()}"
    return ""


def _list(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
