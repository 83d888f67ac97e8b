"""Which of a few files an image has at the end: layer by layer, whiteouts and replaced folders honoured.

Whiteouts as the OCI image spec has them: `.wh.name` removes what lower layers have by that name, `.wh..wh..opq` all
that they have in its folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hardener.errors import RegistryError
from hardener.fast.patterns import regex
from hardener.registry.tar_stream import Entry

#: files that are read, and how many bytes of each at the most
READ = {"etc/passwd": 1 << 18, "etc/group": 1 << 18, "etc/os-release": 1 << 14, "usr/lib/os-release": 1 << 14}
_FOLDERS = ("bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin")
#: folders that what is wanted lies in
_ABOVE = frozenset({"etc", "usr", "usr/lib", "usr/local", *_FOLDERS})
_PROGRAMS = frozenset(
    """sh bash apt-get apk dnf microdnf yum zypper pacman tdnf useradd groupadd adduser addgroup curl wget tini
    dumb-init node python3 python perl""".split()  # noqa: SIM905 (a table of words reads better)
)
_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_MOST = 400_000
_LINES = 2_000
_ACCOUNT = regex(r"[A-Za-z_][A-Za-z0-9_.-]*\$?")
_ASSIGNED = regex(r"([A-Z_]+)=(\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'#]*)\s*")
_KEYS = ("ID", "VERSION_ID", "VERSION_CODENAME")
State = dict[str, Entry]


def after(lower: Mapping[str, Entry], layer: Iterable[Entry], seen: list[int]) -> State:
    """Return what is there once a layer lies on others.

    Args:
        lower: what the layers below leave.
        layer: its entries.
        seen: how many entries there were so far, in its one place.
    """
    gone: list[str] = []
    new: State = {}
    for entry in layer:
        seen[0] += 1
        if seen[0] > _MOST:
            raise RegistryError(f"the image has more than {_MOST} files")
        folder, _, name = entry.path.rpartition("/")
        if name == _OPAQUE:
            gone.append(f"{folder}/" if folder else "")
        elif name.startswith(_WHITEOUT):
            path = f"{folder}/{name[len(_WHITEOUT) :]}".lstrip("/")
            gone += [path, f"{path}/"]
        else:
            if entry.kind != "folder" and entry.path in _ABOVE:
                gone.append(f"{entry.path}/")  # a folder that became a file or a link
            if _is_wanted(entry.path):
                new[entry.path] = entry
    kept = {path: entry for path, entry in lower.items() if not _is_gone(path, gone)}
    return {**kept, **new}


def _is_wanted(path: str) -> bool:
    if path in READ or path == "etc":
        return True
    folder, _, name = path.rpartition("/")
    return name in _PROGRAMS and folder in _FOLDERS


def _is_gone(path: str, gone: list[str]) -> bool:
    return any(path == what or (what.endswith("/") and path.startswith(what)) or not what for what in gone)


def summary(state: Mapping[str, Entry]) -> dict[str, object]:
    """Return the accounts, the release and the programs, as something that JSON can hold.

    Raises:
        RegistryError: a file that counts is no file.
    """
    if "etc" in state and state["etc"].kind != "folder":
        raise RegistryError("/etc of the image is no folder")
    rows = [line.split(":") for line in _text(state, "etc/passwd").split("\n")[:_LINES]]
    users = [[r[0], int(r[2]), int(r[3]), r[5]] for r in rows if len(r) == 7 and _is_account(r[0], r[2], r[3])]
    rows = [line.split(":") for line in _text(state, "etc/group").split("\n")[:_LINES]]
    groups = [[r[0], int(r[2])] for r in rows if len(r) == 4 and _is_account(r[0], r[2])]
    own = state.get("etc/os-release")
    release = _text(state, "etc/os-release" if own is not None and own.kind == "file" else "usr/lib/os-release")
    programs = sorted({path.rpartition("/")[2] for path, entry in state.items() if _is_program(path, entry)})
    return {"users": users, "groups": groups, "release": _assignments(release), "programs": programs}


def _is_program(path: str, entry: Entry) -> bool:
    return path not in READ and path != "etc" and entry.kind != "folder"


def _text(state: Mapping[str, Entry], path: str) -> str:
    entry = state.get(path)
    if entry is None:
        return ""
    if entry.kind != "file":
        raise RegistryError(f"/{path} of the image is no plain file")
    return entry.content.decode("utf-8", "replace")


def _is_account(name: str, *numbers: str) -> bool:
    return _ACCOUNT.fullmatch(name) is not None and all(n.isascii() and n.isdecimal() and len(n) < 11 for n in numbers)


def _assignments(text: str) -> dict[str, str]:
    found = (_ASSIGNED.fullmatch(line) for line in text.split("\n")[:_LINES])
    return {match[1]: match[2].strip("\"'") for match in found if match and match[1] in _KEYS}
