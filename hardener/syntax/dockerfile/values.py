"""Values that BuildKit reads by a grammar of their own: ports, signals, durations, platforms, modes.

Each `…_fault` returns what is wrong with a text, None where BuildKit takes it.
"""

from __future__ import annotations

from hardener.fast.patterns import regex

_INTEGER = regex(r"[+-]?\d+")
_PORT_LIMIT = 65535
_MODE = regex(r"[augo]*(?:[-+=][rwxXstugo]*)+(?:,[augo]*(?:[-+=][rwxXstugo]*)+)*")
_DURATION = regex(r"([-+]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)")
_PART = regex(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_MILLISECONDS = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6}
#: 2^63 nanoseconds
_LONGEST = 2**63 / 1e6
_SIGNALS = frozenset(
    "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP "  # noqa: SIM905  # a table of words
    "TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX".split()
) | {f"RTMIN+{n}" for n in range(1, 16)} | {f"RTMAX-{n}" for n in range(1, 15)}  # fmt: skip
_SYSTEMS = frozenset(
    "aix android darwin macos dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows "  # noqa: SIM905
    "zos".split()
)
_ARCHITECTURES = frozenset(
    "386 i386 amd64 x86_64 x86-64 amd64p32 arm armhf armel armbe arm64 aarch64 arm64be ppc64 ppc64le loong64 mips "  # noqa: SIM905
    "mipsle mips64 mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 "
    "wasm".split()
)
_SYSTEM = regex(r"([A-Za-z0-9_-]+)(\([A-Za-z0-9_.%+-]*\))?")
_COMPONENT = regex(r"[A-Za-z0-9_.-]+")


def port_fault(text: str) -> str | None:
    """Check one word of EXPOSE: `80`, `80/udp`, `8000-8010`, `[ip:]host:container`."""
    address, _, container = text.rpartition(":")
    address, _, host = address.rpartition(":")
    container, _, protocol = container.partition("/")
    if protocol.lower() not in ("", "tcp", "udp", "sctp"):
        return f"{protocol!r} is no protocol: use tcp, udp or sctp"
    inside = _range(container)
    if inside is None:
        return f"{text!r} is no port: use a number up to 65535 or a range such as 8000-8010"
    if host:
        outside = _range(host)
        if outside is None or (inside[0] != inside[1] and inside[1] - inside[0] != outside[1] - outside[0]):
            return f"{text!r} has no valid host port: EXPOSE needs the port of the container only"
    if address and not _is_address(address):
        return f"{address!r} is no IP address: EXPOSE needs the port of the container only"
    return None


def _range(text: str) -> tuple[int, int] | None:
    first, dash, last = text.partition("-")
    start = _port(first)
    end = start if not dash or first == last else _port(last)
    return (start, end) if start is not None and end is not None and start <= end else None


def _port(text: str) -> int | None:
    number = int(text) if _INTEGER.fullmatch(text) and len(text) < 20 and text.isascii() else -1
    return number if 0 <= number <= _PORT_LIMIT else None


def _is_address(text: str) -> bool:
    from ipaddress import ip_address  # rare: a host address in EXPOSE

    try:
        ip_address(text[1:-1] if text[0] == "[" and text[-1] == "]" else text)
    except ValueError:
        return False
    return True


def signal_fault(text: str) -> str | None:
    """Check the argument of STOPSIGNAL: a name with or without SIG, or a number other than 0."""
    if _INTEGER.fullmatch(text):
        return None if int(text) else "0 is no signal"
    if text.upper().removeprefix("SIG") in _SIGNALS:
        return None
    return f"{text!r} is no signal: use a name such as SIGTERM, or a number"


def duration_fault(text: str) -> str | None:
    """Check a duration of HEALTHCHECK, as Go reads it: `30s`, `1m30s`; 0 stands for the default."""
    total = _milliseconds(text)
    if total is None:
        return f"{text!r} is no duration: use a number and a unit, such as 30s"
    if abs(total) > _LONGEST:
        return f"{text!r} is longer than Go counts: use at most 2562047h"
    return f"{text!r} is shorter than 1ms" if total and total < 1 else None


def seconds_of(text: str | None) -> float | None:
    """Return the seconds that a duration of HEALTHCHECK says; None where the default counts, or it is no duration."""
    return (_milliseconds(text or "") or 0) / 1000 or None


def _milliseconds(text: str) -> float | None:
    if text in ("", "0", "+0", "-0"):
        return 0
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    total = sum(float(number) * _MILLISECONDS[unit] for number, unit in _PART.findall(match[2]))
    return -total if match[1] == "-" else total


def retries_fault(text: str) -> str | None:
    """Check `--retries` of HEALTHCHECK."""
    if text and not (_INTEGER.fullmatch(text) and text.isascii() and 0 <= int(text) < 2**31):
        return f"{text!r} is no number of retries"
    return None


def platform_fault(text: str) -> str | None:
    """Check `--platform`: `linux/amd64`, `linux/arm/v7`, or a system or architecture alone."""
    first, *rest = text.split("/")
    system = _SYSTEM.fullmatch(first)
    if system is None or len(rest) > 2 or not all(_COMPONENT.fullmatch(part) for part in rest):
        return f"{text!r} is no platform: use one such as linux/amd64"
    if not rest and system[1].lower() not in _SYSTEMS and first.lower() not in _ARCHITECTURES:
        return f"{text!r} is neither an operating system nor an architecture: use one such as linux/amd64"
    return None


def mode_fault(text: str) -> str | None:
    """Check `--chmod`: octal up to 07777, or symbolic such as `u+x`."""
    octal = text.isascii() and text.isdigit() and not set(text) & {"8", "9"} and len(text) < 12
    if (octal and int(text, 8) <= 0o7777) or _MODE.fullmatch(text):
        return None
    return f"{text!r} is no mode: use an octal number up to 07777, or one such as u+x"
