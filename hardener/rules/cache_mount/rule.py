"""cache-mount (HD404)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Flag, Run, ShellForm
from hardener.text import apply_edits

if TYPE_CHECKING:
    from hardener.rules.cache_mount.mounts import Mounted


class CacheMount(Rule):
    """Keep downloads in a cache mount of the builder instead of removing them.

    ## What it does
    A RUN that downloads with apt, apk, dnf, zypper, pip, uv, Poetry, Pipenv, npm, Yarn, pnpm, Bun, Bundler, Composer,
    Go, Cargo, Maven, Gradle or .NET gets `--mount=type=cache` for the tool's download cache. It removes what empties
    the cache or switches it off: `rm -rf /var/lib/apt/lists/*`, `npm cache clean`, `--no-cache-dir`, `apk --no-cache`.

    It is off unless selected with `--cache-mounts` or `--extend-select cache-mount`. It then replaces
    `clean-package-cache` and `no-cache-dir`, which leave a RUN with a mount alone.

    ## Why
    When the RUN is repeated, only new packages are downloaded; the image holds no downloads either way.

    ## Example
    ```dockerfile
    FROM python:3.13-slim-bookworm
    RUN pip install --no-cache-dir gunicorn
    ```
    becomes
    ```dockerfile
    FROM python:3.13-slim-bookworm
    RUN --mount=type=cache,target=/root/.cache/pip pip install gunicorn
    ```

    ## Fix safety
    What is in a cache mount is not in the image (C03): only download caches are mounted, never node_modules, target/,
    a virtual environment or Poetry's; where the image is not an official one, only if harden can tell the place.
    Mounts of users other than root belong to them; those of system packages are locked (C04). Needs BuildKit.

    ## When it only reports
    - C01, C03: a later step, another instruction or the program of the image needs what would be in the mount
    - C02, P01: harden cannot take the removal of the cache out of the command
    - C04: harden cannot tell the home of the user
    - C05: a variable switches the cache off or moves it
    """

    code = "HD404"
    name = "cache-mount"
    safety = Safety.HARDENING
    effects = frozenset({Effect.RUN})
    after = ("merge-run", "no-install-recommends")
    opt_in = True

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Give one RUN its mounts."""
        stage = self.model.holder(original)
        if stage is None or not isinstance(original.arguments, ShellForm) or original.heredocs:
            return updated
        from hardener.rules.cache_mount.mounts import mounted

        found = mounted(self.model, stage, original)
        if found is None:
            return updated
        if isinstance(found, Refusal):
            return self.report(original, updated, found, "every build downloads its packages again")
        message = f"every build repeats the downloads of {', '.join(found.tools)}"
        gap = " " if len(found.flags) == 1 else " " + self.model.style.continuation()
        return self.rewrite(original, updated, _with_mounts(updated, found, gap), message)


def _with_mounts(run: Run, found: Mounted, gap: str) -> Run:
    """Return the RUN with its mounts, each on a line of its own where there are several."""
    new = apply_edits(run.text, found.edits)
    flags = tuple(Flag(text, gap) for text in found.flags)
    return run.with_changes(arguments=ShellForm(new), flags=(*run.flags, *flags))
