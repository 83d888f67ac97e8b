"""Reader of the services of a compose file: what they run in an image that they build (S01, S25).

Format: the Compose specification (services, build, command, entrypoint, healthcheck.test, and `x-` for fragments).
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.fast.records import replace
from hardener.project.builds import Mount, Service
from hardener.project.compose.ports import container_ports
from hardener.project.compose.volumes import read_configs, read_mounts, read_targets
from hardener.project.memory import bytes_of
from hardener.syntax.yaml import Mapping, Node, Scalar, Sequence, resolve


def read_services(name: str, top: Mapping) -> tuple[Service, ...]:
    """Return the services of a compose file that a Dockerfile may build; one that only names an image is no build.

    Args:
        name: of the file, for messages.
        top: its mapping.

    Raises:
        YamlSyntaxError: an alias or a merge key that cannot be followed.
    """
    described = [(key, node) for key, node in _described(top) if not _is_inline(node)]
    services = [read_service(name, node, key) for key, node in described]
    bound = _bound(top)
    if bound:
        services = [replace(service, volumes=tuple(_as_bound(service.volumes, bound))) for service in services]
    named = {service.name: service.volumes for service in services}
    taken = (_words(node.get("volumes_from")) for _, node in described)
    more = (tuple(mount for name in names for mount in named.get(name, ())) for names in taken)
    return tuple(replace(s, volumes=(*s.volumes, *m)) if m else s for s, m in zip(services, more, strict=True))


def _bound(top: Mapping) -> dict[str, str]:
    """Return the volumes that are folders of the host or of a server, by name: their driver mounts a device."""
    volumes = resolve(value) if (value := top.get("volumes")) is not None else None
    found = {}
    for pair in volumes.items() if isinstance(volumes, Mapping) else ():
        options = _deep(resolve(pair.value), "driver_opts")
        device = _text(_deep(options, "device"))
        if device and _text(_deep(options, "type")) != "tmpfs":
            found[pair.name or ""] = device
    return found


def _as_bound(mounts: tuple[Mount, ...], bound: dict[str, str]) -> Iterator[Mount]:
    for mount in mounts:
        yield replace(mount, source=bound[mount.source], is_bind=True) if mount.source in bound else mount


def _is_inline(node: Mapping) -> bool:
    """Tell whether a service is built from a text in the compose file, not from a Dockerfile."""
    return _deep(node, "build", "dockerfile_inline") is not None


def _described(top: Mapping) -> Iterator[tuple[str, Mapping]]:
    """Yield the services by their names, and the fragments that services take over by an alias, without one."""
    for pair in top.items():
        value = resolve(pair.value)
        if not isinstance(value, Mapping):
            continue
        if pair.name == "services":
            nodes = [(inner.name or "", resolve(inner.value)) for inner in value.items()]
            yield from ((name, node) for name, node in nodes if isinstance(node, Mapping))
        elif (pair.name or "").startswith("x-"):
            yield "", value


def read_service(file: str, node: Mapping, name: str = "") -> Service:
    """Return what a service runs, of one that pulls its image too.

    Args:
        file: the name of the compose file.
        node: what stands below the name of the service.
        name: of the service.

    Raises:
        YamlSyntaxError: an alias or a merge key that cannot be followed.
    """
    build, check, init = node.get("build"), node.mapping("healthcheck"), node.get("init")
    image = _text(node.get("image"))
    below = build if isinstance(build, Mapping) else None
    disabled = check.get("disable") if check is not None else None
    off = isinstance(disabled, Scalar) and disabled.value is True
    return Service(
        file,
        context=_text(build) if below is None else _context(below),
        dockerfile=_text(below.get("dockerfile") if below is not None else None),
        target=_text(below.get("target") if below is not None else None),
        entrypoint=_words(node.get("entrypoint")),
        command=_words(node.get("command")),
        check=("NONE",) if off else _words(check.get("test") if check is not None else None),
        init=isinstance(init, Scalar) and init.value is True,
        volumes=read_mounts(node.get("volumes")),
        read_only=(*read_targets(node.get("volumes")), *read_configs(node.get("configs"))),
        environment=_variables(node.get("environment")),
        images=(image,) if image else (),
        user=_text(node.get("user")),
        host_network=_text(node.get("network_mode")) == "host",
        ports=_ports(node.get("ports")),
        memory=bytes_of(_text(node.get("mem_limit")) or _text(_deep(node, "deploy", "resources", "limits", "memory"))),
        is_build=build is not None or not image,
        env_files=tuple(_env_files(node.get("env_file"))),
        name=name,
        drops=node.get("cap_drop") is not None,
    )


def _env_files(node: Node | None) -> Iterator[str]:
    """Yield the files that `env_file` names: a text, or a list of texts and of mappings with `path`."""
    items = list(node.resolved()) if isinstance(node, Sequence) else [node]
    texts = (_text(item.get("path") if isinstance(item, Mapping) else item) for item in items)
    yield from filter(None, texts)


def _context(build: Mapping) -> str:
    """Return the build context: `context: ""` is the folder of the file for Compose, and not naming one is not."""
    named = build.get("context")
    return _text(named) or ("." if isinstance(named, Scalar) and named.value == "" else "")


def _deep(node: Node | None, *names: str) -> Node | None:
    for name in names:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def _ports(node: Node | None) -> tuple[int, ...]:
    """Return the ports in the container, from the short form or `target`."""
    items = list(node.resolved()) if isinstance(node, Sequence) else []
    texts = [_text(item.get("target") if isinstance(item, Mapping) else item) for item in items]
    return tuple(container_ports(texts))


def _variables(node: Node | None) -> tuple[str, ...]:
    """Return an environment as "NAME=value", from a list or a mapping."""
    if isinstance(node, Mapping):
        return tuple(f"{pair.name}={_text(resolve(pair.value))}" for pair in node.items())
    return _words(node) if isinstance(node, Sequence) else ()


def _text(node: Node | None) -> str:
    """Return what a scalar says to Compose, for which `$$` is a dollar sign; "" for anything else."""
    return node.text.replace("$$", "$") if isinstance(node, Scalar) and node.value is not None else ""


def _words(node: Node | None) -> tuple[str, ...]:
    """Return a command as a list of words, from a string or a list."""
    if isinstance(node, Sequence):
        return tuple(_text(item) for item in node.resolved() if isinstance(item, Scalar))
    return tuple(_split(_text(node)))


def _split(text: str) -> list[str]:
    """Split as Compose does: like a shell, without expanding anything."""
    import shlex

    try:
        return shlex.split(text)
    except ValueError:  # a quote without its end
        return text.split()
