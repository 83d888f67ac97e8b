"""A compose file of strangers as a project that keeps to itself: pure, but for where a path leads.

What a service says about itself stays. What reaches the machine, or other projects, does not: a folder is copied, a
volume or network of others is replaced by an empty one, a port of the machine by a free one. What cannot be replaced is
left out and named, or, where the service would be another without it, refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardener.errors import VerifyError
from hardener.knowledge.confinement import CAPABILITIES
from hardener.lookups.reading import read_regular, within
from hardener.project.compose.ports import container_ports
from hardener.project.compose.variables import Variables, read_env_file
from hardener.verify.stack.keys import BUILD, OWN, READ, REFUSED, SILENT, SIZE
from hardener.verify.stack.limits import limits_of
from hardener.verify.stack.model import Bounds, Stack
from hardener.verify.stack.services import closure, long_mount


def confined(top: Mapping[str, Any], bounds: Bounds, variables: Mapping[str, str], wanted: str = "") -> Stack:
    """Return the project of a compose file.

    Args:
        top: what the file says.
        bounds: what it is held to.
        variables: values that the person gives; they win over `.env`.
        wanted: the service to start with all that it depends on; "" for all services without a profile.

    Raises:
        VerifyError: it asks for something that a container of strangers does not get, or cannot be read.
    """
    try:
        return _Confining(top, bounds, variables).stack(wanted)
    except (AttributeError, TypeError, ValueError):  # a number in place of a list, a name in place of a mapping
        raise VerifyError("the compose file is none that Compose takes: `docker compose config` says where") from None


@dataclass(slots=True)
class _Confining:
    top: Mapping[str, Any]
    bounds: Bounds
    given: Mapping[str, str]
    folders: dict[Path, Path] = field(default_factory=dict)
    places: list[tuple[str, str]] = field(default_factory=list)
    ports: dict[str, tuple[int, ...]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    networks: dict[str, Any] = field(default_factory=dict)
    volumes: dict[str, Any] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    variables: Variables = field(init=False)

    def stack(self, wanted: str) -> Stack:
        if self.top.get("include"):
            raise VerifyError("the compose file includes others: give the one file that `docker compose config` prints")
        self.variables = Variables({**self._dotenv(), **self.given})
        services = self.top.get("services")
        if not isinstance(services, dict) or not services:
            raise VerifyError("the compose file has no services")
        names = closure(services, wanted)
        data: dict[str, Any] = {"services": {name: self._service(name, services[name]) for name in names}}
        data |= {kind: found for kind, found in (("networks", self.networks), ("volumes", self.volumes)) if found}
        data |= {kind: found for kind, found in self.files.items() if found}
        for name in self.variables.missing:
            self.missing.append(f"variable {name}")
        return Stack(
            data, self.ports, tuple(self.folders.items()), tuple(self.places),
            tuple(dict.fromkeys(self.missing)), tuple(dict.fromkeys(self.notes)),
        )  # fmt: skip

    def _dotenv(self) -> dict[str, str]:
        text = self._text(self.bounds.folder / ".env")
        return {} if text is None else read_env_file(text, self.given)

    def _text(self, path: Path) -> str | None:
        """Return the text of a file of the project, None where there is none."""
        try:
            data = read_regular(path, SIZE) if within(self.bounds.root, path) else None
        except OSError:
            return None
        return None if data is None else data.decode("utf-8", "replace")

    def _service(self, name: str, said: Any) -> dict[str, Any]:
        if not isinstance(said, dict):
            raise VerifyError(f"service `{name}` says nothing")
        service = self.variables.in_value({key: value for key, value in said.items() if value is not None})
        self._refuse(name, service)
        found = {key: value for key, value in service.items() if key in OWN}
        for key in sorted(service.keys() - OWN - READ - SILENT - REFUSED):
            if not str(key).startswith("x-"):
                self.notes.append(f"service `{name}`: `{key}` is left out")
        if "build" in service:
            found.pop("image", None)  # its tag is the person's, and stays
            found["build"] = self._build(name, service["build"])
        found["environment"] = self._environment(name, service)
        found["labels"] = self._labels
        limits, notes = limits_of(name, service, self.bounds.room)
        found |= limits
        self.notes += notes
        for key in ("cap_add", "security_opt", "depends_on", "network_mode"):
            if key in service:
                found[key] = service[key]
        if "network_mode" not in service:
            found["networks"] = self._networks(name, service)
        found["volumes"] = self._mounts(name, service.get("volumes") or [])
        for kind in ("secrets", "configs"):
            if grants := self._grants(name, kind, service.get(kind) or []):
                found[kind] = grants
        self._publish(name, service, found)
        return found

    @property
    def _labels(self) -> dict[str, str]:
        key, _, value = self.bounds.label.partition("=")
        return {key: value}

    def _refuse(self, name: str, service: dict[str, Any]) -> None:
        """Stop at what makes a container more than a container."""
        for key in sorted(REFUSED & service.keys()):
            if service[key]:
                raise VerifyError(f"service `{name}` has `{key}`, which harden does not give to containers")
        mode = str(service.get("network_mode", "bridge"))
        if mode not in ("bridge", "none") and not mode.startswith("service:"):
            raise VerifyError(f"service `{name}` has `network_mode: {mode}`, which harden does not give to containers")
        if mode == "bridge":
            service.pop("network_mode", None)
        for capability in map(str, service.get("cap_add") or ()):
            if capability.upper().removeprefix("CAP_") not in CAPABILITIES:
                raise VerifyError(f"service `{name}` asks for the capability {capability}, which harden does not give")
        for option in map(str, service.get("security_opt") or ()):
            if not option.startswith("no-new-privileges"):
                raise VerifyError(f"service `{name}` has `security_opt: {option}`, which harden does not give")

    def _build(self, name: str, said: Any) -> dict[str, Any]:
        build = {"context": said} if isinstance(said, str) else dict(said or {})
        for key in build.keys() - BUILD:
            raise VerifyError(f"service `{name}` has `build.{key}`, which harden does not give to builds")
        context = self._inside(str(build.get("context") or "."), f"service `{name}` builds")
        found = {key: build[key] for key in ("args", "dockerfile_inline", "target") if build.get(key)}
        if "args" in found:
            found["args"] = self._pairs(found["args"], f"build argument of `{name}`")
        if build.get("dockerfile"):
            file = self._inside(str(context / build["dockerfile"]), f"service `{name}` builds")
            found["dockerfile"] = str(file)
        return {**found, "context": str(context), "labels": self._labels}

    def _inside(self, path: str, who: str) -> Path:
        place = self.bounds.folder / path
        if "://" in path or not within(self.bounds.root, place):
            raise VerifyError(f"{who} {path}, which is outside the project")
        return place.resolve()

    def _pairs(self, said: Any, what: str) -> dict[str, str]:
        """Return a mapping or a list of NAME=value as a mapping; a name alone takes the variable of that name."""
        if isinstance(said, dict):
            items: Iterable[tuple[str, Any]] = said.items()
        else:
            items = ((p[0], p[2] if p[1] else None) for p in (str(entry).partition("=") for entry in said or ()))
        found = {}
        for key, value in items:
            if value is not None:
                found[str(key)] = str(value).lower() if isinstance(value, bool) else str(value)
            elif key in self.variables.known:
                found[str(key)] = self.variables.known[key]
            else:
                self.missing.append(f"{what} {key}")
        return found

    def _environment(self, name: str, service: dict[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        files = service.get("env_file") or []
        for entry in files if isinstance(files, list) else [files]:
            path, required = (
                (entry.get("path"), entry.get("required", True)) if isinstance(entry, dict) else (entry, True)
            )
            text = self._text(self.bounds.folder / str(path))
            if text is not None:
                found |= read_env_file(text, self.variables.known)
            elif required:
                self.missing.append(f"env_file {path} of `{name}`")
        return found | self._pairs(service.get("environment"), "variable")

    def _networks(self, name: str, service: dict[str, Any]) -> dict[str, Any]:
        said = service.get("networks") or ["default"]
        entries = said if isinstance(said, dict) else dict.fromkeys(map(str, said))
        found = {}
        for network, options in entries.items():
            aliases = list((options or {}).get("aliases") or ())
            if service.get("container_name"):  # others may know it by that name
                aliases.append(str(service["container_name"]))
            found[network] = {"aliases": aliases} if aliases else {}
            self._network(network)
        return found

    def _network(self, network: str) -> None:
        said = self._named("networks", network)
        if said.get("external"):
            self.notes.append(f"an empty network takes the place of the external one `{network}`")
        if said.get("driver") not in (None, "bridge", "default", "overlay"):
            raise VerifyError(f"the network `{network}` has the driver {said['driver']}: harden makes plain networks")
        self.networks[network] = {"labels": self._labels} | ({"internal": True} if said.get("internal") else {})

    def _named(self, kind: str, name: str) -> dict[str, Any]:
        said = (self.top.get(kind) or {}).get(name)
        return dict(self.variables.in_value(said)) if isinstance(said, dict) else {}

    def _mounts(self, name: str, said: Any) -> list[dict[str, Any]]:
        found = (self._mount(name, long_mount(entry) if isinstance(entry, str) else dict(entry)) for entry in said)
        return [mount for mount in found if mount is not None]

    def _mount(self, name: str, mount: dict[str, Any]) -> dict[str, Any] | None:
        kind, source, target = mount.get("type"), str(mount.get("source") or ""), str(mount.get("target") or "")
        reads = {"read_only": True} if mount.get("read_only") else {}
        if kind == "tmpfs":
            return {key: mount[key] for key in ("type", "target", "tmpfs") if key in mount}
        if kind == "bind":
            copy = self._copied(source)
            if copy is None:
                self.notes.append(f"service `{name}`: the mount of {source} is left out: it is outside the project")
                return None
            return {"type": "bind", "source": str(copy), "target": target, **reads}
        if kind != "volume":
            raise VerifyError(f"service `{name}` has a mount of type {kind}, which harden does not make")
        if source:
            self._volume(source)
            if not reads:
                self.places.append((name, target))
        return {"type": "volume", "target": target, **({"source": source} if source else {}), **reads}

    def _volume(self, volume: str) -> None:
        said = self._named("volumes", volume)
        if said.get("external"):
            self.notes.append(f"an empty volume takes the place of the external one `{volume}`")
        elif said.get("driver_opts") or said.get("driver") not in (None, "local"):
            raise VerifyError(f"the volume `{volume}` has a driver of its own: harden makes plain volumes")
        self.volumes[volume] = {"labels": self._labels}

    def _copied(self, source: str) -> Path | None:
        """Return where a copy of a file or folder of the project will be, None for what is outside of it."""
        path = Path(source) if source.startswith("/") else self.bounds.folder / source
        if source.startswith("~") or not within(self.bounds.root, path) or path.resolve() == Path("/"):
            return None
        real = path.resolve()
        return self.folders.setdefault(real, self.bounds.copies / f"{len(self.folders)}-{real.name or 'folder'}")

    def _grants(self, name: str, kind: str, said: Any) -> list[Any]:
        found = []
        for entry in said:
            source = str(entry.get("source") if isinstance(entry, dict) else entry)
            if self._granted(name, kind, source):
                found.append(entry)
        return found

    def _granted(self, name: str, kind: str, source: str) -> bool:
        """Tell whether a secret or a configuration has a value, which is then there for all services."""
        said, what = self._named(kind, source), f"{kind[:-1]} {source} of `{name}`"
        if source in self.files.get(kind, {}):
            return True
        if said.get("file"):
            copy = self._copied(str(said["file"]))
            if copy is None or not (self.bounds.folder / str(said["file"])).is_file():
                self.missing.append(f"{what} (file {said['file']})")
                return False
        elif said.get("environment") or said.get("content") is not None:
            variable = said.get("environment")
            if variable and variable not in self.variables.known:
                self.missing.append(f"{what} (variable {variable})")
                return False
            # its name is the file's, and may be a path: it names no file here
            copy = self.bounds.copies / f"{kind}-{len(self.files.get(kind, {}))}"
            text = self.variables.known[variable] if variable else str(said["content"])
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8")
            copy.chmod(0o644)
        else:
            self.missing.append(f"{what} (external)")
            return False
        self.files.setdefault(kind, {})[source] = {"file": str(copy)}
        return True

    def _publish(self, name: str, service: dict[str, Any], found: dict[str, Any]) -> None:
        texts = [
            f"{entry.get('target')}/{entry.get('protocol', 'tcp')}" if isinstance(entry, dict) else str(entry)
            for entry in (*(service.get("ports") or ()), *(service.get("expose") or ()))
        ]
        ports = tuple(dict.fromkeys(container_ports(text for text in texts if not text.endswith("/udp"))))
        if ports and "network_mode" not in found:
            found["ports"] = [f"{self.bounds.address}::{port}" for port in ports]
            self.ports[name] = ports
