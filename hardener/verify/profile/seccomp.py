"""From the system calls that were seen to a seccomp profile in the engine's format. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

#: Machine as Python names it, to the name in a profile.
ARCHITECTURES = {
    "x86_64": "SCMP_ARCH_X86_64",
    "aarch64": "SCMP_ARCH_AARCH64",
    "arm64": "SCMP_ARCH_AARCH64",
    "ppc64le": "SCMP_ARCH_PPC64LE",
    "s390x": "SCMP_ARCH_S390X",
    "riscv64": "SCMP_ARCH_RISCV64",
}
#: What the engine's own runtime calls between the filter and the program, and what a signal or an exit needs.
RUNTIME = frozenset(
    ("brk", "capget", "capset", "chdir", "clock_gettime", "close", "close_range", "dup3", "epoll_create1", "epoll_ctl",
     "epoll_pwait", "eventfd2", "execve", "exit", "exit_group", "faccessat", "faccessat2", "fchdir", "fchown", "fcntl",
     "fstat", "fstatfs", "futex", "getcwd", "getdents64", "getpid", "getppid", "gettid", "getuid", "lseek", "madvise",
     "mmap", "mprotect", "munmap", "nanosleep", "newfstatat", "openat", "pipe2", "prctl", "read", "readlinkat",
     "restart_syscall", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity", "sched_yield", "setgid",
     "setgroups", "setuid", "sigaltstack", "statfs", "tgkill", "umask", "write")
)  # fmt: skip
#: Calls that stand in for each other: another version of a library, or another load, uses the neighbour.
_FAMILIES = (
    "open openat", "stat lstat fstat newfstatat statx", "poll ppoll", "select pselect6",
    "epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2", "accept accept4", "dup dup2 dup3",
    "pipe pipe2", "read readv pread64 preadv preadv2", "write writev pwrite64 pwritev pwritev2",
    "fork vfork clone wait4 waitid set_robust_list set_tid_address rseq", "access faccessat faccessat2",
    "rename renameat renameat2", "unlink unlinkat rmdir", "mkdir mkdirat", "link linkat", "symlink symlinkat",
    "chmod fchmod fchmodat fchmodat2", "chown fchown lchown fchownat", "readlink readlinkat",
    "sendto sendmsg sendmmsg", "recvfrom recvmsg recvmmsg", "getdents getdents64", "futex futex_waitv",
    "kill tkill tgkill", "nanosleep clock_nanosleep", "mmap munmap mremap mprotect madvise brk",
    "getrlimit setrlimit prlimit64", "clock_gettime clock_getres gettimeofday time", "eventfd eventfd2",
    "signalfd signalfd4", "timerfd_create timerfd_settime timerfd_gettime", "setitimer getitimer alarm",
    "timer_create timer_settime timer_gettime timer_delete timer_getoverrun", "fsync fdatasync sync_file_range",
    "inotify_init inotify_init1 inotify_add_watch inotify_rm_watch", "truncate ftruncate fallocate",
    "getuid geteuid getgid getegid getresuid getresgid getgroups", "utime utimes futimesat utimensat",
    "shmget shmat shmdt shmctl", "sched_getaffinity sched_setaffinity", "sendfile copy_file_range splice tee",
    "getpgrp getpgid setpgid getsid setsid", "setuid setgid setgroups setresuid setresgid setreuid setregid",
    "getxattr lgetxattr fgetxattr listxattr", "socket connect getsockname getpeername getsockopt setsockopt shutdown",
)  # fmt: skip
#: What the engines refuse by default: seen or not, it is never allowed here.
REFUSED = frozenset(
    ("_sysctl", "acct", "add_key", "bpf", "chroot", "clock_adjtime", "clock_settime", "clone3", "create_module",
     "delete_module", "fanotify_init", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick", "get_kernel_syms",
     "get_mempolicy", "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp",
     "kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "mbind", "migrate_pages", "mknod", "mknodat",
     "mount", "mount_setattr", "move_mount", "move_pages", "name_to_handle_at", "nfsservctl", "open_by_handle_at",
     "open_tree", "perf_event_open", "pidfd_getfd", "pivot_root", "process_vm_readv", "process_vm_writev", "ptrace",
     "query_module", "quotactl", "quotactl_fd", "reboot", "request_key", "set_mempolicy", "setdomainname",
     "sethostname", "setns", "settimeofday", "stime", "swapoff", "swapon", "sysfs", "syslog", "umount", "umount2",
     "unshare", "uselib", "userfaultfd", "ustat", "vhangup", "vm86", "vm86old")
)  # fmt: skip
#: clone(2) with one of these flags makes namespaces: CLONE_NEWNS … CLONE_NEWNET, CLONE_NEWCGROUP.
_NAMESPACES = 0x7E020000
#: personality(2) values that the engines allow: queries and Linux itself.
_PERSONALITIES = (0x0, 0x0008, 0x20000, 0x20008, 0xFFFFFFFF)
_ENOSYS = 38


def profile(seen: Iterable[str], machine: str) -> dict[str, Any]:
    """Return a profile that allows what was seen, its family, and what the runtime needs; all else fails with EPERM.

    Args:
        seen: names of system calls.
        machine: that they were seen on; the profile is for its architecture alone.

    Raises:
        KeyError: the architecture has no name in profiles.
    """
    names = allowed(seen)
    calls: list[dict[str, Any]] = [{"names": sorted(names - {"clone", "personality"}), "action": "SCMP_ACT_ALLOW"}]
    if "clone" in names:
        # s390x passes the flags second
        flag = {"index": int(machine == "s390x"), "value": _NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
        calls.append({"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [flag]})
    if "personality" in names:
        for value in _PERSONALITIES:
            argument = {"index": 0, "value": value, "valueTwo": 0, "op": "SCMP_CMP_EQ"}
            calls.append({"names": ["personality"], "action": "SCMP_ACT_ALLOW", "args": [argument]})
    # its flags lie in memory, where no filter can look: libraries fall back to clone on this answer
    calls.append({"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": _ENOSYS})
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": 1,
        "architectures": [ARCHITECTURES[machine]],
        "syscalls": calls,
    }


def allowed(seen: Iterable[str]) -> frozenset[str]:
    """Return the names that a profile of `seen` allows."""
    names = set(seen) | RUNTIME
    if "clone3" in names:
        names.add("clone")
    for family in _FAMILIES:
        members = family.split()
        if names & set(members):
            names.update(members)
    return frozenset(names - REFUSED)
