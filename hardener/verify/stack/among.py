"""An image run as its service of a compose file: with its options, among the services that it depends on."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hardener.errors import HardenError
from hardener.verify.container.engine import last_lines
from hardener.verify.model import Plan
from hardener.verify.stack.copies import copy_folders
from hardener.verify.stack.find import Place, stack_of
from hardener.verify.stack.limits import without_new_privileges
from hardener.verify.stack.model import Stack
from hardener.verify.stack.project import Project
from hardener.verify.stack.watch import look

#: options of `docker run` with one value, and with a value for each item
_ONE = {"user": "--user", "working_dir": "--workdir", "hostname": "--hostname", "shm_size": "--shm-size",
        "stop_signal": "--stop-signal"}  # fmt: skip
_EACH = {"cap_add": "--cap-add", "cap_drop": "--cap-drop", "security_opt": "--security-opt", "tmpfs": "--tmpfs",
         "group_add": "--group-add"}  # fmt: skip


@dataclass(slots=True)
class Among:
    """The service that an image is, and its neighbours.

    Args:
        place: the service.
        project: that its neighbours run in.
        plan: as it is given; what it says of variables and options wins.
        say: gets a line about what is being done.
    """

    place: Place
    project: Project
    plan: Plan
    say: Callable[[str], None]
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def start(self) -> tuple[Plan | None, str]:
        """Start the neighbours; return how the image is run among them, or None and why it cannot be."""
        try:
            stack = stack_of(self.place.file, self.place.text, self.project, self.plan.env, self.place.service)
            self.notes, self.missing = stack.notes, stack.missing
            own, others = split(stack, self.place.service)
            copy_folders(stack.folders)
            if others.services and self._start(without_new_privileges(others)):
                self.project.remove(1)
                if problem := self._start(others):
                    self.project.remove(1)
                    return None, problem
                self.notes = (*self.notes, "its neighbours ran without no-new-privileges: they do not work with it")
            return self._plan(own, others), ""
        except HardenError as error:
            return None, str(error)

    def _start(self, others: Stack) -> str:
        self.project.check()
        if others.builds:
            self.say(f"building {', '.join(others.builds)}")
            self.project.build(others)
        self.say(f"starting {', '.join(others.services)}")
        if said := self.project.up(others):
            return f"its services do not start ({said})"
        for name, seen in look(self.project, others, (), self.plan.wait).seen.items():
            if (seen.state == "ended" and seen.code) or seen.state == "not started" or seen.health is False:
                lines = "; ".join(last_lines(seen.errors, 2))
                return f"its service `{name}` does not work ({lines or seen.error})"
        return ""

    def _plan(self, own: dict[str, Any], others: Stack) -> Plan:
        options = run_options(own, self.project.name)
        for mount in own["volumes"]:
            if mount["type"] == "volume" and mount.get("source"):
                # one that is there already stays as it is
                name = f"{self.project.name}_{mount['source']}"
                self.project.engine.ask("volume", "create", "--label", self.project.engine.label, name)
        if others.services:
            aliases = [alias for network in own.get("networks", {}).values() for alias in network.get("aliases", ())]
            options += [f"--network={self.project.name}_default"]
            options += [f"--network-alias={alias}" for alias in dict.fromkeys((self.place.service, *aliases))]
        entry, words = _words(own.get("entrypoint")), _words(own.get("command"))
        if entry:
            options.append(f"--entrypoint={entry[0]}")
        env = tuple(f"{name}={value}" for name, value in own["environment"].items())
        return replace(
            self.plan,
            env=(*env, *self.plan.env),
            run_options=(*options, *self.plan.run_options),
            arguments=(*entry[1:], *words),
        )

    @property
    def name(self) -> str:
        """What the image is run as."""
        return f"the service `{self.place.service}` of {self.place.file.name}"


def run_options(own: dict[str, Any], project: str) -> list[str]:
    """Return the options of `docker run` that say what a service says of itself.

    Args:
        own: the service, with its variables filled in.
        project: whose volumes it mounts.
    """
    options = [f"{flag}={own[key]}" for key, flag in _ONE.items() if own.get(key) is not None]
    for key, flag in _EACH.items():
        said = own.get(key) or ()
        options += [f"{flag}={item}" for item in ([said] if isinstance(said, str) else said)]
    options += [flag for key, flag in (("init", "--init"), ("read_only", "--read-only")) if own.get(key) is True]
    for mount in own["volumes"]:
        if mount["type"] == "tmpfs":
            options.append(f"--tmpfs={mount['target']}")
            continue
        source = mount.get("source", "")
        parts = [f"type={mount['type']}", f"dst={mount['target']}", *["readonly"] * bool(mount.get("read_only"))]
        if source:
            parts.append(f"src={source if mount['type'] == 'bind' else f'{project}_{source}'}")
        options.append("--mount=" + ",".join(parts))
    return [*options, *own.get("grants", ())]


def split(stack: Stack, service: str) -> tuple[dict[str, Any], Stack]:
    """Return a service, and the others on one network without it."""
    services = {name: _on_one_network(dict(said)) for name, said in stack.data["services"].items() if name != service}
    own = dict(stack.data["services"][service])
    own["grants"] = [_grant(stack, kind, entry) for kind in ("secrets", "configs") for entry in own.get(kind, ())]
    label = next(iter(stack.data["services"].values()))["labels"]
    data = {**stack.data, "services": services, "networks": {"default": {"labels": label}}}
    return own, replace(stack, data=data, ports={}, data_places=())


def _on_one_network(said: dict[str, Any]) -> dict[str, Any]:
    said.pop("ports", None)  # nothing is asked of it from outside
    if "networks" in said:
        aliases = [alias for network in said["networks"].values() for alias in network.get("aliases", ())]
        said["networks"] = {"default": {"aliases": aliases} if aliases else {}}
    return said


def _grant(stack: Stack, kind: str, entry: Any) -> str:
    """Return the option that mounts a secret or a configuration."""
    source = str(entry["source"]) if isinstance(entry, dict) else str(entry)
    target = str(entry.get("target") or "") if isinstance(entry, dict) else ""
    if not target.startswith("/"):
        target = f"/run/secrets/{target or source}" if kind == "secrets" else f"/{target or source}"
    return f"--mount=type=bind,src={stack.data[kind][source]['file']},dst={target},readonly"


def _words(said: Any) -> list[str]:
    return shlex.split(said) if isinstance(said, str) else [str(word) for word in said or ()]
