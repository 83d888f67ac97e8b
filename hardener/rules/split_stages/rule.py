"""split-stages: what only the build needs stays in a stage of its own."""

from __future__ import annotations

from typing import ClassVar

from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import Stage
from hardener.syntax.tree import Flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.split_stages.model import Plan
    from hardener.rules.split_stages.propose import Held

_MESSAGE = "the image keeps files that only the build needs"


class SplitStages(Rule):
    """Build in one stage, run in a smaller one.

    ## What it does

    Splits a single stage that builds and runs an application into a build stage, which keeps its image and its
    commands, and a runtime stage on the matching smaller image: same distribution, release, C library and interpreter.
    What the build made is copied to the same paths; libraries of -dev packages, tools that the application starts,
    users and settings are installed again, and ENV, WORKDIR, EXPOSE, VOLUME, HEALTHCHECK, ENTRYPOINT and CMD are
    carried over. For a web page that `serve`, `http-server` or `sirv` serves, the runtime stage holds that server and
    its folder.

    ## Why

    Compilers, headers, package managers and development dependencies are most of an image, and most of what a scanner
    finds in it.

    ## Example

    ```dockerfile
    FROM python:3.13-bookworm
    RUN python -m venv /opt/venv && /opt/venv/bin/pip install gunicorn
    ENV PATH=/opt/venv/bin:$PATH
    CMD ["gunicorn", "--version"]
    ```

    becomes

    ```dockerfile
    FROM python:3.13-bookworm AS build
    RUN python -m venv /opt/venv && /opt/venv/bin/pip install gunicorn

    FROM python:3.13-slim-bookworm
    COPY --from=build /opt/venv /opt/venv
    ENV PATH=/opt/venv/bin:$PATH
    CMD ["gunicorn", "--version"]
    ```

    ## Fix safety

    Hardening where the file and the build context show what the application is made of, what it starts and what it
    links; unsafe where part of this is only likely; the message says what. Libraries are installed as packages and not
    copied, so that scanners still see what the image holds (S29). harden adds no variable except the PATH of the
    virtual environment, and for ASP.NET the address that the SDK's image sets: NODE_ENV and the like change what an
    application does (J04 to J06).

    ## When it only reports

    * B03, B24: an ARG names the image, or it is pinned so that the smaller one may be of another release.
    * S30: the build context is unknown.
    * U21: the image is a development container.
    * S01, S28: a development server, an unknown start script.
    * S20: a static site whose server needs more than one folder.
    * S08, S12, S19: packages in places that cannot be copied, workspaces whose packages lie elsewhere, links to other
      folders.
    * S09, S10, S11, S27: libraries, tools or compilers that are needed at run time.
    * B18, B21, S02, S21: there is no matching runtime image, or it has other settings.
    * S06, S07: the packages or the interpreter of Python cannot be moved.
    * S13 to S18: harden cannot tell what the build makes, or which libraries that is linked with.
    * S22, S23, S24: harden cannot tell which files a command creates, files have several owners, or programs use a
      PATH of their own.
    * S25, P47, B17: other stages, ONBUILD, a release whose package archive is gone.
    """

    code: ClassVar[str] = "HD403"
    name: ClassVar[str] = "split-stages"
    safety: ClassVar[Safety] = Safety.HARDENING
    needs = frozenset({"Run"})
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.STAGES, Effect.BASE, Effect.RUN, Effect.COPY, Effect.ARG})
    about_image: ClassVar[bool] = True
    asks_release: ClassVar[bool] = True
    after: ClassVar[tuple[str, ...]] = ("copy-manifests-first", "locked-install", "healthcheck", "nginx-site")

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        from hardener.rules.split_stages.languages import known_words

        return known_words()

    @classmethod
    def plan(cls, model: Model, files: Files) -> Plan | Held | None:
        """Return the two stages that the final one becomes."""
        from hardener.rules.split_stages.candidate import candidate

        stage = candidate(model)
        if stage is None:
            return None
        from hardener.rules.split_stages.propose import propose

        return propose(model, stage, files)

    @classmethod
    def bases(cls, model: Model) -> tuple[StageModel, ...]:
        """Ask for the base of a single stage that builds and says what runs."""
        from hardener.rules.split_stages.languages import may_claim

        only = model.stages if len(model.stages) == 1 else ()
        return tuple(stage for stage in only if stage.declares_start and may_claim(stage.node))

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Say that the image has no build of a kind that can be taken out."""
        if stage.index:
            return "none is needed: the file has several stages"
        if stage.image is None or not stage.image.is_listed:
            return "cannot tell what the image has: harden does not know it, nor what its builds leave"
        return "the last stage has no build of a kind that harden knows how to take out"

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage | Flatten:
        """Split the final stage."""
        plan: Plan | Held | None = self.planned
        if plan is None or not self.model.stage_of(original).is_final:
            return updated
        from hardener.rules.split_stages import propose
        from hardener.rules.split_stages.write_stages import two_stages

        at = original.from_
        if isinstance(plan, propose.Held):
            proposal = f"; proposed: {plan.outline}" if plan.outline else ""
            return self.report(at, updated, plan.refusal, _MESSAGE + proposal)
        message = f"{_MESSAGE}: {plan.target.gain}" if plan.target.gain else _MESSAGE
        stages: Stage | Flatten = Flatten(two_stages(updated, plan, self.model.style))
        return self.rewrite(at, updated, stages, message, doubt="; ".join(plan.doubts))
