"""What /proc says of a container's processes: user, capabilities, ports. Parsers, and where to read it from."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from hardener.verify.container.start import Container
from hardener.verify.model import Process

#: Names of the bits of a capability set, from bit 0 (linux/capability.h).
CAPABILITIES = (
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
    "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
    "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
    "CHECKPOINT_RESTORE",
)  # fmt: skip
#: The inits that only start another process: the main process is their child.
INITS = frozenset({"tini", "tini-static", "dumb-init", "docker-init", "catatonit", "s6-svscan", "sh", "dash", "bash"})
_LISTEN = "0A"
#: Ports from here on are the kernel's choice for a socket that did not ask for one.
EPHEMERAL = 32768

#: Reads a file below /proc by process id as the engine's host counts, None where it cannot be read.
Reader = Callable[[int, str], str | None]


def reader(container: Container, main: int) -> Reader:
    """Return what can read /proc for a container: this machine where the engine is here, else `cat` inside it."""
    if is_here(main):
        return read_here

    def inside(pid: int, name: str) -> str | None:
        if pid != main:
            return None  # the numbers inside are others
        done = container.execute("cat", f"/proc/1/{name}")
        return done.out if done is not None and done.code == 0 else None

    return inside


def is_here(main: int) -> bool:
    """Tell whether process `main` of the engine's host is one of this machine and a container's first."""
    status = read_here(main, "status") or ""
    numbers = field_of(status, "NSpid").split()
    return len(numbers) > 1 and numbers[-1] == "1"


def read_here(pid: int, name: str) -> str | None:
    """Return a file below /proc of this machine, None where it cannot be read."""
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / name).read_text(encoding="utf-8", errors="replace")
    return None


def field_of(status: str, name: str) -> str:
    """Return a field of /proc/<pid>/status, "" where it is absent."""
    for line in status.splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return value.strip()
    return ""


def identity(status: str, users: str = "") -> tuple[int | None, tuple[str, ...] | None]:
    """Return the effective user id and the effective capabilities that a status file tells.

    Args:
        status: the file.
        users: `uid_map` of the process, where the file was read from outside of its namespace of users.
    """
    ids = field_of(status, "Uid").split()
    mask = field_of(status, "CapEff")
    return (
        _inside(int(ids[1]), users) if len(ids) > 1 else None,
        capabilities(int(mask, 16)) if mask else None,
    )


def users_of(read: Reader, pid: int) -> str:
    """Return the `uid_map` of a process: an engine without root has its users stand for others of this machine."""
    return (read(pid, "uid_map") or "") if read is read_here else ""


def _inside(user: int, users: str) -> int:
    """Return the id that a user of this machine has in a namespace of users."""
    for line in users.splitlines():
        first, outside, count = map(int, line.split())
        if outside <= user < outside + count:
            return first + user - outside
    return user


def capabilities(mask: int) -> tuple[str, ...]:
    """Return the names of the bits of a capability set."""
    return tuple(name for bit, name in enumerate(CAPABILITIES) if mask >> bit & 1)


def listening(table: str, protocol: str, inodes: frozenset[str] | None = None) -> set[str]:
    """Return the ports of a /proc/net/tcp or udp table that listen, as "tcp/80".

    Args:
        table: the file's text.
        protocol: "tcp" or "udp".
        inodes: of the sockets that count; None for all of them.
    """
    found = set()
    for line in table.splitlines()[1:]:
        parts = line.split()
        if len(parts) < 10 or (protocol == "tcp" and parts[3] != _LISTEN):
            continue
        local, port = parts[1].rsplit(":", 1)
        if protocol == "udp" and not parts[2].endswith(":0000"):
            continue  # a connected socket is a client
        if inodes is not None and parts[9] not in inodes:
            continue
        if local != "0B00007F":  # the engine's own name server
            found.add(f"{protocol}/{int(port, 16)}")
    return found


def ports(read: Reader, processes: Iterable[Process], main: int, *, own_network: bool) -> tuple[str, ...] | None:
    """Return the ports that a container listens on, sorted; None where they cannot be seen.

    Args:
        read: of /proc.
        processes: of the container.
        main: its first process.
        own_network: whether it has a network of its own; else only the sockets that its processes hold count.
    """
    inodes = None if own_network else _sockets(process.pid for process in processes)
    if inodes is not None and not inodes and not own_network:
        return None
    found: set[str] = set()
    seen = False
    for name in ("tcp", "tcp6", "udp", "udp6"):
        table = read(main, f"net/{name}")
        if table is not None:
            seen = True
            found |= listening(table, name.rstrip("6"), inodes)
    return tuple(sorted(found, key=lambda p: (p[:3], int(p[4:])))) if seen else None


def _sockets(pids: Iterable[int]) -> frozenset[str]:
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for handle in (Path("/proc") / str(pid) / "fd").iterdir():
                with contextlib.suppress(OSError):
                    target = os.readlink(handle)  # noqa: PTH115
                    if target.startswith("socket:["):
                        found.add(target[8:-1])
    return frozenset(found)


def top(container: Container) -> tuple[Process, ...]:
    """Return the processes of a container, () where the engine cannot list them."""
    format_ = "hpid,ppid,huser,state,comm" if container.engine.is_podman else "pid,ppid,user,stat,comm"
    arguments = (format_,) if container.engine.is_podman else ("-eo", format_)
    done = container.engine.call("top", container.name, *arguments)
    if done.code:
        return ()
    found = []
    for line in done.out.splitlines()[1:]:
        parts = line.split(None, 4)
        if len(parts) == 5 and parts[0].isdigit() and parts[1].isdigit():
            found.append(Process(int(parts[0]), int(parts[1]), parts[2], parts[3], parts[4]))
    return tuple(found)


def main_process(processes: tuple[Process, ...], first: int) -> int:
    """Return the process that does the work: the first one, or below an init or a shell its eldest child."""
    by_pid = {process.pid: process for process in processes}
    pid = first
    while (process := by_pid.get(pid)) is not None and process.command in INITS:
        children = [p.pid for p in processes if p.parent == pid and not p.state.startswith("Z")]
        if not children:
            break
        pid = min(children)
    return pid
