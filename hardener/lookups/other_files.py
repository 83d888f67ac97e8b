"""What may be known and written of a build context beside what is sent to the builder."""

from __future__ import annotations

import os
import re
from itertools import islice
from pathlib import Path
from posixpath import normpath

from hardener.fast.patterns import regex
from hardener.lookups.build_files import files_built_with, is_compose_name
from hardener.lookups.reading import is_dockerfile, read_regular, repository_of
from hardener.lookups.surroundings import Surroundings
from hardener.project.context_tree import ContextTree
from hardener.project.file_change import Writable

#: larger files are not changed, and not read as Dockerfiles
_SIZE = 1 << 20
#: a search looks at so many files and bytes at most
_FILES, _BYTES = 5_000, 32 << 20
#: so many names are looked at for Dockerfiles
_VISITED = 200_000
#: so many Dockerfiles over one context are read: each for each other one
_MOST = 60
_SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "venv", ".tox", "__pycache__"})
#: what no build reads as text, or says nothing of what a build reads
_NOT_SEARCHED = regex(
    r"\.(?:png|jpe?g|gif|webp|ico|svg|woff2?|ttf|eot|otf|mp[34]|pdf|zip|gz|tgz|jar|so|exe|wasm|map|md|rst|lock|sum)\Z"
    r"|(?:^|/)(?:(?:Dockerfile|Containerfile|(?:docker-)?compose)[^/]*|\.github/.*|\.gitlab-ci\.yml|\.env[^/]*|package-lock\.json|pnpm-lock\.yaml|\.\w+ignore|\.?harden\.toml|LICENSE)\Z"
)
Dockerfiles = tuple[tuple[str, str], ...]


def writable(folder: Path, path: str, dockerfile: Path | None) -> Writable | None:
    """Return a file of the context `folder` that may be changed or made; None where it may not.

    It lies in the context and in the repository of the Dockerfile, no link leads to it, and it is text.
    """
    root, name = Path(os.path.abspath(folder)), normpath(path)  # noqa: PTH100 (a symlink stays where it is)
    if name.startswith(("..", "/")) or name == "." or not _is_ours(root, dockerfile):
        return None
    parts = name.split("/")
    above = [root.joinpath(*parts[:count]) for count in range(1, len(parts))]
    target = root / name
    try:
        if any(place.is_symlink() or not place.is_dir() for place in above) or target.is_symlink():
            return None
        text = _text(target) if os.path.lexists(target) else None
    except (OSError, ValueError):
        return None
    return Writable(name, str(folder / name), text)


def compose_file(folder: Path, place: str, dockerfile: Path | None) -> Writable | None:
    """Return a compose file that may be changed with a Dockerfile; None for another file.

    It lies in the repository of the Dockerfile, without one in its folder or one above, no link leads to it, and it is
    text.

    Args:
        folder: the build context.
        place: the absolute path of the file.
        dockerfile: that is built.
    """
    path = Path(os.path.abspath(place))  # noqa: PTH100 (a symlink stays where it is)
    # `../../api/Dockerfile` lies in the folders that its dots lead to
    beside = Path(os.path.abspath(dockerfile or folder / "Dockerfile")).parent  # noqa: PTH100
    root = repository_of(beside)
    if not (root / ".git").exists() and beside.is_relative_to(path.parent):
        root = path.parent
    if not is_compose_name(path.name) or not path.is_relative_to(root):
        return None
    below = [path, *(parent for parent in path.parents if parent != root and parent.is_relative_to(root))]
    try:
        text = None if any(part.is_symlink() for part in below) else _text(path)
    except (OSError, ValueError):
        return None
    shown = os.path.normpath(os.path.join(folder, os.path.relpath(path, folder)))  # noqa: PTH118
    return Writable(place, shown, text) if text is not None else None


def _text(path: Path) -> str | None:
    """Return the text of a file that may be changed.

    Raises:
        OSError: it cannot be read.
        ValueError: it is too large, or no plain text.
    """
    data = read_regular(path, _SIZE + 1)
    if data is None or len(data) > _SIZE or b"\0" in data:
        raise ValueError("no text that could be changed")
    return data.decode("utf-8", "surrogateescape")


def _is_ours(root: Path, dockerfile: Path | None) -> bool:
    """Tell whether a context is in the repository of its Dockerfile, or the other way round without a repository."""
    try:
        home = root.resolve()
        beside = (dockerfile or root / "Dockerfile").absolute().parent.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name that no file system takes
        return False
    return beside.is_relative_to(repository_of(home)) or home.is_relative_to(repository_of(beside))


def ignore_name(folder: Path, dockerfile: Path | None) -> str | None:
    """Return the path in the context of the .dockerignore in force, there or not; None for one that lies elsewhere."""
    own = dockerfile.with_name(dockerfile.name + ".dockerignore") if dockerfile is not None else None
    if own is None or not os.path.lexists(own):
        return ".dockerignore"
    path = os.path.relpath(own, folder)
    return None if path.startswith("..") else path


def dockerfiles(folder: Path, dockerfile: Path | None, around: Surroundings) -> Dockerfiles | None:
    """Return the other Dockerfiles for which the same .dockerignore may be in force.

    None where one cannot be read, or there are more than 60: each of them would be read for each other one.
    """
    if ignore_name(folder, dockerfile) != ".dockerignore":
        return ()
    named = files_built_with(folder, around)
    if named is None:
        return None
    own = os.path.realpath(dockerfile) if dockerfile is not None else ""
    found: dict[str, str] = {}
    places = (*around.once(_below, str(folder)), *named)
    if len(places) > _MOST:
        return None
    for place in places:
        key = os.path.realpath(place)
        if key == own or key in found or os.path.lexists(f"{place}.dockerignore"):
            continue
        try:
            data = read_regular(Path(place), _SIZE + 1)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        if data is None or len(data) > _SIZE:
            return None
        found[key] = data.decode("utf-8", "surrogateescape")
    return tuple((os.path.relpath(key, os.path.realpath(folder)), text) for key, text in sorted(found.items()))


def _below(folder: str, _: Surroundings) -> tuple[str, ...]:
    """Return the Dockerfiles in a folder, kept out of builds or not."""
    found: list[str] = []
    for place, folders, names in islice(os.walk(folder), _VISITED):
        folders[:] = [name for name in folders if name not in _SKIPPED]
        found += (os.path.join(place, name) for name in names if is_dockerfile(name))  # noqa: PTH118
    return tuple(found)


def mentions(folder: Path, tree: ContextTree, pattern: str) -> bool | None:
    """Tell whether the text of a file has what a pattern matches; None where there is too much to read."""
    wanted = re.compile(pattern.encode())
    names = [name for name in tree.paths if not name.endswith("/") and not _NOT_SEARCHED.search(name)]
    left = _BYTES
    if not tree.complete or len(names) > _FILES:
        return None
    for name in names:
        try:
            data = read_regular(folder / name, min(left, _SIZE) + 1) or b""
        except OSError:
            continue
        left -= len(data)
        if left < 0:
            return None
        if b"\0" not in data[:1024] and wanted.search(data):
            return True
    return False
