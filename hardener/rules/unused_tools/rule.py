"""unused-tools (HD408)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import Run, ShellForm
from hardener.syntax.tree import Flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.unused_tools.judge import Verdict

_DOUBT = "cannot tell from the files what libraries, checks from outside and people in the container call"
_MESSAGE = "nothing calls {}, which the image gets"
_HELD = "the Dockerfile does not call {}, which the image gets"
_BUILD = "the image keeps {}, which only its build may call"


class UnusedTools(Rule):
    """Leave tools that nothing calls out of the image.

    ## What it does
    Takes editors, pagers, downloaders and programs to look around with (`vim`, `curl`, `git`, `net-tools` …) out of
    what apt and apk install for an image that runs, if nothing calls them: no step of the build, nothing that the image
    starts or checks, no file of the build context, no compose file, manifest, Makefile or workflow. Where apt brought
    something along with them that is needed (the certificates of `curl`), it is named instead.

    ## Why
    They help whoever breaks into the container, scanners report them, and each update of them makes a new layer.

    ## Example
    ```dockerfile
    FROM python:3.14-slim
    RUN apt-get update && apt-get install -y --no-install-recommends libpq5 vim && rm -rf /var/lib/apt/lists/*
    COPY app.py .
    CMD ["python", "app.py"]
    ```
    becomes
    ```dockerfile
    FROM python:3.14-slim
    RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
    COPY app.py .
    CMD ["python", "app.py"]
    ```

    ## Fix safety
    Always unsafe: a library may start a program, and no file says what an orchestrator checks or what people type into
    `docker exec`. The message names the packages.

    ## When it only reports
    - C37: only the build calls a tool: harden does not purge it, as others may need what came along with it
    - C37: the build context is unknown, or other images are built on this one
    - S28, U21: people work in the image: it starts a shell, or is a development container
    - C19, C01: the RUN would install nothing else, and does more, or a later one needs its package lists
    - P01: a comment stands beside the package
    - P47: the image has ONBUILD
    - Z09: harden cannot tell what starts: the base image is unknown, or the start script is not in the context

    A package whose version is named stays, as does an installation with a variable in its list, and nothing is said.
    """

    code = "HD408"
    name = "unused-tools"
    safety = Safety.UNSAFE
    effects = frozenset({Effect.RUN})
    needs = frozenset({"Run"})
    after = ("split-stages", "omit-build-packages", "no-install-recommends", "healthcheck", "shallow-clone")

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        from hardener.knowledge.tools import tools

        return tools()

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[Run, Verdict]:
        """Return what becomes of the tools in each RUN."""
        from hardener.rules.unused_tools.judge import verdicts  # few files install a tool

        return verdicts(model, files)

    def leave_Run(self, original: Run, updated: Run) -> Run | Flatten:
        """Rewrite the installation of one RUN."""
        plans: dict[Run, Verdict] = self.planned
        verdict = plans.get(original)
        if verdict is None:
            return updated
        if verdict.held is not None:
            self.report(original, updated, verdict.held, _BUILD.format(", ".join(verdict.built)))
        if not verdict.gone:
            return updated
        message, text = _MESSAGE.format(", ".join(verdict.gone)), verdict.text
        if text == "":
            from hardener.rules.unused_tools.judge import removed

            text = removed(original)
        if isinstance(text, Refusal):
            return self.report(original, updated, text, _HELD.format(", ".join(verdict.gone)))
        new = Flatten((updated.with_changes(arguments=ShellForm(text)),) if text else ())
        result = self.rewrite(original, Flatten((updated,)), new, message, doubt=_DOUBT)
        return result if result is new else updated
