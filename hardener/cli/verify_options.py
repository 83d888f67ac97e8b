"""From the options of `harden verify` and the table `verify` of the configuration to a plan."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import click

from hardener.cli.choices import Choices
from hardener.engine.reading import read
from hardener.engine.result import Options
from hardener.errors import VerifyError
from hardener.image.model import Model
from hardener.image.process import services_of
from hardener.lookups.build_files import builds_of
from hardener.project.builds import Service
from hardener.project.context import Files
from hardener.syntax.dockerfile.parser import parse
from hardener.text import decode, is_number
from hardener.verify.container.probe import port_of
from hardener.verify.judge.memory import LIFETIME, Store
from hardener.verify.model import Plan, Port


@dataclass(frozen=True, slots=True)
class Settings(Choices):
    """The options as they were given."""

    target: str | None = None
    build_arg: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    build_option: tuple[str, ...] = ()
    probe: tuple[str, ...] = ()
    probe_cmd: tuple[str, ...] = ()
    run_cmd: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    run_option: tuple[str, ...] = ()
    timeout: float | None = None
    wait: float | None = None
    stop_timeout: int | None = None
    times: bool = False
    no_times: bool = False
    try_held_back: bool | None = None
    require: int | None = None
    touch: str | None = None
    engine: str | None = None
    write: bool = False
    profile: bool = False
    minimal: bool = False
    profile_dir: Path = Path("harden-profile")
    report: tuple[Path, ...] = ()
    format: str = "text"
    logs: Path | None = None
    no_cache: bool = False
    verbose: bool = False
    quiet: bool = False


def unasked(choices: Choices, *, write: bool, quiet: bool, verbose: bool = False) -> Settings:
    """Return the settings of `harden --verify`: the shared options, and all else from the configuration."""
    shared = {field.name: getattr(choices, field.name) for field in fields(Choices)}
    return Settings(**shared, write=write, quiet=quiet, verbose=verbose)


def configured(path: Path, settings: Settings) -> Settings:
    """Return the settings with those of the configuration where no option was given.

    Raises:
        ConfigError: the configuration cannot be used.
    """
    found = {name.replace("-", "_"): value for name, value in settings.configuration(path.parent).verify}
    return replace(settings, **{name: value for name, value in found.items() if not getattr(settings, name)})


def plan_of(path: Path, settings: Settings) -> Plan:
    """Return how images are built, run and asked.

    Raises:
        VerifyError: a probe is no URL, or the context no folder.
        click.UsageError: a port is none.
    """
    for url in settings.probe:
        port_of(url)
    context = settings.context or settings.configuration(path.parent).context or path.parent
    if not os.path.isdir(context):  # noqa: PTH112 (no error for a name that no file system takes)
        raise VerifyError(f"{context}: the build context is not a folder")
    return Plan(
        dockerfile=path,
        context=context,
        target=settings.target,
        build_args=settings.build_arg,
        secrets=settings.secret,
        build_options=settings.build_option,
        probes=settings.probe,
        probe_commands=settings.probe_cmd,
        run_commands=tuple(tuple(shlex.split(words)) for words in settings.run_cmd),
        env=settings.env,
        ports=tuple(_port(given) for given in settings.port),
        run_options=settings.run_option,
        build_timeout=settings.timeout or 1800,
        wait=settings.wait or 60,
        grace=settings.stop_timeout or 10,
        times=(settings.times or settings.touch is not None) and not settings.no_times,
        touch=settings.touch,
    )


def _port(given: str) -> Port:
    name, _, port = given.rpartition(":")
    if not is_number(port) or not is_number(name or port):
        raise click.UsageError(f"--port {given}: not a port such as 8080, or 8080:80")
    return Port(int(name or port), int(port))


def options_of(path: Path, settings: Settings, plan: Plan) -> Options:
    """Return what harden may do before anything was asked, with what compose files and others say of the image."""
    options = replace(settings, context=plan.context).options(path)
    return replace(options, find_builds=lambda: builds_of(path.parent, plan.context, path.name))


def targeted(source: bytes, options: Options, plan: Plan) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan with the stage that is built, and what is to be said of it.

    Without `--target` that is the last one, unless the callers of the file build others, as the rules see it. Of
    several of theirs the last one counts.
    """
    if plan.target is not None:
        return plan, ()

    def known(model: Model, files: Files) -> tuple[str, ...]:
        is_clear = len(model.stages) < 2 or not files.builds.services  # asks, so that the model knows
        runs = model.finals
        return () if is_clear or model.stages[-1] in runs else tuple(one.name or str(one.index) for one in runs)

    names = read(decode(source), options, known)
    if not names:
        return plan, ()
    others = f" (`{'`, `'.join(names[:-1])}` too)" if names[1:] else ""
    note = f"the stage `{names[-1]}` is built, as callers of the file do{others}; --target names another"
    return replace(plan, target=names[-1]), (note,)


def names_of(source: bytes, target: str | None) -> tuple[str, ...]:
    """Return what the stage that is built may be called, "" among them for the last one."""
    model = Model(parse(decode(source)))
    stage = model.find(target) if target else model.stages[-1]
    if stage is None:
        return (target or "",)
    return (*filter(None, [stage.name]), str(stage.index), *[""] * (stage is model.stages[-1]))


def held_back(path: Path, settings: Settings) -> bool | None:
    """Return whether what the files cannot prove is to be tried; None where a probe that answers decides."""
    if settings.try_held_back is not None:
        return settings.try_held_back
    chosen = settings.safe or settings.unsafe_fixes or settings.configuration(path.parent).level is not None
    return False if chosen else None


def known_of(source: bytes, options: Options, plan: Plan) -> dict[str, Any]:
    """Return what the files say of the service, for `Session`: its routes, and what may be missing."""
    from hardener.rules.healthcheck.named_routes import named_routes

    def known(model: Model, files: Files) -> tuple[tuple[str, ...], tuple[Service, ...]]:
        stage = model.find(plan.target) if plan.target else model.stages[-1]
        routes = named_routes(model, files, plan.target or "")
        return routes, services_of(model, stage, files) if stage is not None else ()

    routes, services = read(decode(source), options, known)
    variables, hint = composed_variables(services, plan.env)
    return {"routes": routes, "variables": variables, **({"hint": hint} if hint else {})}


def composed_variables(services: tuple[Service, ...], given: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the variables whose values a compose file says, and a hint that names all that it sets.

    Only values that stand in the file count: what Compose takes from the environment of who starts it is the person's
    to give. Variables of the command line are not among them; both are empty where no compose file sets any.
    """
    names = {variable.partition("=")[0] for variable in given}
    for service in services:
        missing = [entry for entry in service.environment if entry.partition("=")[0] not in names]
        if missing and service.source == "compose":
            said = tuple(entry for entry in missing if entry.partition("=")[2] and "$" not in entry)
            shown = ", ".join(dict.fromkeys(entry.partition("=")[0] for entry in missing))
            return said, f"{service.file} sets {shown}: give values with --env, and other services with --run-option"
    return (), ""


def store_of(settings: Settings) -> Store | None:
    """Return what remembers tries from run to run, in a folder beside the answers of registries."""
    if settings.no_cache:
        return None
    from hardener.registry.cache import Cache
    from hardener.registry.folders import cache_folder
    from hardener.registry.model import Clock

    cache = Cache(cache_folder(os.environ).with_name("verify"), LIFETIME, Clock())
    cache.prune()
    return cache
