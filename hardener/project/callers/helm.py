"""Reader of Helm charts: what values.yaml says of the containers, as far as it is plain (U11, E08).

Format: Helm 3 (Chart.yaml, values.yaml, templates). A template is no YAML: only the port of a container is read of it,
a number or one value. What else a template does with the values cannot be told; they count as what is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardener.errors import YamlSyntaxError
from hardener.fast.patterns import regex
from hardener.project.build_definitions import mappings_of
from hardener.project.builds import Service
from hardener.syntax.yaml import Mapping, Node, Sequence, parse, text_of
from hardener.text import is_number

_PORT = regex(r"(?m)^[ \t-]*containerPort:[ \t]*[\"']?(?:(\d+)|\{\{-?[ \t]*\.Values\.([\w.]+)(?![\w.])[^}\n]*\}\})")
#: where charts keep the port of the container, the first that is there counts
_PORTS = ("containerPort", "targetPort", "service.containerPort", "service.targetPort", "service.port", "port")
_LISTS = ("containerPorts", "service.targetPorts")
_USERS = ("securityContext.runAsUser", "podSecurityContext.runAsUser", "containerSecurityContext.runAsUser")


def read_chart(file: str, text: str, templates: Iterable[str]) -> tuple[Service, ...]:
    """Return the containers of a chart, one for each image that its values name.

    Args:
        file: the path of values.yaml in the repository, for messages.
        text: what it holds.
        templates: the texts of the chart's templates.
    """
    try:
        tops = [document.root for document in parse(text, file) if isinstance(document.root, Mapping)]
        return tuple(service for top in tops for service in _containers(file, top, tuple(templates)))
    except YamlSyntaxError:
        return ()


def _containers(file: str, top: Mapping, templates: tuple[str, ...]) -> Iterator[Service]:
    written = tuple(dict.fromkeys(port for text in templates for port in _of_template(text, top)))
    for values in mappings_of(top):
        image = _image(values.get("image"))
        if image:
            yield Service(
                file,
                entrypoint=_words(values.get("command")),
                command=_words(values.get("args")),
                images=(image,),
                user=next(filter(None, (_said(values, path) for path in _USERS)), ""),
                host_network=_said(values, "hostNetwork") == "true",
                ports=(written if values is top else ()) or _ports(values),
                source="kubernetes",
                is_build=False,
            )


def _image(node: Node | None) -> str:
    """Return the name of an image: a text, or registry and repository."""
    if isinstance(node, Mapping):
        registry, repository = _said(node, "registry"), _said(node, "repository")
        return f"{registry}/{repository}" if registry and repository else repository
    return text_of(node)


def _ports(values: Mapping) -> tuple[int, ...]:
    for path in _PORTS:
        said = _said(values, path)
        if is_number(said):
            return (int(said),)
    tables = [table for path in _LISTS if isinstance(table := _at(values, path), Mapping)]
    texts = [text_of(pair.value) for table in tables for pair in table.items()]
    return tuple(int(text) for text in texts if is_number(text))


def _of_template(text: str, top: Mapping) -> Iterator[int]:
    """Yield the ports that a template gives its containers: numbers, or what the values say."""
    for found in _PORT.finditer(text):
        said = found[1] or _said(top, found[2])
        if is_number(said):
            yield int(said)


def _at(node: Node | None, path: str) -> Node | None:
    for name in path.split("."):
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def _said(node: Mapping, path: str) -> str:
    return text_of(_at(node, path))


def _words(node: Node | None) -> tuple[str, ...]:
    return tuple(text_of(item) for item in node.resolved()) if isinstance(node, Sequence) else ()


__all__ = ["read_chart"]
