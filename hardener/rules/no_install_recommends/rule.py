"""no-install-recommends (HD103)."""

from __future__ import annotations

from functools import cached_property

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.image.runs import RunBody, named_operand, option_after_verb, read_run
from hardener.packages.commands import PackageCommand
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Run, ShellForm
from hardener.text import Edit, apply_edits

#: an installation that nothing has decided about yet, roughly
_INSTALL = regex(r"\bapt(?:-get)?\s(?![^&|;]*no-install-recommends)[^&|;]*\binstall\b")
#: so many names go into a message
_SHOWN = 8


class NoInstallRecommends(Rule):
    """Install only what is asked for and what it depends on.

    ## What it does
    Adds `--no-install-recommends` to `apt-get install`, and names recommended packages that are needed (the
    certificates of `curl`, `wget` and `git`, the headers of `gcc`). For dnf, microdnf and zypper it adds the option of
    the same meaning.

    ## Why
    By default apt also installs what packages only recommend: often several times the size of what was asked for, and
    more programs that can have vulnerabilities.

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
    On Debian and Ubuntu, and for packages whose recommendations are known (by the package indexes of Debian 11 to 13
    and of Ubuntu's long-term releases from 16.04 to 26.04, some 34,000 packages): nothing is lost but documentation,
    translations, programs that the file does not call, and drivers and tables that it does not mention;
    the message names the programs. Where something that matters would be lost (`build-essential` of `python3-pip`, the
    mail server of `cron`), where harden does not know a package or the release, and for dnf and zypper, the change is
    unsafe; the message names what is lost (C06).

    ## When it only reports
    - C06: the packages come from `xargs`, so that harden cannot tell which ones they are
    """

    code = "HD103"
    name = "no-install-recommends"
    safety = Safety.HARDENING
    effects = frozenset({Effect.RUN})
    asks_distro = True
    after = ("split-stages", "omit-build-packages")

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        from hardener.packages.managers import programs_of
        from hardener.rules.no_install_recommends.recommended import FLAGS

        return programs_of(FLAGS)

    @classmethod
    def bases(cls, model: Model) -> tuple[StageModel, ...]:
        """Ask for the bases of stages that install with apt."""
        return tuple(
            stage
            for stage in model.stages
            if any(isinstance(node, Run) and _INSTALL.search(node.text) for node in stage.node.body)
        )

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Add the option to each installation of a RUN."""
        stage = self.model.holder(original)
        run = read_run(self.model, stage, original) if stage else None
        if stage is None or run is None:
            return updated
        from hardener.rules.no_install_recommends.recommended import (
            FLAGS,
            archive_of,
            brought,
            installs,
            is_decided,
            present_packages,
        )

        found = [command for command in run.commands if installs(command) and not is_decided(command)]
        if not found or (found[0].manager == "apt" and self._is_configured(stage)):
            return updated
        told = f"`{found[0].program} install` also installs what packages only recommend"
        if any(install.is_open for install in found):
            refusal = Refusal("C06", "the packages come from elsewhere through xargs", "name them in the file")
            return self.report(original, updated, refusal, told)
        edits = [option_after_verb(run, install, FLAGS[install.manager]) for install in found]
        notes: dict[str, bool] = {}
        present = present_packages(self.model, stage, original, self._text)
        for install in found:
            if install.manager == "apt":
                edits += self._judge(stage, run, install, present, notes)
            else:
                notes["cannot tell from the file which ones"] = True
            present |= brought(install, present, self._text, archive_of(stage))
        replacement = updated.with_changes(arguments=ShellForm(apply_edits(original.text, edits)))
        message = "; ".join([told, *(note for note, is_doubt in notes.items() if not is_doubt)])
        doubt = "; ".join(note for note, is_doubt in notes.items() if is_doubt)
        return self.rewrite(original, updated, replacement, message, doubt=doubt)

    def _judge(
        self, stage: StageModel, run: RunBody, install: PackageCommand, present: frozenset[str], notes: dict[str, bool]
    ) -> list[Edit]:
        """Return the edits that name packages; put into `notes` what the message says, and whether it is a doubt."""
        from hardener.rules.no_install_recommends.recommended import archive_of, unsuited_base, verdict

        found = verdict(install, present, self._text, archive_of(stage))
        if found.keep:
            notes[f"{_list(found.keep)} {'is' if len(found.keep) == 1 else 'are'} needed and named instead"] = False
        if found.lost:
            notes[f"drops {_list(found.lost)}"] = True
        if found.unused:
            notes[f"drops {_list(found.unused)}, which nothing in the file calls"] = False
        if found.unknown:
            verb = "recommends" if len(found.unknown) == 1 else "recommend"
            notes[f"cannot tell what {_list(found.unknown)} {verb}"] = True
        base = unsuited_base(stage)
        if base:
            notes[base] = True
        return [named_operand(run, install, name, self.model.style) for name in found.keep]

    def _is_configured(self, stage: StageModel) -> bool:
        """Tell whether a file of apt's configuration decides it already."""
        known = self._configured.get(stage.index)
        if known is None:
            lines = (i.text for part in stage.chain for i in part.node.body)
            known = self._configured[stage.index] = any("Install-Recommends" in line for line in lines)
        return known

    @cached_property
    def _configured(self) -> dict[int, bool]:
        return {}

    @cached_property
    def _text(self) -> str:
        """Everything that the file does, without comments between instructions."""
        return "\n".join(i.with_changes(leading=()).code for i in self.tree.instructions)


def _list(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
