"""`harden verify compose.yaml [SERVICE]`: the services of a compose file, before and after."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from hardener.cli.verify_options import Settings, configured, held_back, known_of, store_of
from hardener.cli.verify_output import Writers, as_json, asking, check_reports, progress, publish, warning, write
from hardener.engine import files
from hardener.engine.result import Options
from hardener.errors import HardenError
from hardener.lookups.build_context import BuildContext
from hardener.lookups.compose_folder import ComposeFolder
from hardener.verify.container.lifetime import lifetime
from hardener.verify.model import Plan
from hardener.verify.report.compose import compose_report, html, markdown, text
from hardener.verify.stack.find import stack_of
from hardener.verify.stack.model import Stack
from hardener.verify.stack.project import Project
from hardener.verify.stack.session import StackSession

#: options that say how one image is built and run: a compose file says that itself
_OF_IMAGES = ("target", "build_arg", "secret", "build_option", "probe", "probe_cmd", "run_cmd", "port", "run_option",
              "times", "touch", "profile", "require")  # fmt: skip
_WRITERS: Writers = {".json": as_json, ".md": markdown, ".html": html, ".txt": text}


def verify_compose(path: Path, service: str, settings: Settings) -> int:
    """Verify one compose file, print and write what was asked for, and return the exit code.

    Args:
        path: of the file.
        service: the one to start with what it depends on; "" for all.
        settings: the options as they were given.

    Raises:
        HardenError: it could not be done.
    """
    for name in _OF_IMAGES:
        if getattr(settings, name):
            raise click.UsageError(
                f"--{name.replace('_', '-')} is for a Dockerfile: {path} says itself how services run"
            )
    check_reports(settings, _WRITERS)
    started = time.monotonic()
    source = files.read(path)
    settings = configured(path, settings)
    with lifetime(settings.engine, settings.logs, warning) as (engine, logs):
        folder, timeout = logs.resolve() / "stack", settings.timeout or 1800

        def read(body: str) -> Stack:
            return stack_of(path, body, Project(engine, folder, timeout), settings.env, service)

        first, options = read(source.decode("utf-8", "replace")), settings.options(path)
        session = StackSession(
            source, path, replace(options, beside=ComposeFolder(path.parent)), Project(engine, folder, timeout), read,
            _routes(first), settings.wait or 60, settings.stop_timeout or 10, progress(settings, started),
            asking(path, settings), held_back(path, settings), store_of(settings),
        )  # fmt: skip
        verdict = session.run()
        data = compose_report(
            verdict, path, engine=f"{engine.program} {engine.version}", logs=str(logs),
            seconds=time.monotonic() - started,
        )  # fmt: skip
    publish(data, settings, _WRITERS)
    if settings.write:
        write(path, verdict.result, source)
    return 1 if verdict.dropped else 0


def _routes(stack: Stack) -> dict[str, tuple[str, ...]]:
    """Return the plain paths that the sources of what is built name, by service."""
    found: dict[str, tuple[str, ...]] = {}
    for name in stack.builds:
        build: dict[str, Any] = stack.data["services"][name]["build"]
        context = Path(build["context"])
        file = Path(build.get("dockerfile") or context / "Dockerfile")
        try:
            options = Options(resolve=BuildContext(context, file))
            known = known_of(file.read_bytes(), options, Plan(file, context, target=build.get("target")))
            found[name] = tuple(known["routes"])
        except (OSError, HardenError):
            continue  # the build says what is wrong with it
    return found
