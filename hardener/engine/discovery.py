"""Finding Dockerfiles, compose files and others below a folder, by their names, and manifests by what they say.

A compose file by another name is found where another one includes it.

.gitignore is respected.

A link counts where it leads to a file below the same folder: what lies elsewhere is not the folder's to be rewritten.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hardener.errors import InputError
from hardener.fast.patterns import regex
from hardener.lookups.reading import is_dockerfile, read_regular

#: folders deeper than this are not looked into
DEPTH = 200
#: of a .gitignore, this many bytes are read
_SIZE = 1 << 20
#: of a YAML file, this many bytes tell whether it is a manifest
_MANIFEST = 1 << 18
_SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "venv", ".tox", "__pycache__"})
_DEFINITION = regex(r"(?i)(?:.*[/\\])?(?:\.?devcontainer\.json|docker-bake(?:\.[\w-]+)?\.(?:hcl|json))\Z")
_COMPOSE = regex(r"(?i)(?:.*[/\\])?(?:docker-)?compose(?:[._-][^/\\]*)?\.ya?ml\Z")

_OVERRIDE = regex(r"(?i)\.override\.ya?ml\Z")


def names_compose(name: str) -> bool:
    """Tell whether a file of this name or path is a compose file: compose.yaml, docker-compose.prod.yml."""
    return name.endswith(("yml", "yaml", "YML", "YAML")) and _COMPOSE.match(name) is not None


def names_definition(name: str) -> bool:
    """Tell whether a file of this name or path is a bake file, docker-bake.hcl, or a dev container's."""
    return name.endswith((".json", ".hcl", ".JSON", ".HCL")) and _DEFINITION.match(name) is not None


def names_yaml(name: str) -> bool:
    """Tell whether a file of this name or path is a YAML file."""
    return name.endswith((".yml", ".yaml", ".YML", ".YAML"))


def find(
    folder: Path, exclude: tuple[str, ...] = (), base: Path | None = None, *, compose: bool = False
) -> Iterator[Path]:
    """Yield the Dockerfiles below `folder`, sorted, without what .gitignore files and `exclude` name.

    Args:
        folder: where to look. The .gitignore files above it count too, up to the top of its git repository.
        exclude: patterns as in .gitignore.
        base: the folder that `exclude` is relative to; by default `folder`.
        compose: yield compose files, what they include, bake files, those of dev containers, Kubernetes manifests and
            the Chart.yaml of Helm charts too.

    Raises:
        InputError: folders are nested too deeply.
    """
    from hardener.lookups.git_ignores import spec_of

    here = Path(os.path.abspath(folder))  # noqa: PTH100 (a symlink stays where it is)
    excluded = [(base or here, spec_of(exclude))] if exclude else []
    walked = _walk(here, _ignores_above(here), excluded, _may_be_wanted if compose else _is_dockerfile)
    for path in _wanted(list(walked)) if compose else walked:
        if not path.is_symlink() or path.resolve().is_relative_to(here.resolve()):
            yield folder / path.relative_to(here)


def is_hardened(name: str) -> bool:
    """Tell whether a file of this name is one that harden rewrites, whatever it says."""
    return is_dockerfile(name) or names_compose(name) or names_definition(name)


def _is_dockerfile(path: Path) -> bool:
    return is_dockerfile(path.name)


def is_wanted(path: Path) -> bool:
    """Tell whether a file is one that harden rewrites: by its name, or a manifest by what it says."""
    return is_hardened(path.name) or (names_yaml(path.name) and _is_manifest(path))


def is_included(path: Path) -> bool:
    """Tell whether a file that `find` found is a compose file by another name, which another one includes."""
    return names_yaml(path.name) and not is_wanted(path)


def _may_be_wanted(path: Path) -> bool:
    return is_hardened(path.name) or names_yaml(path.name)


def _wanted(paths: list[Path]) -> Iterator[Path]:
    """Yield of the files that may be wanted those that are, and what compose files among them include."""
    found, there = {path: is_wanted(path) for path in paths}, frozenset(paths)
    waiting = [path for path in paths if names_compose(path.name)]
    while waiting:
        for path in _included(waiting.pop()) & there:
            if not found[path]:
                found[path] = True
                waiting.append(path)
    yield from (path for path in paths if found[path])


def _included(file: Path) -> frozenset[Path]:
    """Return the files that a compose file includes; an override beside it may say more of those in other folders."""
    from hardener.project.compose.included import included

    try:
        data = read_regular(file, _MANIFEST)
        has_override = any(_OVERRIDE.search(name) for name in os.listdir(file.parent))  # noqa: PTH208 (no Paths)
    except OSError:
        return frozenset()
    names = included(data.decode("utf-8", "replace")) if data is not None else ()
    paths = [Path(os.path.normpath(file.parent / name)) for name in names]
    return frozenset(path for path in paths if path.parent == file.parent or not has_override)


def _is_manifest(path: Path) -> bool:
    """Tell whether a YAML file is a manifest of something that runs containers; of a Helm chart only its Chart.yaml."""
    if _is_template(path):
        return False
    try:
        data = read_regular(path, _MANIFEST)
    except OSError:
        return False
    return data is not None and is_manifest_text(path, data.decode("utf-8", "replace"))


def _is_template(path: Path) -> bool:
    """Tell whether a file is a template of a Helm chart: no YAML before it is filled in."""
    return path.parent.name == "templates" and (path.parent.parent / "Chart.yaml").is_file()


def is_manifest_text(path: Path, text: str) -> bool:
    """Tell whether a YAML file that says `text` is a manifest that harden takes."""
    from hardener.project.manifests.naming import names_chart, says_version, says_workload

    if _is_template(path):
        return False
    return says_version(text) if names_chart(path.name) else says_workload(text)


def _ignores_above(folder: Path) -> list[tuple[Path, Any]]:
    """Return the .gitignore files of the folders above, the top of the repository first; none outside of one."""
    above = [] if (folder / ".git").exists() else list(folder.parents)
    for index, parent in enumerate(above):
        if (parent / ".git").exists():
            found = [(p, _gitignore(p)) for p in reversed(above[: index + 1])]
            return [(p, spec) for p, spec in found if spec is not None]
    return []


def _gitignore(folder: Path) -> Any:
    path = folder / ".gitignore"
    try:
        data = read_regular(path, _SIZE)
    except OSError:
        return None
    if data is None:
        return None
    from hardener.lookups.git_ignores import spec_of  # a run over one file needs none

    return spec_of(data.decode("utf-8-sig", "replace").splitlines())


def _walk(
    folder: Path,
    specs: list[tuple[Path, Any]],
    excluded: list[tuple[Path, Any]],
    wanted: Callable[[Path], bool],
    depth: int = 0,
) -> Iterator[Path]:
    if depth > DEPTH:
        raise InputError(f"{folder}: folders are nested more than {DEPTH} deep; name the Dockerfiles instead")
    from hardener.lookups.git_ignores import is_ignored

    own = _gitignore(folder)
    if own is not None:
        specs = [*specs, (folder, own)]
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        path = folder / entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_folder and not (_is_file(entry) and wanted(path)):
            continue
        if is_folder and entry.name in _SKIPPED:
            continue
        if is_ignored(specs, path, is_folder=is_folder) or is_ignored(excluded, path, is_folder=is_folder):
            continue
        if is_folder:
            yield from _walk(path, specs, excluded, wanted, depth + 1)
        else:
            yield path


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a loop of links
        return False
