"""What an image says of itself: its configuration by digest, and what stands in a few files of its layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hardener.fast.records import dataclass, field
from hardener.text import whole


@dataclass(frozen=True, slots=True)
class System:
    """What the files of an image say.

    Attributes:
        users: (name, uid, gid, home) of each line of /etc/passwd.
        groups: (name, gid) of each line of /etc/group.
        release: the assignments of os-release.
        programs: names of programs that lie where the PATH of every distribution leads, of those that were looked for.
    """

    users: tuple[tuple[str, int, int, str], ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    release: Mapping[str, str] = field(default_factory=dict)
    programs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configuration of an image, as the OCI image spec has it; () and "" are "it sets none".

    Attributes:
        os: "linux", "windows".
        history: what made each step, the first first, as far as the image says.
        healthcheck, onbuild: whether it has any.
        system: what its files say, None where nobody read them.
        made: when, in seconds since the epoch, and size: the bytes that a pull transfers; 0 where it is not known.
    """

    os: str = ""
    user: str = ""
    workdir: str = ""
    stopsignal: str = ""
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    shell: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    history: tuple[str, ...] = ()
    healthcheck: bool = False
    onbuild: bool = False
    system: System | None = None
    made: float = 0
    size: int = 0


def read_configuration(data: Mapping[str, Any]) -> Configuration:
    """Return the record for a JSON object with the keys of the OCI image spec, types already checked."""
    return Configuration(
        os=data.get("os", ""),
        user=data.get("User", ""),
        workdir=data.get("WorkingDir", ""),
        stopsignal=data.get("StopSignal", ""),
        entrypoint=tuple(data.get("Entrypoint", ())),
        cmd=tuple(data.get("Cmd", ())),
        shell=tuple(data.get("Shell", ())),
        volumes=tuple(sorted(data.get("Volumes", ()))),
        ports=tuple(sorted({whole(port) for port in map(_port, data.get("ExposedPorts", ())) if port.isdecimal()})),
        env=dict(entry.split("=", 1) for entry in data.get("Env", ()) if "=" in entry),
        history=tuple(data.get("history", ())),
        healthcheck=bool(data.get("healthcheck")),
        onbuild=bool(data.get("OnBuild")),
        made=_number(data.get("made")),
        size=int(_number(data.get("size"))),
    )


def read_system(data: Mapping[str, Any]) -> System:
    """Return the record for what was read of the files of an image."""
    return System(
        users=tuple((str(name), int(uid), int(gid), str(home)) for name, uid, gid, home in data["users"]),
        groups=tuple((str(name), int(gid)) for name, gid in data["groups"]),
        release={str(key): str(value) for key, value in data["release"].items()},
        programs=frozenset(map(str, data["programs"])),
    )


def _number(value: object) -> float:
    """Return a number that is one; answers that were remembered by an older harden have none."""
    return value if isinstance(value, int | float) and value > 0 else 0


def _port(text: str) -> str:
    return text.partition("/")[0]
