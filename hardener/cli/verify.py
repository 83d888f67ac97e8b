"""`harden verify`: proof by running."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from hardener.cli.choices import CONTEXT, choice_options
from hardener.cli.verify_options import (
    Settings,
    configured,
    held_back,
    known_of,
    names_of,
    options_of,
    plan_of,
    store_of,
    targeted,
)
from hardener.cli.verify_output import Writers, as_json, asking, check_reports, progress, publish, warning, write
from hardener.engine import files
from hardener.engine.discovery import names_compose
from hardener.errors import HardenError, VerifyError
from hardener.output.escape import shown, shown_error
from hardener.verify.container.build import Builder
from hardener.verify.container.engine import Engine
from hardener.verify.container.lifetime import Terminated, lifetime
from hardener.verify.judge.session import Session
from hardener.verify.judge.verdict import Verdict
from hardener.verify.model import Plan
from hardener.verify.report.report import report
from hardener.verify.report.table import markdown, text
from hardener.verify.stack.among import Among
from hardener.verify.stack.find import service_of
from hardener.verify.stack.project import Project

_PATH = click.Path(path_type=Path)
_SECONDS = click.FloatRange(min=1)
_WHOLE_SECONDS = click.IntRange(min=1)
_PERCENT = click.IntRange(0, 100)
_FORMATS = ("text", "json", "markdown")


@click.command(context_settings=CONTEXT)
@click.argument("dockerfile", type=_PATH, required=False)
@click.argument("service", required=False)
@click.option("--target", metavar="STAGE", help="The stage to build.")
@click.option("--build-arg", multiple=True, metavar="NAME=VALUE", help="Build argument for the builds.")
@click.option("--secret", multiple=True, metavar="id=NAME,src=FILE", help="Secret for the builds.")
@click.option("--build-option", multiple=True, metavar="OPTION", help="Any other option of `docker build`.")
@click.option("--probe", multiple=True, metavar="URL", help="Ask this URL; its port is the container's.")
@click.option("--probe-cmd", multiple=True, metavar="COMMAND", help="Run this here beside the container.")
@click.option("--run-cmd", multiple=True, metavar="ARGUMENTS", help="Run the image with these; it has to end.")
@click.option("--env", multiple=True, metavar="NAME=VALUE", help="Variable for the containers.")
@click.option("--port", multiple=True, metavar="[NAME:]PORT", help="Publish this port of the containers.")
@click.option("--run-option", multiple=True, metavar="OPTION", help="Any other option of `docker run`.")
@click.option("--timeout", type=_SECONDS, metavar="SECONDS", help="Stop a build after this time (1800).")
@click.option("--wait", type=_SECONDS, metavar="SECONDS", help="Wait this long for the first answer (60).")
@click.option(
    "--stop-timeout",
    type=_WHOLE_SECONDS,
    metavar="SECONDS",
    help="Kill a container this long after its stop signal (10).",
)
@click.option("--times", is_flag=True, help="Time builds from nothing and after a change.")
@click.option("--no-times", is_flag=True, help="Do not time them, whatever the configuration says.")
@click.option(
    "--try-held-back/--no-try-held-back",
    default=None,
    help="Also try what the files cannot prove (where a probe gets an answer).",
)
@click.option("--require", type=_PERCENT, metavar="PERCENT", help="Fail where fewer of the known routes answer.")
@click.option("--touch", metavar="FILE", help="Change this source file of the context for the rebuild.")
@click.option("--engine", metavar="PROGRAM", help="docker or podman, or a path (the first that answers).")
@click.option("--write", is_flag=True, help="Write the changes that work to the Dockerfile.")
@click.option("--profile", is_flag=True, help="Also derive capabilities, writable places and a seccomp profile.")
@click.option("--profile-dir", type=_PATH, default="harden-profile", metavar="DIR", help="Write the profile here.")
@click.option("--minimal", is_flag=True, help="Also write a stage of what the probes touched.")
@click.option("--report", multiple=True, type=_PATH, metavar="FILE", help="Also write .json, .md, .html or .txt.")
@click.option(
    "--format", type=click.Choice(_FORMATS), default="text", show_default=True, help="Format of the printed report."
)
@click.option("--logs", type=_PATH, metavar="DIR", help="Keep logs below this folder (one for temporary files).")
@click.option("--no-cache", is_flag=True, help="Ask again what earlier runs found, and do not remember it.")
@click.option("-v", "--verbose", is_flag=True, help="Progress also where standard error is no terminal.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, and no report but JSON or Markdown.")
@choice_options
def command(dockerfile: Path | None, service: str | None, **given: Any) -> int:
    """Build and run the image of DOCKERFILE before and after, compare, and keep what works.

    Of a compose file it starts the services, or SERVICE with what it depends on, in a project of their own.

    Without a probe harden finds what can be asked. Where the application answers, all rules are tried, with
    --unsafe-fixes too; else only what harden changes anyway.

    \b
    Exit codes: 0 all changes work, or there is nothing to change; 1 changes were dropped;
    2 an error: the original does not work, no engine; 130 stopped by Ctrl-C.
    """
    settings = Settings(**given)
    settings.check()
    path = dockerfile or Path("Dockerfile")
    if names_compose(path.name):
        if settings.minimal:
            raise click.UsageError("--minimal is for one image: name the Dockerfile of a service")
        from hardener.cli.verify_compose import verify_compose

        return verify_all([path], settings, lambda file, chosen: verify_compose(file, service or "", chosen))
    if service is not None:
        raise click.UsageError(f"{service}: only a compose file has services; {path} is none")
    return verify_all([path], settings)


def verify_all(paths: list[Path], settings: Settings, one: Callable[[Path, Settings], int] | None = None) -> int:
    """Verify files one after the other and return the exit code: an error wins over dropped changes.

    An error in one file does not stop the others; a signal stops all. `one` verifies a file; without it, a Dockerfile.
    """
    codes = [0]
    for path in paths:
        try:
            codes.append((one or verify)(path, settings))
        except HardenError as error:
            said = shown_error(str(error), str(path))
            click.echo(f"error: {shown(str(path))}: {said}" if len(paths) > 1 else f"error: {said}", err=True)
            codes.append(2)
        except KeyboardInterrupt as stopped:
            click.echo("error: stopped; its images and containers are removed", err=True)
            return 128 + stopped.number if isinstance(stopped, Terminated) else 130
    return max(codes)


def verify(path: Path, settings: Settings) -> int:
    """Verify one file, print and write what was asked for, and return the exit code.

    Raises:
        HardenError: it could not be done.
    """
    check_reports(settings, _WRITERS)
    started = time.monotonic()
    say = progress(settings, started)
    source = files.read(path)
    settings = configured(path, settings)
    plan = plan_of(path, settings)
    options = options_of(path, settings, plan)
    plan, notes = targeted(source, options, plan)
    last = contextlib.ExitStack()
    with lifetime(settings.engine, settings.logs, warning, last) as (engine, logs):
        builder = Builder(engine, plan, logs)
        last.callback(builder.close)
        among = _among(source, plan, engine, logs, say)
        if among is not None:
            last.callback(among.project.forget)
        session = Session(
            source, options, plan, engine, builder, say, asking(path, settings), store_of(settings),
            try_held_back=held_back(path, settings), require=settings.require or 0,
            among=among, notes=[*notes], **known_of(source, options, plan),
        )  # fmt: skip
        verdict = session.run()
        seconds = time.monotonic() - started
        data = report(
            verdict, session.plan, level=session.options.level, engine=f"{engine.program} {engine.version}",
            logs=str(logs), seconds=seconds,
        )  # fmt: skip
        if settings.profile:
            data["profile"] = _profile(session, verdict, settings, data["evidence"])
        if settings.minimal:
            data["minimal"] = _minimal(session, verdict, builder, last, data["evidence"])
        data["seconds"] = round(time.monotonic() - started, 1)
    publish(data, settings, _WRITERS)
    if settings.write:
        write(path, verdict.result, source, (data["minimal"] or {}).get("dockerfile"))
    return 1 if verdict.dropped else 0


def _profile(session: Session, verdict: Verdict, settings: Settings, evidence: list[str]) -> dict[str, Any]:
    """Derive the profile of the image that works, write it, and return it as data."""
    from hardener.verify.profile import fragments, profile

    side = verdict.after
    assert side.trial.behaviour is not None
    folder = session.builder.folder
    found = profile.Profiler(
        session.engine, side.trial.build.image, side.image, session.plan, side.trial.behaviour, folder, session.say
    ).run()
    data = profile.as_data(found, evidence, verdict.result.code, session.plan.target or "")
    texts = {
        "profile.json": as_json(data),
        "compose.yaml": fragments.compose(found),
        "pod.yaml": fragments.kubernetes(found),
    }
    if found.seccomp is not None:
        texts[profile.SECCOMP_FILE] = as_json(found.seccomp)
    try:
        settings.profile_dir.mkdir(parents=True, exist_ok=True)
        for name, body in texts.items():
            (settings.profile_dir / name).write_text(body, encoding="utf-8")
    except OSError as error:
        raise VerifyError(f"{settings.profile_dir}: cannot be written: {error.strerror}") from None
    return data


def _minimal(
    session: Session, verdict: Verdict, builder: Builder, last: contextlib.ExitStack, asked: list[str]
) -> dict[str, Any]:
    """Derive the stage of the image that works, and return what came of it as data."""
    from hardener.verify.minimal.data import as_data
    from hardener.verify.minimal.run import Minimizer

    if builder.plan.target is not None:  # the stage comes last, whatever was built so far
        builder = Builder(session.engine, replace(builder.plan, target=None), builder.folder)
        last.callback(builder.close)
    found = Minimizer(
        session.engine, builder, session.plan, verdict.after, " and ".join(asked),
        lambda text, build: session.judge(text, build, brief=False), session.say,
    ).run()  # fmt: skip
    return as_data(found, verdict.after.image)


def _among(source: bytes, plan: Plan, engine: Engine, logs: Path, say: Callable[[str], None]) -> Among | None:
    """Return the service of a compose file that the image is, unless the person says how it is run."""
    place = service_of(plan.dockerfile, names_of(source, plan.target))
    if place is None or plan.run_options or engine.is_podman:
        return None
    return Among(place, Project(engine, logs.resolve() / "stack", plan.build_timeout), plan, say)


def _html(data: dict[str, Any]) -> str:
    from hardener.verify.report.page import html

    return html(data)


_WRITERS: Writers = {".json": as_json, ".md": markdown, ".html": _html, ".txt": text}
