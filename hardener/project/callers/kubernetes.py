"""Reader of Kubernetes manifests: what the containers of a pod run, in which image, as whom, on which ports.

Format: the Kubernetes API, PodSpec and Container (v1). Templates of Helm are no YAML and say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.project.builds import PROBES_END, Mount, Service
from hardener.project.memory import bytes_of
from hardener.syntax.yaml import Mapping, Node, Sequence, mappings_of, text_of
from hardener.text import is_number


def read_pod(file: str, spec: Mapping) -> Iterator[Service]:
    """Yield the containers of a PodSpec, or of any mapping that has `containers`."""
    network = text_of(spec.get("hostNetwork")) == "true"
    for key in ("containers", "initContainers"):
        containers = spec.sequence(key)
        for container in containers.resolved() if containers is not None else ():
            image = text_of(container.get("image")) if isinstance(container, Mapping) else ""
            if isinstance(container, Mapping) and image:
                yield Service(
                    file,
                    entrypoint=_words(container.get("command")),
                    command=_words(container.get("args")),
                    volumes=(mounts := tuple(_mounts(spec, container))),
                    read_only=_other_mounts(container, mounts),
                    environment=tuple(_variables(container)),
                    images=(image,),
                    user=_user(container) or _user(spec),
                    host_network=network,
                    ports=tuple(_ports(container)),
                    memory=_memory(container),
                    probes=tuple(_probes(container)),
                    source="kubernetes",
                    is_build=False,
                )


def _probes(container: Mapping) -> Iterator[str]:
    """Yield the words of what runs in a container beside its process."""
    hooks = container.mapping("lifecycle")
    named = [container.mapping(f"{name}Probe") for name in ("liveness", "readiness", "startup")]
    named += [hooks.mapping(name) for name in ("postStart", "preStop")] if hooks is not None else []
    for node in named:
        command = node.mapping("exec") if node is not None else None
        if command is not None:
            yield from (*_words(command.get("command")), PROBES_END)


def _user(node: Mapping) -> str:
    context = node.mapping("securityContext")
    return text_of(context.get("runAsUser")) if context is not None else ""


def _memory(container: Mapping) -> int:
    resources = container.mapping("resources")
    limits = resources.mapping("limits") if resources is not None else None
    return bytes_of(text_of(limits.get("memory"))) if limits is not None else 0


def _ports(container: Mapping) -> Iterator[int]:
    for port in mappings_of(container.get("ports")):
        text = text_of(port.get("containerPort"))
        if is_number(text):
            yield int(text)


def _variables(container: Mapping) -> Iterator[str]:
    for entry in mappings_of(container.get("env")):
        if entry.get("value") is not None:
            yield f"{text_of(entry.get('name'))}={text_of(entry.get('value'))}"


def _mounts(spec: Mapping, container: Mapping) -> Iterator[Mount]:
    """Yield what keeps its owner: folders of the node, and claims unless `fsGroup` gives them to a group.

    An emptyDir can be written by everybody; configuration and secrets can only be read.
    """
    context = spec.mapping("securityContext")
    grouped = context is not None and context.get("fsGroup") is not None
    volumes = {text_of(volume.get("name")): volume for volume in mappings_of(spec.get("volumes"))}
    for mount in mappings_of(container.get("volumeMounts")):
        name, path = text_of(mount.get("name")), text_of(mount.get("mountPath"))
        volume = volumes.get(name)
        if volume is None or not path.startswith("/"):
            continue
        host = volume.mapping("hostPath")
        source = text_of(host.get("path")) if host is not None else name
        if text_of(mount.get("readOnly")) == "true" and not source.endswith(".sock"):
            continue
        if host is not None or (volume.get("persistentVolumeClaim") is not None and not grouped):
            yield Mount(source, path, is_bind=True)


def _other_mounts(container: Mapping, mounts: tuple[Mount, ...]) -> tuple[str, ...]:
    """Return where a container mounts what everybody may write, or nobody."""
    paths = (text_of(mount.get("mountPath")) for mount in mappings_of(container.get("volumeMounts")))
    written = {mount.target for mount in mounts}
    return tuple(path for path in paths if path.startswith("/") and path not in written)


def _words(node: Node | None) -> tuple[str, ...]:
    return tuple(text_of(item) for item in node.resolved()) if isinstance(node, Sequence) else ()
