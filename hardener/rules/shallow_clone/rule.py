"""shallow-clone (HD117)."""

from __future__ import annotations

from posixpath import normpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.runs import RunBody, read_run
from hardener.rules.base import Rule, Safety
from hardener.rules.shallow_clone.clones import Clone, clones
from hardener.syntax.dockerfile.nodes import Run, ShellForm
from hardener.syntax.dockerfile.views import mounts
from hardener.text import Edit, apply_edits

_MESSAGE = "`git clone` of {} fetches its whole history; `--depth 1` fetches the newest commit"
#: somebody tried
_WARNED = regex(r"(?m)#[^\n]*(?:shallow|--depth|history)")
_SERVER = "the server may not serve a clone without its history"


class ShallowClone(Rule):
    """Clone the newest commit, not the history.

    ## What it does
    Adds `--depth 1` to `git clone` where nothing needs older commits. `--branch` and other options stay.

    ## Why
    Most of what a clone fetches is history. The build waits for it, and where `.git` stays, it lies in the image.

    ## Example
    ```dockerfile
    FROM alpine/git:2.49.1 AS theme
    RUN git clone https://github.com/example/theme.git /theme && rm -rf /theme/.git

    FROM nginx:1.29
    COPY --from=theme /theme /usr/share/nginx/html
    ```
    becomes
    ```dockerfile
    FROM alpine/git:2.49.1 AS theme
    RUN git clone --depth 1 https://github.com/example/theme.git /theme && rm -rf /theme/.git

    FROM nginx:1.29
    COPY --from=theme /theme /usr/share/nginx/html
    ```

    ## Fix safety
    Safe where the history is gone, or left behind in a build stage, before a program can read it: the files are the
    same. Unsafe where a program runs in the clone (`make` may call `git describe`), where the history stays in the
    image, and where the server is none of those that are known to serve such clones.

    ## When it only reports
    - C33: a command of git needs more than the newest commit (`git checkout`, `git describe`, `git log` …), Go or a
      Python package names its version after the tags, or harden does not know an option of `git clone`
    - C33: the clone may lie in a cache mount, where later builds find it, or a comment in the RUN speaks of shallow
      clones

    Where the file limits the clone already (`--depth`, `--filter` …), or makes a mirror, nothing is said.
    """

    code = "HD117"
    name = "shallow-clone"
    safety = Safety.SAFE
    effects = frozenset({Effect.RUN})
    needs = frozenset({"Run"})

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return ("clone",)

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Limit the clones of one RUN, each on its own: one may be safe where another is not."""
        stage = self.model.holder(original) if "clone" in original.text else None
        run = read_run(self.model, stage, original) if stage is not None else None
        if stage is None or run is None:
            return updated
        edits: list[Edit] = []
        for clone in clones(run, stage.states[original].workdir):
            found = _option(original, clone) or self._fate(original, run, clone)
            message = _MESSAGE.format(clone.name)
            if isinstance(found, Refusal):
                updated = self.report(original, updated, found, message)
                continue
            at = run.line.raw_end(clone.verb.end)
            wanted = [*edits, Edit(at, at, " --depth 1")]
            new = original.with_changes(arguments=ShellForm(apply_edits(original.text, wanted)))
            doubt = found or ("" if clone.is_served else _SERVER)
            result = self.rewrite(original, updated, new, message, doubt=doubt)
            if result is new:
                updated, edits = new, wanted
        return updated

    def _fate(self, node: Run, run: RunBody, clone: Clone) -> Refusal | str:
        from hardener.rules.shallow_clone.history import fate  # few files have a clone without a depth

        stage = self.model.holder(node)
        return fate(self.model, stage, node, run, clone) if stage is not None else ""


def _option(node: Run, clone: Clone) -> Refusal | None:
    """Return why a clone stays for what it or its RUN says."""
    if clone.unknown:
        reason = f"harden does not know what `{clone.unknown}` needs"
        return Refusal("C33", reason, "write `--depth 1` yourself where the newest commit is enough")
    if _WARNED.search(node.text):
        return Refusal("C33", "a comment speaks of it", "write `--depth 1` yourself where the server allows it")
    for mount in mounts(node):
        target = normpath(mount.target or "")
        if mount.type == "cache" and (not clone.folder or f"{clone.folder}/".startswith(f"{target}/")):
            return Refusal("C33", "the clone may lie in a cache mount, where later builds find it", "clone elsewhere")
    return None
