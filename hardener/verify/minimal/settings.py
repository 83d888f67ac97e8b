"""The instructions that say of a stage of its own what the image configuration says. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from hardener.errors import VerifyError
from hardener.fast.patterns import regex
from hardener.syntax.dockerfile.nodes import Instruction
from hardener.syntax.dockerfile.views import pairs

_NAMES = regex(r"\$\{?([A-Za-z_]\w*)")
_SECOND = 1_000_000_000


class HeldError(VerifyError):
    """No stage is written; the text says why."""


def settings(
    config: dict[str, Any], chain: tuple[Instruction, ...], escape: str, runs: Callable[[str], bool]
) -> list[str]:
    """Return the instructions in the order in which they are written, without newlines.

    Args:
        config: of the image.
        chain: the instructions of its stages in this file, the first one first.
        escape: the escape character of the file.
        runs: tells whether a program is in the stage.

    Raises:
        HeldError: the configuration cannot be written.
    """
    if not config.get("Entrypoint") and not config.get("Cmd"):
        raise HeldError("the image says no command")
    if escape != "\\" or any("\n" in text for text in _texts(config)):
        raise HeldError("the configuration has text that harden cannot write into a stage")
    lines = _assigned(config, chain, escape)
    if config.get("WorkingDir", "/") not in ("", "/"):
        lines.append(f"WORKDIR {_word(config['WorkingDir'])}")
    if config.get("ExposedPorts"):
        lines.append(f"EXPOSE {' '.join(_ports(config))}")
    if config.get("Volumes"):
        lines.append(f"VOLUME {json.dumps(sorted(config['Volumes']))}")
    if config.get("StopSignal"):
        lines.append(f"STOPSIGNAL {config['StopSignal']}")
    lines += _health(config.get("Healthcheck") or {}, runs)
    if config.get("User"):
        lines.append(f"USER {config['User']}")
    lines += [f"{key.upper()} {json.dumps(config[key], ensure_ascii=False)}" for key in ("Entrypoint", "Cmd")
              if config.get(key)]  # fmt: skip
    return lines


def has_health(config: dict[str, Any], runs: Callable[[str], bool]) -> bool:
    """Tell whether the health check is kept: it names its program, and that is there anyway."""
    test = (config.get("Healthcheck") or {}).get("Test") or []
    return len(test) > 1 and test[0] == "CMD" and runs(test[1])


def _texts(config: dict[str, Any]) -> Iterator[str]:
    yield from config.get("Env") or ()
    yield from (f"{name}={value}" for name, value in (config.get("Labels") or {}).items())
    yield from (str(config.get(key) or "") for key in ("User", "WorkingDir", "StopSignal"))


def _assigned(config: dict[str, Any], chain: tuple[Instruction, ...], escape: str) -> list[str]:
    """Return ENV and LABEL; a value that an ARG gives is written as it stands, with its ARG."""
    arguments = {name: value for node in chain if node.name == "ARG" for name, value in pairs(node, escape)}
    given: dict[tuple[str, str], str] = {}
    wanted: dict[str, None] = {}
    for node in chain:
        for name, value in pairs(node, escape) if node.name in ("ENV", "LABEL") else ():
            used = [word for word in _NAMES.findall(value or "") if word in arguments]
            given.pop((node.name, name), None)
            if used:
                given[node.name, name] = value or ""
                wanted |= dict.fromkeys(used)
    for name in wanted:
        if "$" in (arguments[name] or "") or any(" " in value for value in given.values() if value[:1] not in "\"'"):
            raise HeldError(f"the value that ARG {name} gives depends on others")
    lines = [f"ARG {name}" + ("" if arguments[name] is None else f"={arguments[name]}") for name in wanted]
    env = (entry.partition("=")[::2] for entry in config.get("Env") or ())
    for kind, entries in (("ENV", env), ("LABEL", (config.get("Labels") or {}).items())):
        texts = [f"{_word(name)}={given.get((kind, name)) or _word(value)}" for name, value in entries]
        lines += [f"{kind} " + " \\\n    ".join(texts)] * bool(texts)
    return lines


def _word(value: str) -> str:
    """Return a value as a word of an instruction."""
    plain = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return (
        plain
        if value and plain == value and not any(sign.isspace() or sign in "'#" for sign in value)
        else f'"{plain}"'
    )


def _ports(config: dict[str, Any]) -> list[str]:
    return [port.removesuffix("/tcp") for port in sorted(config["ExposedPorts"])]


def _health(check: dict[str, Any], runs: Callable[[str], bool]) -> list[str]:
    if not has_health({"Healthcheck": check}, runs):
        return []
    names = (("Interval", "interval"), ("Timeout", "timeout"), ("StartPeriod", "start-period"))
    flags = [f"--{flag}={check[key] / _SECOND:g}s" for key, flag in names if check.get(key)]
    if check.get("Retries"):
        flags.append(f"--retries={check['Retries']}")
    return [" ".join(("HEALTHCHECK", *flags, "CMD", json.dumps(check["Test"][1:], ensure_ascii=False)))]
