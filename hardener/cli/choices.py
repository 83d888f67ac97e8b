"""The options that all commands share: which rules run, on what context, with which configuration."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hardener.cli.options import giving, option
from hardener.engine.config import Config
from hardener.engine.config_files import layered, load, nearest, own
from hardener.engine.result import Options
from hardener.errors import ConfigError, InputError, OptionError
from hardener.fast.recording import recording
from hardener.fast.records import dataclass
from hardener.registry.folders import config_file
from hardener.rules.base import Safety

if TYPE_CHECKING:
    from hardener.lookups.registries import Online
    from hardener.lookups.update_policy import UpdatePolicy

Policy = Callable[["UpdatePolicy"], "UpdatePolicy"]

#: What click is told of every command.
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

_RULES = (
    option("--safe", flag=True, help="Only changes that cannot alter behaviour."),
    option("--unsafe-fixes", flag=True, help="Also changes that cannot be proved from the files."),
    option("--select", multiple=True, metavar="RULES", help="Run only these rules (names, codes, commas)."),
    option("--extend-select", multiple=True, metavar="RULES", help="Run these rules too."),
    option("--ignore", multiple=True, metavar="RULES", help="Do not run these rules."),
    option("--cache-mounts", flag=True, help="Keep downloads in cache mounts instead of removing them."),
    option("--no-image-facts", flag=True, help="Do not ask registries what a base image holds."),
    option("--context", kind=Path, metavar="DIR", help="The build context, which many rules read."),
)
_REGISTRY = (
    option("--offline", flag=True, help="Never use the network; only cached answers of registries."),
    option("--strict-online", flag=True, help="A registry that does not answer is an error."),
    option(
        "--insecure-registry", multiple=True, metavar="HOST", help="Allow no TLS, or any certificate, for this host."
    ),
    option("--registry-mirror", multiple=True, metavar="REGISTRY=URL", help="Ask this address before the registry."),
    option("--registry-allow", multiple=True, metavar="HOST", help="Ask this host even if it is private."),
    option("--ca-file", kind=Path, metavar="FILE", help="Also trust these certificates (PEM) of registries."),
)
_CONFIGURATION = (
    option("--config", kind=Path, metavar="FILE", help="Use this configuration file."),
    option("--isolated", flag=True, help="Use no configuration file."),
)


CHOICES = _RULES + _REGISTRY + _CONFIGURATION
#: The options whose values are the fields of `Choices`: all of them, and two parts for commands with other rules.
choice_options = giving(CHOICES)
registry_options = giving(_REGISTRY)
configuration_options = giving(_CONFIGURATION)


@dataclass(frozen=True, slots=True)
class Choices:
    """The shared options as they were given."""

    safe: bool
    unsafe_fixes: bool
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    cache_mounts: bool
    no_image_facts: bool
    context: Path | None
    offline: bool
    strict_online: bool
    insecure_registry: tuple[str, ...]
    registry_mirror: tuple[str, ...]
    registry_allow: tuple[str, ...]
    ca_file: Path | None
    config: Path | None
    isolated: bool

    def check(self) -> None:
        """Refuse options that exclude each other.

        Raises:
            OptionError: they do.
        """
        if self.safe and self.unsafe_fixes:
            raise OptionError("use --safe or --unsafe-fixes, not both")
        if self.isolated and self.config:
            raise OptionError("use --isolated or --config, not both")
        if self.offline and self.strict_online:
            raise OptionError("use --offline or --strict-online, not both")
        for mirror in self.registry_mirror:
            if not all(mirror.partition("=")):
                raise OptionError("--registry-mirror: write it as docker.io=https://mirror.example")

    def configuration(self, folder: Path) -> Config:
        """Return the configuration for the files in `folder`, with the user's own below it.

        Raises:
            ConfigError: it cannot be used.
        """
        if self.isolated:
            return Config()
        if self.config:
            return load(self.config)
        return layered(own(config_file(os.environ)), nearest(_absolute(folder)))

    def options(self, path: Path) -> Options:
        """Return how the file at `path` is to be rewritten: options first, then its configuration.

        Raises:
            ConfigError: the configuration cannot be used.
            InputError: the build context is no folder.
            OptionError: a rule that does not exist is named.
        """
        config = self.configuration(path.parent)
        record = recording()
        if record is not None and not config.cache:
            record.refuse("the configuration wants no cache")
        level = config.level or Safety.HARDENING
        if self.safe or self.unsafe_fixes:
            level = Safety.SAFE if self.safe else Safety.UNSAFE
        return Options(
            level=level,
            select=_rules(self.select) or config.select,
            extend_select=_rules((*self.extend_select, *["cache-mount"] * self.cache_mounts)) | config.extend_select,
            ignore=_rules(self.ignore) | config.ignored_in(_absolute(path)),
            resolve=_resolver(self.context or config.context, path),
            assume=config.assume,
            limits=config.compose,
            image_facts=config.image_facts and not self.no_image_facts,
        )

    def online(self, folder: Path, policy: Policy | None = None) -> Online | None:
        """Return what asks registries; None where it could not answer anything: offline, with no cache yet.

        Args:
            folder: where the configuration is looked for.
            policy: for `harden update`: makes it of the configured one.

        Raises:
            ConfigError: the configuration cannot be used.
        """
        from hardener.registry.folders import cache_folder

        config = self.configuration(folder)
        offline = self.offline or config.offline or os.environ.get("HARDEN_OFFLINE", "") not in ("", "0", "false")
        if offline and not cache_folder(os.environ).is_dir():
            return None
        from hardener.lookups.registries import Online
        from hardener.registry.model import RegistrySettings

        mirrors = dict(config.registry.mirrors)
        for name, _, address in (mirror.partition("=") for mirror in self.registry_mirror):
            mirrors[name.strip()] = (*(m for m in mirrors.get(name, ()) if m != address), address)
        _check_mirrors(mirrors)
        settings = RegistrySettings(
            mirrors=mirrors,
            insecure=frozenset(self.insecure_registry) | config.registry.insecure,
            allow=frozenset(self.registry_allow) | config.registry.allow | _allowed_by(os.environ),
            ca_file=self.ca_file or config.registry.ca_file,
            offline=offline,
            lifetime=3600 if config.registry.lifetime is None else config.registry.lifetime,
        )
        return Online(settings, policy(config.update) if policy else config.update)


def _allowed_by(env: Mapping[str, str]) -> frozenset[str]:
    """Return the hosts of `HARDEN_REGISTRY_ALLOW`, which are separated by commas or blanks."""
    return frozenset(env.get("HARDEN_REGISTRY_ALLOW", "").replace(",", " ").split())


def _check_mirrors(mirrors: dict[str, tuple[str, ...]]) -> None:
    if not mirrors:
        return
    from hardener.registry.hosts import mirror_problem

    for name, addresses in mirrors.items():
        for problem in filter(None, map(mirror_problem, addresses)):
            raise ConfigError(f"a registry mirror of {name}: {problem}")


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 (a symlink stays where it is)


@cache
def _rules(given: tuple[str, ...]) -> frozenset[str]:
    names = frozenset(part.strip() for item in given for part in item.split(",") if part.strip())
    if not names:
        return names
    from hardener.engine.config_reading import unknown_rule

    problem = unknown_rule(names)
    if problem:
        raise OptionError(problem)
    return names


def _resolver(folder: Path | None, dockerfile: Path) -> Any:
    if folder is None:
        return None
    from hardener.lookups.build_context import BuildContext

    if not os.path.isdir(folder):  # noqa: PTH112 (no error for a name that no file system takes)
        raise InputError(f"{folder}: the build context is not a folder")
    return BuildContext(folder, dockerfile)
