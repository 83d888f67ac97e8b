"""`harden verify`: proof by running."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from hardener.cli.choices import CONTEXT, choice_options
from hardener.cli.verify_options import Settings, configured, held_back, known_of, options_of, plan_of
from hardener.engine import files
from hardener.engine.result import Result
from hardener.errors import HardenError, RegistryError, VerifyError
from hardener.output.escape import shown, shown_error, shown_lines
from hardener.rules.base import Lookup
from hardener.verify.container.build import Builder
from hardener.verify.container.lifetime import Terminated, lifetime
from hardener.verify.judge.session import Session
from hardener.verify.judge.verdict import Verdict
from hardener.verify.report.report import report
from hardener.verify.report.table import markdown, text

_PATH = click.Path(path_type=Path)
_SECONDS = click.FloatRange(min=1)
_WHOLE_SECONDS = click.IntRange(min=1)
_PERCENT = click.IntRange(0, 100)
_FORMATS = ("text", "json", "markdown")


@click.command(context_settings=CONTEXT)
@click.argument("dockerfile", type=_PATH, required=False)
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
@click.option("--report", multiple=True, type=_PATH, metavar="FILE", help="Also write .json, .md, .html or .txt.")
@click.option(
    "--format", type=click.Choice(_FORMATS), default="text", show_default=True, help="Format of the printed report."
)
@click.option("--logs", type=_PATH, metavar="DIR", help="Keep logs below this folder (one for temporary files).")
@click.option("-q", "--quiet", is_flag=True, help="No progress, and no report but JSON or Markdown.")
@choice_options
def command(dockerfile: Path | None, **given: Any) -> int:
    """Build and run the image of DOCKERFILE before and after, compare, and keep what works.

    Without a probe harden finds what can be asked. Where the application answers, all rules are tried, with
    --unsafe-fixes too; else only what harden changes anyway.

    \b
    Exit codes: 0 all changes work, or there is nothing to change; 1 changes were dropped;
    2 an error: the original does not work, no engine; 130 stopped by Ctrl-C.
    """
    settings = Settings(**given)
    settings.check()
    return verify_all([dockerfile or Path("Dockerfile")], settings)


def verify_all(paths: list[Path], settings: Settings) -> int:
    """Verify files one after the other and return the exit code: an error wins over dropped changes.

    An error in one file does not stop the others; a signal stops all.
    """
    codes = [0]
    for path in paths:
        try:
            codes.append(verify(path, settings))
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
    for file in settings.report:
        if file.suffix not in _WRITERS:
            raise click.UsageError(f"--report {file}: the name has to end in {', '.join(_WRITERS)}")
    started = time.monotonic()
    say = _progress(settings.quiet, started)
    source = files.read(path)
    settings = configured(path, settings)
    plan = plan_of(path, settings)
    options = options_of(path, settings, plan)
    with lifetime(settings.engine, settings.logs, lambda line: click.echo(f"warning: {shown(line)}", err=True)) as (
        engine,
        logs,
    ):
        session = Session(
            source, options, plan, engine, Builder(engine, plan, logs), say, _asking(path, settings),
            try_held_back=held_back(path, settings), require=settings.require or 0, **known_of(source, options, plan),
        )  # fmt: skip
        verdict = session.run()
        seconds = time.monotonic() - started
        data = report(
            verdict, session.plan, level=session.options.level, engine=f"{engine.program} {engine.version}",
            logs=str(logs), seconds=seconds,
        )  # fmt: skip
        if settings.profile:
            data["profile"] = _profile(session, verdict, settings, data["evidence"])
            data["seconds"] = round(time.monotonic() - started, 1)
    _publish(data, settings)
    if settings.write:
        _write(path, verdict.result, source)
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
    data = profile.as_data(found, evidence)
    texts = {
        "profile.json": _json(data),
        "compose.yaml": fragments.compose(found),
        "pod.yaml": fragments.kubernetes(found),
    }
    if found.seccomp is not None:
        texts[profile.SECCOMP_FILE] = _json(found.seccomp)
    try:
        settings.profile_dir.mkdir(parents=True, exist_ok=True)
        for name, body in texts.items():
            (settings.profile_dir / name).write_text(body, encoding="utf-8")
    except OSError as error:
        raise VerifyError(f"{settings.profile_dir}: cannot be written: {error.strerror}") from None
    return data


def _asking(path: Path, settings: Settings) -> Callable[[frozenset[Lookup]], Mapping[Lookup, object]] | None:
    online = settings.online(path.parent)
    if online is None:
        return None

    def ask(lookups: frozenset[Lookup]) -> Mapping[Lookup, object]:
        answers = online.ask(lookups)
        if settings.strict_online and online.failures:
            said = "; ".join(f"{lookup.key}: {reason}" for lookup, reason in online.failures.items())
            raise RegistryError(said)
        return answers

    return ask


def _progress(quiet: bool, started: float) -> Callable[[str], None]:
    def say(line: str) -> None:
        if not quiet:
            click.echo(f"[{time.monotonic() - started:6.1f} s] {shown(line)}", err=True)

    return say


def _html(data: dict[str, Any]) -> str:
    from hardener.verify.report.page import html

    return html(data)


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2) + "\n"


_WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {".json": _json, ".md": markdown, ".html": _html, ".txt": text}
_PRINTERS: dict[str, Callable[[dict[str, Any]], str]] = {"text": text, "json": _json, "markdown": markdown}


def _publish(data: dict[str, Any], settings: Settings) -> None:
    if not settings.quiet or settings.format != "text":
        diff = shown_lines(data["diff"]) if sys.stdout.isatty() else data["diff"]
        printed = diff * (settings.format == "text") + _PRINTERS[settings.format](data)
        sys.stdout.buffer.write(printed.encode("utf-8", "surrogateescape"))
        sys.stdout.flush()
    for file in settings.report:
        try:
            file.write_bytes(_WRITERS[file.suffix](data).encode("utf-8", "replace"))
        except OSError as error:
            raise VerifyError(f"{file}: cannot be written: {error.strerror}") from None


def _write(path: Path, result: Result, original: bytes) -> None:
    if result.changed:
        files.write(path, result.data, original)
        click.echo(f"wrote {shown(str(path))}", err=True)
