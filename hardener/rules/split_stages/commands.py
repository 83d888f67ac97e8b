"""What becomes of each command of each RUN, and what is there at the end (S17, S22)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.files import is_within
from hardener.knowledge.splitting import table
from hardener.packages.managers import INSTALLS
from hardener.rules.split_stages.common_commands import common
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Verdict
from hardener.syntax.dockerfile.nodes import Instruction, Run
from hardener.syntax.dockerfile.views import mounts

Read = list[tuple[Call, Verdict]]
#: wrappers that set PATH, HOME or the user anew
_ENTERS = frozenset(("sudo", "doas", "gosu", "su-exec", "runuser", "setpriv", "busybox"))
#: packages of Alpine whose programs change what is configured
_ALPINE = {
    "update-ca-certificates": "ca-certificates", "fc-cache": "fontconfig", "setcap": "libcap", "visudo": "sudo",
    "useradd": "shadow", "groupadd": "shadow", "usermod": "shadow", "groupmod": "shadow",
}  # fmt: skip


def read_all(case: Case, ecosystem: Ecosystem) -> dict[int, Read] | Refusal:
    """Return the verdict on each command of each RUN."""
    found: dict[int, Read] = {}
    for index, step in enumerate(case.steps):
        if not isinstance(step.node, Run):
            continue
        if isinstance(step.calls, Refusal):
            return step.calls
        read: Read = []
        for call in step.calls:
            verdict = _unclear(call) or ecosystem.read(case, call) or common(case, call)
            if isinstance(verdict, Refusal):
                return verdict
            lost = next((path for path in verdict.makes if _is_mounted(step.node, path, call)), None)
            if lost is not None:
                return Refusal("S17", f"{lost} lies in a cache mount, not in the image", "copy it out in the same RUN")
            read.append((call, verdict))
        found[index] = read
    return _without_gone(found)


def _unclear(call: Call) -> Refusal | None:
    """Return why it cannot be told what a package manager leaves, or where; None where it can, or it is none."""
    package = call.package
    if package is None:
        return None
    if package.unknown:
        return Refusal("S22", package.unknown, "write the two stages by hand")
    if package.described.kind == "language" and package.meanings & INSTALLS:
        shown = f"{package.prefix}{package.program} {package.verb}"[:50]
        if package.invocation.changes_user or not _ENTERS.isdisjoint(package.invocation.wrappers):
            return Refusal("S08", f"cannot tell where `{shown}` installs", "use USER instead")
        if package.is_open:
            return Refusal("S22", f"cannot tell what `{shown}` installs", "name the packages")
    return None


def _without_gone(found: dict[int, Read]) -> dict[int, Read] | Refusal:
    """Leave out of what is made what a later `mv` or `rm` takes away again: a COPY of it would fail."""
    gone: list[str] = []
    for read in (found[index] for index in sorted(found, reverse=True)):
        for at in range(len(read) - 1, -1, -1):
            call, verdict = read[at]
            left = tuple(path for path in verdict.makes if not any(is_within(path, folder) for folder in gone))
            read[at] = (call, replace(verdict, makes=left))
            if call.name not in ("mv", "rm", "rmdir"):
                continue
            words = [word for word in call.argv[1:] if word is None or not word.startswith("-")]
            taken = words[:-1] if call.name == "mv" else words
            if call.name == "mv" and (None in taken or any("*" in (word or "") for word in taken)):
                return Refusal("S22", f"cannot tell what `{' '.join(call.raw.split())[:50]}` removes", "name it")
            gone += [path for word in taken if word is not None and (path := call.path(word)) is not None]
    return found


def _is_mounted(node: Instruction, path: str, call: Call) -> bool:
    """Tell whether a path lies in a mount of a RUN: what is there is gone after it."""
    for mount in mounts(node):
        where = call.path(mount.target) if mount.target else None
        if where is not None and is_within(path, where):
            return True
    return False


def last_build(reads: dict[int, Read]) -> int:
    """Return the index of the last instruction that builds, -1 where none does."""
    building = [
        index
        for index, read in reads.items()
        if any(v.makes or (v.build and not v.repeat and not v.packages and c.name != "rm") for c, v in read)
    ]
    return max(building, default=-1)


def config_packages(case: Case, reads: dict[int, Read], same_base: bool) -> tuple[str, ...]:
    """Return the packages whose programs the repeated commands call and a smaller image lacks."""
    if same_base:
        return ()
    if case.image.pkg_manager == "apk":  # BusyBox has the others
        calls = {c.name for read in reads.values() for c, v in read if v.repeat}
        return tuple(sorted({_ALPINE[name] for name in calls & _ALPINE.keys()}))
    names = {table("config_programs").get(c.name, "") for read in reads.values() for c, v in read if v.repeat}
    return tuple(sorted(name for name in names if name))
