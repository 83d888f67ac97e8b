"""Kubernetes manifests as rules see them: the containers of workloads, each with where it is written.

Format: the Kubernetes API (v1 Pod, apps/v1, batch/v1, v1 List).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hardener.fast.records import dataclass
from hardener.project.manifests.naming import PODS
from hardener.project.yaml_file import YamlFile
from hardener.syntax.yaml import Mapping, Node, Scalar, Sequence, parse, resolve, text_of, value_of

_LISTS = ("initContainers", "containers")
#: what the versions of Kubernetes' own kinds begin with: others may call something else a Job
_GROUPS = ("v1", "apps/v1", "batch/v1", "batch/v2alpha1", "extensions/v1beta1")
_SECURITY = "securityContext"


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """A container of a workload.

    Attributes:
        name: of the container.
        kind, owner: of the workload: "Deployment", and its name.
        document: the index of its document.
        path: the keys and numbers that lead to it.
        node: what it says.
        pod: what its pod says.
    """

    name: str
    kind: str
    owner: str
    document: int
    path: tuple[str, ...]
    node: Mapping
    pod: Mapping

    @property
    def image(self) -> str:
        """The text of `image`, "" without one."""
        return text_of(self.node.get("image"))

    @property
    def is_windows(self) -> bool:
        """Whether the pod says that it runs on Windows."""
        system = text_of(_deep(self.pod, "os", "name"))
        selected = text_of(_deep(self.pod, "nodeSelector", "kubernetes.io/os"))
        return "windows" in (system.lower(), selected.lower())

    @property
    def is_on_host(self) -> bool:
        """Whether it is on the network of the node."""
        node = self.pod.get("hostNetwork")
        return isinstance(node, Scalar) and node.value is True

    @property
    def keeps_data(self) -> bool:
        """Whether its pod has volumes that outlive it."""
        if self.kind == "StatefulSet":
            return True
        volumes = self.pod.get("volumes")
        items = volumes.resolved() if isinstance(volumes, Sequence) else ()
        passing = ("emptyDir", "configMap", "secret", "downwardAPI", "projected")
        return any(
            isinstance(item, Mapping) and not any(item.get(key) is not None for key in passing) for item in items
        )

    @property
    def mounts(self) -> tuple[str, ...]:
        """The places in the container where volumes are mounted."""
        listed = self.node.get("volumeMounts")
        items = listed.resolved() if isinstance(listed, Sequence) else ()
        return tuple(text_of(item.get("mountPath")) for item in items if isinstance(item, Mapping))

    @property
    def volumes(self) -> tuple[str, ...]:
        """The names of the volumes of its pod."""
        listed = self.pod.get("volumes")
        items = listed.resolved() if isinstance(listed, Sequence) else ()
        return tuple(text_of(item.get("name")) for item in items if isinstance(item, Mapping))

    def words(self, key: str) -> tuple[str, ...] | None:
        """Return the words of `command` or `args`; None where it is not said."""
        node = self.node.get(key)
        if not isinstance(node, Sequence):
            return None
        return tuple(item.text for item in node.resolved() if isinstance(item, Scalar))

    def own(self, *keys: str) -> Any:
        """Return what its own `securityContext` says; None for nothing."""
        return _value(_deep(self.node, _SECURITY, *keys))

    def security(self, *keys: str) -> Any:
        """Return what counts: what its own `securityContext` says, else that of its pod; None for nothing."""
        found = self.own(*keys)
        return _value(_deep(self.pod, _SECURITY, *keys)) if found is None else found

    def checks(self) -> str:
        """Return the words of the commands that the node runs in it: probes and hooks."""
        places = [(kind,) for kind in ("livenessProbe", "readinessProbe", "startupProbe")]
        hooks = [("lifecycle", hook) for hook in ("postStart", "preStop")]
        nodes = [_deep(self.node, *place, "exec", "command") for place in (*places, *hooks)]
        found = [item for node in nodes if isinstance(node, Sequence) for item in node.resolved()]
        return " ".join(item.text for item in found if isinstance(item, Scalar))


@dataclass(frozen=True, slots=True, eq=False)
class Manifests(YamlFile):
    """A file of manifests.

    Attributes:
        containers: of all workloads, in their order.
    """

    containers: tuple[Container, ...]

    @property
    def parts(self) -> int:
        """How many containers it describes."""
        return len(self.containers)


def read_manifests(text: str, filename: str | None = None) -> Manifests:
    """Return what a file of manifests says.

    Raises:
        YamlSyntaxError: it is no YAML, or says nothing that could be followed.
    """
    documents = parse(text, filename)
    values = tuple(value_of(document.root) if document.root is not None else None for document in documents)
    name = (filename or "").replace("\\", "/").rpartition("/")[2]
    found = [c for index, document in enumerate(documents) for c in _containers(document.root, index, ())]
    return Manifests(name, text, documents, values, tuple(found))


def _containers(node: Node | None, document: int, path: tuple[str, ...]) -> Iterator[Container]:
    if not isinstance(node, Mapping) or not text_of(node.get("apiVersion")).startswith(_GROUPS):
        return
    kind, items = text_of(node.get("kind")), node.get("items")
    if kind == "List" and isinstance(items, Sequence):
        for index, item in enumerate(items.items):
            yield from _containers(resolve(item), document, (*path, "items", str(index)))
        return
    pod = _deep(node, *PODS[kind]) if kind in PODS else None
    if not isinstance(pod, Mapping):
        return
    owner = text_of(_deep(node, "metadata", "name"))
    for key in _LISTS:
        listed = pod.get(key)
        for index, item in enumerate(listed.items) if isinstance(listed, Sequence) else ():
            inner = resolve(item)
            if isinstance(inner, Mapping):
                at = (*path, *PODS[kind], key, str(index))
                yield Container(text_of(inner.get("name")), kind, owner, document, at, inner, pod)


def _deep(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _value(node: Node | None) -> Any:
    return None if node is None else value_of(node)
