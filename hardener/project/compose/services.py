"""Reader of the services of a compose file: what they run in an image that they build (S01, S25).

Format: the Compose specification (services, build, command, entrypoint, healthcheck.test, and `x-` for fragments).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardener.project.builds import Service
from hardener.project.compose.closed import closed_files, closed_folders
from hardener.project.compose.ports import container_ports
from hardener.project.compose.volumes import read_configs, read_mounts, read_targets
from hardener.project.memory import bytes_of
from hardener.syntax.yaml import Mapping, Node, Scalar, Sequence, resolve, text_of

#: the capabilities that every container starts with
_USUAL = frozenset({
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
})  # fmt: skip


def read_services(name: str, top: Mapping) -> tuple[Service, ...]:
    """Return the services of a compose file that a Dockerfile may build; one that only names an image is no build.

    Args:
        name: of the file, for messages.
        top: its mapping.

    Raises:
        YamlSyntaxError: an alias or a merge key that cannot be followed.
    """
    described = list(_described(top))
    services = [read_service(name, node, key) for key, node in described]
    if not any(
        service.volumes or service.read_only or node.get("volumes_from")
        for service, (_, node) in zip(services, described, strict=True)
    ):
        return _of_files(described, services)
    from hardener.project.compose.together import related  # most files mount nothing

    return _of_files(described, related(top, described, services))


def _of_files(described: list[tuple[str, Mapping]], services: Iterable[Service]) -> tuple[Service, ...]:
    """Return the services without those that are built from a text in the compose file, not from a Dockerfile."""
    nodes = (node for _, node in described)
    return tuple(
        s for s, node in zip(services, nodes, strict=True) if _deep(node, "build", "dockerfile_inline") is None
    )


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
        devices=_words(node.get("devices")),
        grants=_grants(node),
        closed=(*closed_files(node), *closed_folders(node)),
        extends=_extended(node.get("extends")),
    )


def _env_files(node: Node | None) -> Iterator[str]:
    """Yield the files that `env_file` names: a text, or a list of texts and of mappings with `path`."""
    items = list(node.resolved()) if isinstance(node, Sequence) else [node]
    texts = (_text(item.get("path") if isinstance(item, Mapping) else item) for item in items)
    yield from filter(None, texts)


def _grants(node: Mapping) -> tuple[str, ...]:
    """Return `privileged`, `pid: host`, or the capabilities that a service adds to those of every container."""
    privileged = node.get("privileged")
    if isinstance(privileged, Scalar) and privileged.value is True:
        return ("privileged",)
    if _text(node.get("pid")) == "host":
        return ("pid: host",)
    added = node.get("cap_add")
    names = [word.upper().removeprefix("CAP_") for word in _words(added)] if isinstance(added, Sequence) else []
    return tuple(name for name in names if name not in _USUAL)


def _extended(node: Node | None) -> tuple[str, str]:
    """Return the file and the service that a service extends, ("", "") for none; its own file is ""."""
    if isinstance(node, Mapping):
        return _text(node.get("file")).removeprefix("./"), _text(node.get("service"))
    return "", _text(node)


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
    return text_of(node).replace("$$", "$")


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
