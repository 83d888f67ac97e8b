"""omit-build-packages (HD405)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Instruction, Run, ShellForm
from hardener.text import apply_edits

#: S27
_DOUBT = "cannot tell from the file which programs the application starts"

_NONE = "none is needed: no RUN of the last stage that harden can read installs packages for a build"


class OmitBuildPackages(Rule):
    """Leave compilers and headers out of an image in which nothing is compiled.

    ## What it does
    Takes packages that only a build needs (`build-essential`, `gcc`, `cmake`, `*-dev` …) out of an installation in
    the final stage, if no command after it could use them. The libraries that a -dev package brings stay, by name.

    ## Why
    They take hundreds of megabytes, are most of what a scanner reports, and help an attacker.

    ## Example
    ```dockerfile
    FROM debian:bookworm-slim
    RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev ca-certificates
    COPY app /usr/local/bin/app
    CMD ["/usr/local/bin/app"]
    ```
    becomes
    ```dockerfile
    FROM debian:bookworm-slim
    RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 libpq5 ca-certificates
    COPY app /usr/local/bin/app
    CMD ["/usr/local/bin/app"]
    ```

    ## Fix safety
    Always unsafe: the file does not show what the program itself starts (S27). harden leaves the package out of the
    installation and never purges one (C19). Where the image compiles something, `split-stages` helps.

    ## When it only reports
    - C19: the command installs only build packages
    - S09: harden does not know the libraries of a -dev package for the release
    - P01: a comment stands beside the package
    """

    code = "HD405"
    name = "omit-build-packages"
    safety = Safety.UNSAFE
    effects = frozenset({Effect.RUN})
    after = ("split-stages",)

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        from hardener.rules.omit_build_packages.unused import build_only

        return build_only()

    @classmethod
    def settled(cls, model: Model) -> Iterator[tuple[Instruction, str]]:
        """Say what each installation of build packages in the image is there for, or that there is none."""
        from hardener.rules.omit_build_packages.unused import needed

        stage = model.stages[-1]
        if stage.image is None:
            yield stage.node.from_, "harden does not know the base image, nor what its build packages bring"
            return
        yield from list(needed(model, stage)) or [(stage.node.from_, _NONE)]

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Rewrite the installations of one RUN in the final stage."""
        stage = self.model.holder(original)
        if stage is None or not isinstance(original.arguments, ShellForm) or original.heredocs:
            return updated
        if "install" not in original.text and " add " not in original.text:
            return updated
        from hardener.rules.omit_build_packages.unused import omitted

        found = omitted(self.model, stage, original)
        if found is None:
            return updated
        if isinstance(found, Refusal):
            return self.report(original, updated, found, "the image has packages that only a build needs")
        message = f"only a build needs {', '.join(found.packages)}, and nothing is built here"
        new = ShellForm(apply_edits(updated.text, found.edits))
        return self.rewrite(original, updated, updated.with_changes(arguments=new), message, doubt=_DOUBT)
