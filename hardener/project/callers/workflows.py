"""Reader of CI workflows: the docker commands in their scripts, and the builds of docker/build-push-action.

Formats: GitHub Actions (jobs.*.steps), GitLab CI (script), CircleCI (run).
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.project.builds import Service
from hardener.project.callers.docker_commands import built
from hardener.project.callers.scripts import in_shell, variable_name
from hardener.syntax.yaml import Mapping, Node, Scalar, Sequence, text_of

_SCRIPTS = ("run", "script", "before_script", "after_script", "command")
_EXPRESSION = regex(r"\$\{\{[ \t]*([^{}]*?)[ \t]*\}\}")
#: the folder of the repository, for build-push-action
_HERE = "{{defaultContext}}"


def read_workflow(file: str, mappings: list[Mapping]) -> Iterator[Service]:
    """Yield what a workflow builds and runs, given all its mappings."""
    metadata = [image for mapping in mappings for image in _with(mapping, "docker/metadata-action", "images")]
    for mapping in mappings:
        for key in _SCRIPTS:
            for text in _texts(mapping.get(key)):
                yield from in_shell(file, _shell(text))
        if _uses(mapping, "docker/build-push-action"):
            yield _build(file, mapping, metadata)


def _build(file: str, step: Mapping, metadata: list[str]) -> Service:
    said = step.mapping("with")
    texts = {
        name: _shell(text_of(said.get(name))) if said is not None else "" for name in ("context", "file", "target")
    }
    tags = list(_with(step, "docker/build-push-action", "tags"))
    images = [tag for tag in tags if "outputs_tags" not in tag]
    context = texts["context"].replace(_HERE, "").strip(":") or "."
    return built(file, context, texts["file"], texts["target"], [*images, *(metadata if images != tags else ())])


def _with(step: Mapping, action: str, name: str) -> Iterator[str]:
    """Yield the lines of an input of an action, as shell words."""
    said = step.mapping("with") if _uses(step, action) else None
    for line in text_of(said.get(name)).replace(",", "\n").splitlines() if said is not None else ():
        if line.strip():
            yield _shell(line.strip())


def _uses(step: Mapping, action: str) -> bool:
    return text_of(step.get("uses")).startswith(f"{action}@")


def _shell(text: str) -> str:
    """Return a text with the expressions of the workflow as variables of a shell."""
    return _EXPRESSION.sub(lambda found: "${" + variable_name(found[1]) + "}", text)


def _texts(node: Node | None) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield text_of(node)
    elif isinstance(node, Sequence):
        yield from (text_of(item) for item in node.resolved())
