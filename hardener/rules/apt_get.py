"""apt-get (HD113)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.runs import read_run
from hardener.packages.commands import PackageCommand
from hardener.rules.base import Rule, Safety
from hardener.shell import Word
from hardener.syntax.dockerfile.nodes import Run, ShellForm
from hardener.text import Edit, apply_edits

_HINT = regex(r"\bapt\s")
_MESSAGE = "apt is for interactive use: its output and options may change between releases"
#: what apt-get calls the same verb
_VERBS = {
    **{
        verb: verb
        for verb in [
            "update",
            "install",
            "remove",
            "purge",
            "autoremove",
            "clean",
            "autoclean",
            "build-dep",
            "source",
            "download",
        ]
    },
    "full-upgrade": "dist-upgrade",
    "dist-upgrade": "dist-upgrade",
}
#: options that mean the same to both
_OPTIONS = frozenset(
    """
    -y --yes --assume-yes -q -qq -qqq --quiet --no-install-recommends --no-install-suggests --install-recommends
    --install-suggests --fix-missing -m --fix-broken -f --reinstall --allow-downgrades --allow-change-held-packages
    --allow-remove-essential --allow-unauthenticated --force-yes --only-upgrade --no-upgrade --purge --auto-remove
    --autoremove -t --target-release --default-release -o --option --no-remove --download-only -d
    """.split()  # noqa: SIM905 (a table of words reads better)
)


class AptGet(Rule):
    """Call apt-get instead of apt.

    ## What it does
    `apt` in a RUN becomes `apt-get`, and `apt full-upgrade` becomes `apt-get dist-upgrade`.

    ## Why
    apt is made for interactive use. Its manual says that its behaviour may change between releases, and it prints a
    warning about this in every build; apt-get is the interface for scripts.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    RUN apt update && apt install -y curl
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update && apt-get install -y curl
    ```

    ## Fix safety
    Only verbs and options that mean the same in both. apt removes downloaded packages; apt-get does so where the image
    is configured for it, as all images built on those of Debian and Ubuntu are: hardening on unknown images.

    ## When it only reports
    - C07: a verb or an option that apt-get does not have, or that means something else to it (`apt upgrade` also
      installs new packages)
    """

    code = "HD113"
    name = "apt-get"
    safety = Safety.SAFE
    effects = frozenset({Effect.RUN})

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return ("apt",)

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Rewrite the commands of one RUN."""
        stage = self.model.holder(original) if _HINT.search(original.text) else None
        run = read_run(self.model, stage, original) if stage is not None else None
        if stage is None or run is None:
            return updated
        found = [(c, word) for c in run.commands if (word := _apt_word(c)) is not None]
        refusal = next((why for command, _ in found if (why := _refusal(command)) is not None), None)
        if refusal is not None:
            return self.report(original, updated, refusal, _MESSAGE)
        if not found:
            return updated
        edits = []
        for command, word in found:
            new = {word: "apt-get", command.verb_word: _VERBS[command.verb]}
            edits += [
                Edit(run.line.raw(w.start), run.line.raw_end(w.end), text) for w, text in new.items() if w.raw != text
            ]
        changed = updated.with_changes(arguments=ShellForm(apply_edits(original.text, edits)))
        plain = stage.image is not None and stage.image.distro in ("debian", "ubuntu")
        return self.rewrite(original, updated, changed, _MESSAGE, hardening=not plain)


def _apt_word(command: PackageCommand) -> Word | None:
    """Return the word `apt` of a command, None where another program is called."""
    words, at = command.command.words, command.invocation.at
    return words[at] if command.manager == "apt" and at < len(words) and words[at].raw == "apt" else None


def _refusal(command: PackageCommand) -> Refusal | None:
    if command.verb not in _VERBS:
        return Refusal("C07", f"apt-get has no `{command.verb}` that does the same", "use a command of apt-get")
    strange = next((o.raw for o in command.options if o.raw.partition("=")[0] not in _OPTIONS), None)
    if strange is not None:
        return Refusal("C07", f"cannot tell whether {strange} means the same to apt-get", "write apt-get yourself")
    return None
