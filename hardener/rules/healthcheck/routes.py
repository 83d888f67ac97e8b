"""A health route that the sources of a service show, and how to ask it."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.process import composed, programs, services_of
from hardener.project.context import Files
from hardener.rules.healthcheck import PYTHON_SERVERS, may_serve
from hardener.rules.healthcheck.probe import Health
from hardener.syntax.dockerfile.nodes import Healthcheck

#: programs that are none of Node's
_PYTHON = regex(rf"(?:.*/)?(?:python|{'|'.join(PYTHON_SERVERS)})[\d.]*\Z")


def health(model: Model, stage: StageModel, files: Files) -> Health | Refusal | None:
    """Return how the final stage's service can be asked; a refusal where it is a service whose route is not known."""
    if not (stage.is_final and stage.is_leaf) or _has_check(stage) or files.tree is None:
        return None
    if stage.image is None or stage.is_windows or stage.image.healthcheck:
        return None
    if any(service.check for service in services_of(model, stage, files)):
        return None
    elsewhere = composed(model, stage, files)
    if elsewhere is not None:
        return elsewhere if may_serve(elsewhere.reason) else None
    named = programs(model, stage)
    found = _asked(model, stage, files, named[0]) if len(named) == 1 else None
    return files.builds.doubt or found if isinstance(found, Health) else found


def _asked(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> Health | Refusal | None:
    if not _PYTHON.match(program[0]):
        from hardener.rules.healthcheck.node_routes import node_health

        found = node_health(model, stage, files, program)
        if found is not None:
            return found
    from hardener.rules.healthcheck.python_routes import python_health

    return python_health(model, stage, files, program)


def _has_check(stage: StageModel) -> bool:
    return any(isinstance(node, Healthcheck) for link in stage.chain for node in link.node.body)


__all__ = ["Health", "health"]
