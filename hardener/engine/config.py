"""Configuration as a run takes it, wherever it was read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hardener.fast.records import dataclass, field
from hardener.lookups.update_policy import UpdatePolicy
from hardener.rules.base import Safety

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.project.assumptions import Assumptions
    from hardener.project.compose.limits import Limits


@dataclass(frozen=True, slots=True)
class RegistryConfig:
    """The table `registry`: how registries are reached.

    Attributes:
        mirrors: registry to the addresses that are asked before it.
        insecure: hosts without TLS, or with a certificate that is not checked.
        ca_file: certificates that are trusted besides.
        allow: hosts and networks that are asked although they lie on this machine or in a private network.
        lifetime: seconds for which an answer is remembered; None where the file does not say.
    """

    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    insecure: frozenset[str] = frozenset()
    ca_file: Path | None = None
    allow: frozenset[str] = frozenset()
    lifetime: float | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file says; the names are those of the options.

    Attributes:
        folder: where the file lies: patterns and `context` are relative to it.
        per_file_ignores: (pattern as in .gitignore, rules not to run on the files that it matches).
        level: None where the file does not say.
        assume: what the person states that no file shows; None where the file has no such table.
        compose: the limits of services; None where the file has no such table.
        baseline: the findings that are left alone.
        verify: (name, value) of options for `harden verify`.
    """

    folder: Path | None = None
    select: frozenset[str] = frozenset()
    extend_select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()
    exclude: tuple[str, ...] = ()
    level: Safety | None = None
    context: Path | None = None
    offline: bool = False
    image_facts: bool = True
    cache: bool = True
    registry: RegistryConfig = field(default_factory=RegistryConfig)
    update: UpdatePolicy = field(default_factory=UpdatePolicy)
    assume: Assumptions | None = None
    compose: Limits | None = None
    verify: tuple[tuple[str, Any], ...] = ()
    baseline: Path | None = None

    def ignored_in(self, path: Path) -> frozenset[str]:
        """Return the rules not to run on the file at absolute path `path`."""
        if not self.per_file_ignores or self.folder is None or not path.is_relative_to(self.folder):
            return self.ignore
        from pathspec import GitIgnoreSpec

        name = path.relative_to(self.folder).as_posix()
        matching = [
            rules for pattern, rules in self.per_file_ignores if GitIgnoreSpec.from_lines([pattern]).match_file(name)
        ]
        return self.ignore.union(*matching)
