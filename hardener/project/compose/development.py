"""Whether a service of a compose file is there to develop with: sources mounted, a target or a command for it (K20)."""

from __future__ import annotations

import re
from posixpath import normpath

from hardener.fast.patterns import regex
from hardener.project.compose.model import ComposeService
from hardener.project.compose.volumes import read_mounts

_FILE = regex(r"(?i)(?:^|[._-])(?:dev|devel|development|local|debug)(?:[._-]|$)")
_FILE_OR_OVERRIDE = r"(?i)(?:^|[._-])(?:dev|devel|development|local|debug|override)(?:[._-]|$)"
_WORD = regex(r"(?i)(?:^|[._-])(?:dev|devel|develop|development|debug|watch|local)(?:$|[._-])")
_COMMAND = regex(
    r"(?i)\b(?:nodemon|ts-node-dev|--reload|--watch|--debug|runserver|watchmedo|webpack-dev-server|vite|debugpy|air|"
    r"(?:npm|yarn|pnpm|bun)(?: run)? (?:dev|watch|start:dev|serve)|(?:next|nuxt|astro) dev|rails s(?:erver)?|"
    r"dotnet watch|flask run|artisan serve|ng serve|gradlew? bootRun|spring-boot:run)\b"
)
_SETTING = regex(r"(?i)(?:NODE|FLASK|RAILS|APP|DJANGO|GO|PHP|ASPNETCORE|RACK|MIX)_(?:ENV|ENVIRONMENT)=(?:dev|local)")
#: names of folders that hold programs, not data or configuration
_SOURCES = frozenset({
    "src", "app", "api", "lib", "libs", "web", "server", "client", "frontend", "backend", "code", "source", "sources",
    "packages", "ui", "worker", "services", "service", "apps", "pkg", "cmd", "internal",
})  # fmt: skip
#: where programs lie in an image
_PROGRAMS = frozenset({"/app", "/code", "/src", "/usr/src/app", "/usr/app", "/workspace", "/srv/app", "/home/node/app"})
_HERE = regex(r"(?:\$\{?PWD\}?)(?=/|$)")


def development(service: ComposeService) -> str:
    """Return what shows that a service is there to develop with, "" where nothing does."""
    build = service.build
    if service.get("develop") is not None:
        return "it has `develop`"
    if build is not None and _WORD.search(build.target):
        return f"it builds the stage `{build.target}`"
    for mount in read_mounts(service.get("volumes"), for_reading=True):
        context = normpath(build.context) if build is not None and build.context else ""
        if mount.is_bind and _is_source(mount.source, mount.target, context):
            return f"it mounts `{mount.source}`"
    command = " ".join((*service.runs.entrypoint, *service.runs.command))
    found = _COMMAND.search(command)
    if found is not None:
        return f"it runs `{found[0]}`"
    setting = next(filter(None, map(_SETTING.match, service.runs.environment)), None)
    if setting is not None:
        return f"it sets {setting.string}"
    return f"the file is called {service.file}" if _FILE.search(service.file.rpartition(".")[0]) else ""


def names_development(name: str) -> bool:
    """Tell whether a stage or a file is called like one that only developers use."""
    return _WORD.search(name) is not None


def is_for_development(file: str) -> bool:
    """Tell whether a compose file is called like one that only developers use: docker-compose.dev.yml, an override."""
    return re.search(_FILE_OR_OVERRIDE, file.rpartition("/")[2].rpartition(".")[0]) is not None


def _is_source(source: str, target: str, context: str) -> bool:
    """Tell whether a folder of the host holds the sources: that of the project or the build, or one named so.

    What is mounted where programs lie in images holds them too.
    """
    path = normpath(_HERE.sub(".", source))
    if path in (".", "..", context) or set(path.split("/")) <= {".."}:
        return True
    if path.startswith(("/", "~", "$")) or "." in path.rpartition("/")[2]:
        return False
    within = bool(context) and context != "." and path.startswith(f"{context}/")
    return within or path.rpartition("/")[2] in _SOURCES or target.rstrip("/") in _PROGRAMS
