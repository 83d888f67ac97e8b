"""What a rule for Kubernetes manifests is, and the changes of a container that it proposes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from hardener.errors import Refusal
from hardener.project.context import Files
from hardener.project.manifests.model import Container, Manifests
from hardener.rules._yaml_rule import Proposal, YamlRule
from hardener.rules.base import Safety
from hardener.rules.kubernetes._kustomize import patched
from hardener.syntax.yaml.changes import Change

_CONTEXT = "securityContext"


class ManifestRule(YamlRule):
    """Base of all rules for manifests: their keys are those of a container, of its `securityContext`, or of its pod."""

    @classmethod
    def key_of(cls, change: Change) -> str:
        """Return the key of the container or the pod; one below `securityContext` for a change there."""
        lists = [i for i, key in enumerate(change.path) if key in ("containers", "initContainers")]
        if not lists:
            return change.path[-1]
        below = change.path[lists[-1] + 2 :]
        if not below or below[0] != _CONTEXT:
            return below[0] if below else "containers"
        if len(below) > 1:
            return below[1]
        return ",".join(sorted(change.value)) if isinstance(change.value, dict) else _CONTEXT

    @classmethod
    def plan(cls, model: Manifests, files: Files) -> Iterator[Proposal]:
        """Yield what the rule would do in a file of manifests."""
        raise NotImplementedError


class ContainerRule(ManifestRule):
    """Base of the rules that look at one container after the other, for what its `securityContext` lacks.

    A container without an image is a patch for another file, and one of Windows has other settings: both are left out.
    """

    safety = Safety.HARDENING
    #: what is wrong, with `{}` for the name of the container
    missing: ClassVar[str]

    @classmethod
    def plan(cls, model: Manifests, files: Files) -> Iterator[Proposal]:
        """Yield what is proposed for each container."""
        for container in model.containers:
            if not container.image or container.is_windows or not cls.applies(container):
                continue
            held = patched(container, files)
            if held is not None:
                yield cls.report(container, held)
            else:
                yield from cls.propose(container, files)

    @classmethod
    def applies(cls, container: Container) -> bool:
        """Tell whether a container lacks what the rule gives, from what it says alone."""
        raise NotImplementedError

    @classmethod
    def propose(cls, container: Container, files: Files) -> Iterator[Proposal]:
        """Yield what is proposed for a container that `applies`."""
        raise NotImplementedError

    @classmethod
    def rewrite(cls, container: Container, settings: dict[str, Any], *others: Change, doubt: str = "") -> Proposal:
        """Return a proposal to put settings into the `securityContext` of a container, with changes beside it."""
        message, changes = cls.missing.format(container.name), (*_put(container, settings), *others)
        return Proposal(message, container.path, container.document, changes, doubt=doubt)

    @classmethod
    def report(cls, container: Container, refusal: Refusal) -> Proposal:
        """Return a container that is held back."""
        return Proposal(cls.missing.format(container.name), container.path, container.document, refusal=refusal)


def _put(container: Container, settings: dict[str, Any]) -> tuple[Change, ...]:
    """Return the changes that give a container settings, beside those that it has."""
    known = container.own()
    path = (*container.path, _CONTEXT)
    if known is None:
        return (Change("put", path, settings, container.document),)
    return tuple(Change("put", (*path, key), value, container.document) for key, value in settings.items())
