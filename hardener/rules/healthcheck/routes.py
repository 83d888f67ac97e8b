"""How the service of the final stage can be asked whether it answers, and where no check of ours is wanted."""

from __future__ import annotations

from hardener.errors import Refusal, Settled
from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.process import composed, programs, services_of
from hardener.project.context import Files
from hardener.rules.healthcheck import PYTHON_SERVERS, may_serve
from hardener.rules.healthcheck.probe import Health
from hardener.rules.healthcheck.start_scripts import behind_scripts
from hardener.rules.healthcheck.unknown_base import DOUBT, UNKNOWN, without_node
from hardener.syntax.dockerfile.nodes import Expose, Healthcheck, Run

#: programs that are none of Node's
_PYTHON = regex(rf"(?:.*/)?(?:python|{'|'.join(PYTHON_SERVERS)})[\d.]*\Z")
_NO_CONTEXT = Refusal(
    "H03", "cannot see the sources: the build context is unknown", "name the build context with --context"
)


def health(model: Model, stage: StageModel, files: Files) -> Health | Refusal | Settled | None:
    """Return how the final stage's service can be asked, or why not; None where the file does not say what starts."""
    if not (stage.is_final and stage.is_leaf):
        return None
    own = stage.cmd.stage is not None or stage.entrypoint.stage is not None
    settled = _settled(model, stage, files)
    if settled is not None:
        return settled if own else None
    elsewhere = composed(model, stage, files)
    if elsewhere is not None:
        return elsewhere if may_serve(elsewhere.reason) else None
    if files.tree is None:
        return _NO_CONTEXT if own else None
    if stage.image is None:
        missing = without_node(model, stage)
        if missing is not None:
            return missing if own else None
    named = programs(model, stage)
    last = behind_scripts(model, stage, files, named[-1]) if named else ()
    prepares = len(named) > 1 or (bool(named) and last != named[-1])
    named = (*named[:-1], last) if named else ()
    found = _asked(model, stage, files, named[-1]) if named else None
    if isinstance(found, Health):
        # what runs first may take its time
        doubt = DOUBT if stage.image is None else ""
        return files.builds.doubt or Health(found.answers, found.argv, prepares or found.prepares, doubt)
    if stage.image is None and found is None:
        return UNKNOWN
    return found or (_unknown(stage, named) if own else None)


def _settled(model: Model, stage: StageModel, files: Files) -> Settled | None:
    """Return why no check of ours is wanted, whatever the service is."""
    if any(isinstance(node, Healthcheck) for link in stage.chain for node in link.node.body):
        return Settled(Refusal("H13", "none is needed: the file has a HEALTHCHECK"))
    if stage.is_windows:
        return Settled(Refusal("P06", "a Windows image, or it may be one"))
    if stage.image is not None and stage.image.healthcheck:
        return Settled(Refusal("H13", "none is needed: the base image has a HEALTHCHECK"))
    checked = next((service for service in services_of(model, stage, files) if service.check), None)
    if checked is not None:
        return Settled(Refusal("H13", f"none is needed: {checked.file} has a health check"))
    return None


def _asked(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> Health | Refusal | None:
    if not program:
        return None
    if not _PYTHON.match(program[0]):
        from hardener.rules.healthcheck.node_routes import node_health

        found = node_health(model, stage, files, program)
        if found is not None:
            return found
        if _is_built_elsewhere(model, stage):
            from hardener.rules.healthcheck.go_routes import go_health

            found = go_health(model, stage, files, program)
            if found is not None:
                return found
    from hardener.rules.healthcheck.python_routes import python_health

    return python_health(model, stage, files, program)


def _is_built_elsewhere(model: Model, stage: StageModel) -> bool:
    """Tell whether the file builds with Go and runs on another image: only a cheap look.

    In the image of the compiler a check would keep the tool that asks, and split-stages from an image without any.
    """
    if stage.image is None or stage.image.family.startswith("golang"):
        return False
    return any(isinstance(node, Run) and "go build" in node.text for one in model.stages for node in one.node.body)


def _unknown(stage: StageModel, named: tuple[tuple[str, ...], ...]) -> Refusal | Settled:
    """Return what is said of a program that harden cannot ask: EXPOSE tells a service from a job (H05)."""
    if not named:
        return Settled(Refusal("H05", "none is needed: the image only starts a shell or an interpreter"))
    shown = " ".join(named[-1])[:50]
    if any(isinstance(node, Expose) for link in stage.chain for node in link.node.body):
        return Refusal("H03", f"cannot tell what answers where `{shown}` runs", "write a HEALTHCHECK")
    return Settled(Refusal("H05", f"none is needed: nothing shows that `{shown}` listens on a port"))


__all__ = ["Health", "health"]
