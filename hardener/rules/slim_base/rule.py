"""slim-base (HD306)."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.image.pulled_images import Carrier, Pulled, pulled, question
from hardener.project.context import NotThere
from hardener.rules._reference_rule import BUILDS, held
from hardener.rules.base import Files, Lookup, Rule, Safety
from hardener.syntax.dockerfile.nodes import From, Stage
from hardener.syntax.image_reference import ImageReference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.slim_base.dependencies import Need

_DOUBT = "cannot tell from the file what the application calls, and which of its dependencies compile"


class SlimBase(Rule):
    """Build on the slim variant of the base image.

    ## What it does
    `FROM node:22` becomes `FROM node:22-slim`, and the same for python, ruby and debian, in a final stage that uses
    nothing which the slim variant lacks: same distribution, release, interpreter, users and configuration (B14, B21).
    harden never changes Debian to Alpine, which has another C library, shell and package manager (B15).

    ## Why
    The full variants hold compilers, version control and headers: several hundred megabytes that a running service
    does not use, but every scanner reports.

    ## Example
    ```dockerfile
    FROM python:3.13-trixie
    WORKDIR /app
    COPY . .
    CMD ["python", "app.py"]
    ```
    becomes
    ```dockerfile
    FROM python:3.13-slim-trixie
    WORKDIR /app
    COPY . .
    CMD ["python", "app.py"]
    ```

    ## Fix safety
    Unsafe: the file does not say what the application calls at run time, or which of its dependencies compile. Try it
    with `harden verify`.

    ## When it only reports
    - B01: the registry has no such tag
    - B03: the tag comes from an ARG
    - B07, B09: a compose or bake file names a context after the image, or builds it
    - B14: a RUN, a HEALTHCHECK or the command uses a program that the slim variant lacks, compiles, or cannot be read;
      or a dependency of the program is known to need a package of Debian (Prisma needs openssl)
    """

    code = "HD306"
    name = "slim-base"
    safety = Safety.UNSAFE
    effects = frozenset({Effect.BASE})
    after = ("replace-latest", "split-stages", "static-base")
    asks_registry = True

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        from hardener.knowledge.slim import FULL

        return FULL

    @classmethod
    def lookups(cls, model: Model) -> Iterable[Lookup]:
        """Ask whether the slim variants exist."""
        from hardener.knowledge.slim import slim_variant

        slims = [slim_variant(p.reference) for stage, p in _bases(model) if p.reference]
        asked = [Lookup("digest", question(slim)) for slim in slims if slim is not None]
        return (BUILDS, *asked, *super().lookups(model)) if asked else ()

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[str, tuple[Need, ...]]:
        """Return what the dependencies of the program need of Debian, by language."""
        from hardener.rules.slim_base.dependencies import needs_of

        names = {language_of(found.reference) for _, found in _bases(model) if found.reference is not None}
        return {name: needs_of(files, name) for name in sorted(names) if name}

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Say that no smaller variant of the base is known."""
        reference = stage.root.reference
        name = f"`{reference}`" if reference is not None else "this base"
        if reference is not None and any(word in (reference.tag or "") for word in ("slim", "alpine")):
            return f"none is needed: {name} is a small image"
        return f"harden knows no smaller variant of {name}"

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Swap the base of a final stage."""
        from hardener.knowledge.slim import missing_programs, slim_variant

        for stage, found in _bases(self.model):
            if stage.node is not original or found.reference is None:
                continue
            slim = slim_variant(found.reference)
            if slim is None:
                continue
            from hardener.rules.slim_base.missing import needs_full

            message = f"`{slim}` is `{found.reference}` without what a service rarely uses"
            carrier = held(self.model, found) or found.carrier
            carrier = carrier if isinstance(carrier, Refusal) else self._carrier(carrier, slim)
            needs: dict[str, tuple[Need, ...]] = self.planned
            mine = needs.get(language_of(found.reference), ())
            refusal = needs_full(self.model, stage, missing_programs(found.reference), mine)
            if isinstance(carrier, Refusal):
                return self.report(original.from_, updated, carrier, message)
            if refusal is not None:
                return self.report(original.from_, updated, refusal, message)
            new = carrier.replaced(updated.from_, slim)
            return self.rewrite(original.from_, updated, updated.with_changes(from_=new), message, doubt=_DOUBT)
        return updated

    def _carrier(self, carrier: Carrier, slim: ImageReference) -> Carrier | Refusal:
        """Return where the tag stands, unless it is an ARG or the registry is known not to have the new one."""
        if not isinstance(carrier.node, From):
            return Refusal("B03", "the tag comes from an ARG", "change the default of the ARG")
        known = self.model.facts.get(Lookup("digest", question(slim)))
        if isinstance(known, NotThere):
            return known
        return carrier


def language_of(reference: ImageReference) -> str:
    """Return the language of an official image, "" for one of another."""
    name = replace(reference, tag=None, digest=None).familiar
    return name if name in ("node", "python", "ruby") else ""


def _bases(model: Model) -> list[tuple[StageModel, Pulled]]:
    """Return the stages to be run that are built on an image, with that image."""
    known: list[tuple[StageModel, Pulled]] | None = model.memo.get("slim bases")
    if known is not None:
        return known
    by_node = {found.place: found for found in pulled(model)}
    stages = [stage for stage in model.stages if stage.is_leaf and stage.parent is None]
    known = model.memo["slim bases"] = [
        (stage, by_node[stage.node.from_]) for stage in stages if stage.node.from_ in by_node
    ]
    return known
