"""The files that call an image beside compose: manifests, workflows, Makefiles, scripts, READMEs (E08, S25, U11)."""

from __future__ import annotations

import os

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.lookups.charts import charts_in
from hardener.lookups.surroundings import Surroundings
from hardener.project.builds import Service

_PLAIN = (
    *("Makefile", "makefile", "GNUmakefile", "Procfile", "package.json", "justfile", "Justfile", ".justfile"),
    *(".gitlab-ci.yml", ".circleci/config.yml"),
)
_README = regex(r"(?i)readme\S*\.(?:md|markdown)\Z")
#: folders of manifests and workflows, and one level below the former
_MANIFESTS = regex(r"(?i)\.?k8s?(?:\W|_|\Z)|kube|kustom|manifests?\Z|deploy(?:ments?)?\Z|infra(?:structure)?\Z|ops\Z")
_WORKFLOWS = ".github/workflows"
#: folders of scripts that build and start images
_SCRIPTS = ("bin", "docker", "hack", "script", "scripts", "tools")
#: what a line needs that runs something in a container that runs, or in one of compose
_ENGINE = regex(r"\b(?:docker|podman|nerdctl|kubectl|oc|compose)\b")
_EXEC = regex(r"\bexec\b|\bcompose\b[^|;&]*\srun\s")
_GOES_ON = regex(r"\\\r?\n")
#: more files of one folder are not read
_MOST = 60


def callers_in(places: list[str], around: Surroundings) -> tuple[Service, ...]:
    """Return what the files in these folders build and run, each with the images that it names.

    Args:
        places: a folder and those above it; outside of a repository only the first one counts.
        around: what is read around the file.
    """
    if not any(".git" in around.names(place) for place in places):
        places = places[:1]
    return tuple(service for place in dict.fromkeys(places) for service in around.once(_in_folder, place))


def _in_folder(folder: str, around: Surroundings) -> tuple[Service, ...]:
    found: list[Service] = []
    for name, text in around.once(_texts, folder):
        if "docker" in text or "podman" in text or "containers:" in text:
            from hardener.project.callers.read import read_callers

            found += [placed(service, folder) for service in read_callers(name, text)]
    return (*found, *charts_in(folder, around))


def execs_in(places: list[str], around: Surroundings) -> tuple[str, ...]:
    """Return the lines of the files in these folders that run something in a container that runs.

    Args:
        places: as for `callers_in`.
        around: as for `callers_in`.
    """
    if not any(".git" in around.names(place) for place in places):
        places = places[:1]
    return tuple(dict.fromkeys(line for place in dict.fromkeys(places) for line in around.once(_execs, place)))


def _texts(folder: str, around: Surroundings) -> tuple[tuple[str, str], ...]:
    """Return the files of a folder to read, by name and text."""
    return tuple((name, around.text(folder, name)) for name in _names(folder, around))


def _execs(folder: str, around: Surroundings) -> tuple[str, ...]:
    texts = around.once(_texts, folder)
    named = (_GOES_ON.sub(" ", text) for _, text in texts if "exec" in text or "compose" in text)
    lines = (line.strip() for text in named for line in text.splitlines())
    return tuple(line for line in lines if _ENGINE.search(line) and _EXEC.search(line))


def _names(folder: str, around: Surroundings) -> list[str]:
    """Return the paths of the files to read; compose files are read elsewhere."""
    top = set(around.names(folder))
    names = [name for name in _PLAIN if name.partition("/")[0] in top]
    names += sorted(name for name in top if _README.match(name))[:_MOST]
    names += _scripts(folder, around, top)
    for name in (".", *sorted(name for name in top if _MANIFESTS.match(name))):
        inner = around.names(os.path.normpath(os.path.join(folder, name)))  # noqa: PTH118
        names += _yaml(name, inner)
        if name != ".":
            below = [f"{name}/{entry}" for entry in inner if "." not in entry]
            names += [path for each in below[:_MOST] for path in _yaml(each, around.names(os.path.join(folder, each)))]  # noqa: PTH118
    if ".github" in top:
        names += _yaml(_WORKFLOWS, around.names(os.path.join(folder, _WORKFLOWS)))  # noqa: PTH118
    return names


def _scripts(folder: str, around: Surroundings, top: set[str]) -> list[str]:
    """Return the paths of the shell scripts of a folder, and of those below it that hold scripts."""
    found = sorted(name for name in top if name.endswith(".sh"))
    for name in _SCRIPTS:
        inner = around.names(os.path.join(folder, name)) if name in top else ()  # noqa: PTH118
        found += [f"{name}/{entry}" for entry in inner if entry.endswith(".sh")]
    return found[:_MOST]


def _yaml(folder: str, names: tuple[str, ...]) -> list[str]:
    found = [name for name in names if name.endswith((".yml", ".yaml")) and "compose" not in name]
    return [name if folder == "." else f"{folder}/{name}" for name in found[:_MOST] if name not in _PLAIN]


def placed(service: Service, folder: str, base: str = "") -> Service:
    """Return a service with the absolute paths of its context and of the folder of its file.

    Args:
        service: as its file says it.
        folder: of the file.
        base: where its relative paths start, "" for the folder.
    """
    is_here = is_folder(service.context)
    context = os.path.normpath(os.path.join(base or folder, service.context)) if is_here else service.context  # noqa: PTH118
    return replace(service, context=context, folder=folder)


def is_folder(context: str) -> bool:
    """Tell whether the context of a build is a folder here: said, not an address, and not left to a variable."""
    return bool(context) and "$" not in context and "://" not in context


__all__ = ["callers_in", "execs_in", "is_folder", "placed"]
