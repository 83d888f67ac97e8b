"""A compose file as rules see it: its services, each with where it is written and what it runs.

Format: the Compose specification.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from hardener.fast.records import dataclass
from hardener.project.builds import Service
from hardener.project.compose.services import read_service
from hardener.project.yaml_file import YamlFile
from hardener.syntax.yaml import Document, Mapping, Node, Pair, Scalar, parse, resolve, text_of, value_of

#: keys of `deploy` that only a swarm looks at
_SWARM = ("mode", "placement", "update_config", "rollback_config", "endpoint_mode", "labels")


@dataclass(frozen=True, slots=True, eq=False)
class Build:
    """What a service is built from.

    Attributes:
        context: as it is written, "" where it is not said.
        dockerfile: its name in the context.
        inline: the text of `dockerfile_inline`, "" without one.
        target: the stage, "" for the last.
        has_arguments: whether build arguments are given.
    """

    context: str
    dockerfile: str
    inline: str
    target: str
    has_arguments: bool


@dataclass(frozen=True, slots=True, eq=False)
class ComposeService:
    """A service of a compose file.

    Attributes:
        name: its key.
        file: the name of the compose file.
        document: the index of its document.
        pair: its entry below `services`.
        node: what it says, an alias followed; merge keys are followed by `get`.
        runs: what it runs in its image instead of the image's own commands.
        is_whole: whether this file alone says what it is: it names an image or a build, extends nothing, and is not
            described in two documents.
        is_addition: whether it only adds to what another file says: neither an image nor a build, and extends nothing.
    """

    name: str
    file: str
    document: int
    pair: Pair
    node: Mapping
    runs: Service
    is_whole: bool
    is_addition: bool

    @property
    def path(self) -> tuple[str, ...]:
        """The keys that lead to the service."""
        return ("services", self.name)

    def get(self, *keys: str) -> Node | None:
        """Return the node that keys lead to, aliases and merge keys followed; None where there is none."""
        node: Node | None = self.node
        for key in keys:
            node = node.get(key) if isinstance(node, Mapping) else None
        return node

    def value(self, *keys: str) -> Any:
        """Return the value that keys lead to; None where there is none."""
        node = self.get(*keys)
        return None if node is None else value_of(node)

    def text(self, *keys: str) -> str:
        """Return the text of the scalar that keys lead to; "" for anything else."""
        return text_of(self.get(*keys))

    @property
    def image(self) -> str:
        """The text of `image`, "" without one."""
        return self.text("image")

    @property
    def build(self) -> Build | None:
        """What it is built from, None for an image that is pulled."""
        node = self.get("build")
        if isinstance(node, Scalar):
            return Build(node.text, "", "", "", has_arguments=False) if node.value is not None else None
        if not isinstance(node, Mapping):
            return None
        return Build(
            self.text("build", "context"), self.text("build", "dockerfile"), self.text("build", "dockerfile_inline"),
            self.text("build", "target"), has_arguments=node.get("args") is not None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ComposeFile(YamlFile):
    """A compose file.

    Attributes:
        services: in their order; those that are no mapping are left out.
    """

    services: tuple[ComposeService, ...]

    @property
    def parts(self) -> int:
        """How many services it describes."""
        return len(self.services)

    def service(self, name: str) -> ComposeService | None:
        """Return a service by its name."""
        known: dict[str, ComposeService] | None = self.memo.get("services by name")
        if known is None:
            known = {service.name: service for service in reversed(self.services)}
            self.memo["services by name"] = known
        return known.get(name)

    @property
    def extending(self) -> tuple[ComposeService, ...]:
        """The services that extend others."""
        known: tuple[ComposeService, ...] | None = self.memo.get("extending")
        if known is None:
            known = tuple(service for service in self.services if service.get("extends") is not None)
            self.memo["extending"] = known
        return known

    @property
    def stack(self) -> str:
        """What hints at `docker stack deploy`, which wants `version` and knows fewer keys; "" where nothing does."""
        known: str | None = self.memo.get("stack")
        if known is None:
            known = self.memo["stack"] = self._stack()
        return known

    def _stack(self) -> str:
        for service in self.services:
            for key in _SWARM:
                if service.get("deploy", key) is not None:
                    return f"{service.name} has `deploy.{key}`"
        return ""


def read_compose(text: str, filename: str | None = None) -> ComposeFile:
    """Return what a compose file says.

    Args:
        text: of the file.
        filename: for errors, and for the name of the file.

    Raises:
        YamlSyntaxError: it is no YAML, or says nothing that could be followed: keys that stand twice, aliases without
            an anchor.
    """
    documents = parse(text, filename)
    values = tuple(value_of(document.root) if document.root is not None else None for document in documents)
    name = (filename or "compose.yaml").rpartition("/")[2]
    found = [pair for index, document in enumerate(documents) for pair in _services(index, document)]
    names = Counter(pair.name for _, pair in found)
    services = tuple(
        service
        for index, pair in found
        if (service := _read(name, index, pair, is_alone=names[pair.name] == 1)) is not None
    )
    return ComposeFile(name, text, documents, values, services)


def _services(index: int, document: Document) -> list[tuple[int, Pair]]:
    root = document.root
    services = root.mapping("services") if isinstance(root, Mapping) else None
    return [(index, pair) for pair in services.items()] if services is not None else []


def _read(file: str, document: int, pair: Pair, *, is_alone: bool) -> ComposeService | None:
    node = resolve(pair.value)
    if not isinstance(node, Mapping) or pair.name is None:
        return None
    has_source = node.get("image") is not None or node.get("build") is not None
    extends = node.get("extends") is not None
    is_whole, is_addition = is_alone and has_source and not extends, not has_source and not extends
    return ComposeService(pair.name, file, document, pair, node, read_service(file, node), is_whole, is_addition)
