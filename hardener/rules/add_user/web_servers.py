"""Web servers whose master starts as root: what they need to start as the user of their workers (U09, U10)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.data_folders import judged
from hardener.image.files import is_within
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.image.setting_files import SettingFiles, settings_below
from hardener.image.start_scripts import Startup, startup
from hardener.knowledge.servers import ServerFacts
from hardener.project.builds import Service
from hardener.project.context import Files
from hardener.rules.add_user.apache_needs import apache_needs, fpm_needs
from hardener.rules.add_user.nginx_needs import nginx_needs
from hardener.rules.add_user.server import Server, environment, has_scripts

#: variables of nginx's entry point that change which files it writes
_ENVSUBST = ("NGINX_ENVSUBST_TEMPLATE", "NGINX_ENVSUBST_OUTPUT", "NGINX_ENVSUBST_STREAM", "NGINX_ENTRYPOINT_WORKER")


def web_server(model: Model, stage: StageModel, facts: ServerFacts, start: Startup, files: Files) -> Server | Refusal:
    """Return what the server of an image needs, or why it has to stay root's.

    Args:
        model: of the file.
        stage: the final one.
        facts: of the server that the base image is made for.
        start: what runs; one of its programs is the server.
        files: the build context.
    """
    argv = [argv for argv in start.programs if facts.starts(argv)][-1]
    out = Server(facts, argv, tuple(start.writes), list(facts.folders))
    settings = settings_below(model, stage, _places(facts), facts.stock, files)
    if settings.closed:
        return Refusal("U07", f"only its owner can read {settings.closed}", "chmod o+r it, or COPY it with --chmod")
    out.doubts(settings.doubt)
    refusal = _started_before(model, stage, out, settings, files)
    refusal = refusal or _read(model, stage, out, settings, files) or _callers(model, stage, out, files)
    if refusal is not None:
        return refusal
    out.folders = [path for path in out.folders if not any(is_within(path, tree) for tree in out.trees)]
    return out


def _places(facts: ServerFacts) -> tuple[str, ...]:
    return tuple(filter(None, (facts.settings, *facts.also, facts.scripts)))


def _read(model: Model, stage: StageModel, out: Server, settings: SettingFiles, files: Files) -> Refusal | None:
    if out.facts.kind == "nginx":
        return nginx_needs(model, stage, out, settings, files)
    return (fpm_needs if out.facts.kind == "fpm" else apache_needs)(model, stage, out, settings)


def _started_before(
    model: Model, stage: StageModel, out: Server, settings: SettingFiles, files: Files
) -> Refusal | None:
    """Add what runs before the server: scripts of the file, and those that the entry point looks for."""
    writes = list(out.writes)
    if has_scripts(stage, out.facts):
        names = sorted(path for path in settings.texts if is_within(path, out.facts.scripts))
        named = tuple(("sh", name) for name in names if name.endswith((".sh", ".envsh")))
        before = startup(model, stage, named, files)
        if before.refusal is not None:
            return before.refusal
        if before.programs:
            out.doubts(f"cannot tell what `{before.programs[0][0]}` does before the server starts")
        writes += before.writes
    for path in writes:
        if judged(path) is None:
            continue  # everybody may write there
        why = f"a script writes {path} before the server starts"
        if not out.facts.output or not is_within(path, out.facts.output):
            return Refusal("U14", why, "give it to the user, and add USER")
        out.gives_all(out.facts.output)
        out.doubts(why)
    return None


def _callers(model: Model, stage: StageModel, out: Server, files: Files) -> Refusal | None:
    """Add what compose files and manifests change: what starts, and what they mount."""
    own = environment(model, stage)
    for name in own:
        if name in out.facts.variables or (out.facts.kind == "nginx" and name.startswith(_ENVSUBST)):
            out.doubts(f"ENV {name} changes where the server writes")
    for service in services_of(model, stage, files):
        names = [line.partition("=")[0] for line in service.environment]
        changed = next((n for n in names if n in out.facts.variables or n.startswith(_ENVSUBST)), None)
        if changed is not None:
            out.doubts(f"{service.file} sets {changed}")
        words = (*service.entrypoint, *service.command)
        if words and service.source != "docker" and not out.facts.starts(words):
            out.doubts(f"{service.file} starts `{' '.join(words)[:40]}` in the image")
        refusal = _mounted(out, service)
        if refusal is not None:
            return refusal
    return None


def _mounted(out: Server, service: Service) -> Refusal | None:
    written = [*out.folders, *out.trees, *(posixpath.dirname(path) for path in out.facts.streams)]
    for target, is_bind in _mounts(service):
        if out.facts.templates and is_within(target, out.facts.templates):
            out.gives_all(out.facts.output)
        if any(is_within(target, place) or is_within(place, target) for place in _places(out.facts)):
            out.doubts(f"{service.file} mounts settings at {target}")
        elif is_bind and any(is_within(path, target) or is_within(target, path) for path in written):
            why = f"{service.file} mounts a folder of the host at {target}, where the server writes"
            return Refusal("U13", why, "give that folder to the user on the host, and add USER")
        elif is_bind and target in ("/run", "/var/run", "/etc", "/var"):
            return Refusal("U13", f"{service.file} mounts a folder of the host at {target}", "add USER yourself")
    return None


def _mounts(service: Service) -> Iterator[tuple[str, bool]]:
    yield from ((mount.target.rstrip("/"), mount.is_bind) for mount in service.volumes)
    yield from ((target.rstrip("/"), False) for target in service.read_only)


__all__ = ["web_server"]
