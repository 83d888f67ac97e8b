"""What a rule for compose files is, and the changes of a service that it proposes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from hardener.errors import Refusal
from hardener.project.compose.companions import companions, is_added
from hardener.project.compose.development import development
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.context import Files
from hardener.rules._yaml_rule import Proposal as Proposal  # noqa: PLC0414 (rules find it here)
from hardener.rules._yaml_rule import YamlRule
from hardener.rules.base import Safety
from hardener.syntax.yaml.changes import Change

#: keys that say what runs in a service, and with which rights
RUNS = ("image", "build", "entrypoint", "command", "user", "privileged", "cap_add")
_PART = Refusal("K22", "another file describes this service", "write `image` or `build` into this file")


class ComposeRule(YamlRule):
    """Base of all rules for compose files: their keys are those of a service, or of the file."""

    @classmethod
    def key_of(cls, change: Change) -> str:
        """Return the key of the service, or that of the file."""
        return change.path[2] if change.path[0] == "services" and len(change.path) > 2 else change.path[0]

    @classmethod
    def plan(cls, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield what the rule would do in a compose file."""
        raise NotImplementedError


class ServiceRule(ComposeRule):
    """Base of the rules that look at one service after the other."""

    #: whether it changes services that are there to develop with, too
    in_development: ClassVar[bool] = False
    #: keys on which the change rests: where another file gives one of them another value, it is held back
    reads: ClassVar[tuple[str, ...]] = ()
    #: what is wrong with a service that is held back for what it is, with `{}` for its name
    missing: ClassVar[str]

    @classmethod
    def plan(cls, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield what is proposed for each service; one that only adds to another file is no subject."""
        for service in model.services:
            if service.is_addition or not cls.applies(service) or is_added(service, model, files):
                continue
            message = cls.missing.format(service.name)
            held = cls._elsewhere(service, model, files) if service.is_whole else None
            if held is not None:
                yield cls.report(service, message, held)
                continue
            if not service.is_whole:
                yield cls.report(service, message, _PART)
                continue
            reason = "" if cls.in_development else development(service)
            if reason:
                allow = "harden the file that production runs, or leave this rule out with `--ignore`"
                yield cls.report(service, message, Refusal("K20", f"a development service: {reason}", allow))
            else:
                yield from cls.propose(service, model, files)

    @classmethod
    def _elsewhere(cls, service: ComposeService, model: ComposeFile, files: Files) -> Refusal | None:
        """Return what another file, or a service that extends this one, says that the rule would not see."""
        for other in companions(service, model, files):
            where = other.file if other.file != model.name else f"`{other.name}`, which extends it,"
            if not other.is_whole and not cls.applies(other):
                return Refusal("K22", f"{where} sets it already", "set it here too if this file is used alone")
            named = next((key for key in cls.reads if other.get(key) is not None), "")
            if named:
                return Refusal("K22", f"{where} changes its `{named}`", "test both together, and change it by hand")
        return None

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether a service lacks what the rule gives, from what it says alone."""
        raise NotImplementedError

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield what is proposed for a whole service that `applies`."""
        raise NotImplementedError

    @classmethod
    def rewrite(
        cls, service: ComposeService, message: str, *changes: Change, at: tuple[str, ...] = (), doubt: str = ""
    ) -> Proposal:
        """Return a proposal to change a service; `at` are the keys below it that are shown."""
        return Proposal(message, (*service.path, *at), service.document, changes, doubt=doubt)

    @classmethod
    def report(cls, service: ComposeService, message: str, refusal: Refusal, at: tuple[str, ...] = ()) -> Proposal:
        """Return a place in a service that is held back."""
        return Proposal(message, (*service.path, *at), service.document, refusal=refusal)


class ServiceReport(ComposeRule):
    """Base of the rules that only tell what they find in a service: what to do about it nobody can tell from a file."""

    safety = Safety.HARDENING
    is_always_told = True

    @classmethod
    def plan(cls, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield what is found in each service, whatever else describes it."""
        for service in model.services:
            for at, message, refusal in cls.find(service):
                yield Proposal(message, (*service.path, *at), service.document, refusal=refusal)

    @classmethod
    def find(cls, service: ComposeService) -> Iterator[tuple[tuple[str, ...], str, Refusal]]:
        """Yield the keys below the service, what is wrong, and what can be done about it."""
        raise NotImplementedError


def put(service: ComposeService, *keys: str, value: Any) -> Change:
    """Return the change that gives a key of a service a value."""
    return _change("put", service, keys, value)


def append(service: ComposeService, *keys: str, value: Any) -> Change:
    """Return the change that adds an item to a list of a service.

    A list that the service takes over from elsewhere is written out in the service: the one elsewhere has other users.
    """
    pair = service.node.pair(keys[0]) if len(keys) == 1 else None
    known = service.value(*keys)
    if len(keys) == 1 and (pair is None or service.get(*keys) is not pair.value):
        return _change("put", service, keys, [*(known if isinstance(known, list) else ()), value])
    return _change("append", service, keys, value)


def extend(service: ComposeService, key: str, values: tuple[str, ...]) -> tuple[Change, ...]:
    """Return the changes that add items to a list of a service, together where it has no list of its own yet."""
    known, pair = service.value(key), service.node.pair(key)
    if not values:
        return ()
    if pair is None or service.get(key) is not pair.value:
        return (_change("put", service, (key,), [*(known if isinstance(known, list) else ()), *values]),)
    return tuple(_change("append", service, (key,), value) for value in values)


def _change(
    kind: Literal["put", "append", "remove"], service: ComposeService, keys: tuple[str, ...], value: Any
) -> Change:
    return Change(kind, (*service.path, *keys), value, service.document)
