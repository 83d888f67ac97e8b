"""All routes that the sources of a service name: what can be asked of it when it runs (`harden verify`)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.image.model import Model
from hardener.image.process import programs
from hardener.project.context import Files
from hardener.rules.healthcheck.node_routes import node_routes, node_words, sources_of
from hardener.rules.healthcheck.python_routes import python_routes
from hardener.rules.healthcheck.start_scripts import behind_scripts

#: a path without parts that vary
_PLAIN = regex(r"/[\w./~-]*\Z")


def named_routes(model: Model, files: Files, target: str = "") -> tuple[str, ...]:
    """Return the plain paths that the service of a stage answers to GET, as its sources say, each once.

    Args:
        model: of the Dockerfile.
        files: its build context.
        target: the stage that is built, "" for the last one.
    """
    stage = model.find(target) if target else model.stages[-1]
    named = programs(model, stage) if stage is not None and files.tree is not None else ()
    if stage is None or not named:
        return ()
    program = behind_scripts(model, stage, files, named[-1])

    def found() -> Iterator[str]:
        sources = sources_of(model, stage, files, node_words(model, stage, files, program)) if program else None
        if sources is not None:
            yield from node_routes(sources)
        elif program:
            yield from python_routes(model, stage, files, program)

    return tuple(path for path in dict.fromkeys(route or "/" for route in found()) if _PLAIN.match(path))
