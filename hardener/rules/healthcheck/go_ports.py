"""The port on which a service in Go listens, as its sources say."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import StageModel

#: listeners that speak TLS or a protocol of their own, or are opened by hand
_OTHER = regex(
    r"ListenAndServeTLS|\b\w+\.(?:RunTLS|StartTLS|StartAutoTLS|ListenTLS|RunUnix|RunListener|Listener)\("
    r"|\bnet\.Listen|\b(?:tls|quic)\.Listen|ListenTCP|ListenUDP|ListenPacket|ListenConfig|\bhttp\.Serve\(|autocert\."
    r"|\w\.(?:Addr|Handler)\s*=(?!=)"
)
_PLAIN = regex(r"\bhttp\.ListenAndServe\(\s*([^\n]+?)\s*,\s*([\w.]+)\s*\)")
_SERVER = regex(r"\bhttp\.Server\{((?:[^{}]|\{[^{}]*\})*)\}")
_ADDR = regex(r"\bAddr:\s*([^\n]+?),?\s*(?:\n|\Z|,\s*\w+:)")
_HANDLER = regex(r"\bHandler:\s*([^,\n]+)")
_LITERAL = regex(r'"([\w.\[\]:]*):(\d{2,5})"\Z')
_JOINED = regex(r'"([\w.\[\]:]*):"\s*\+\s*(.+)\Z')
_FORMATTED = regex(r'fmt\.Sprintf\(\s*"([\w.\[\]]*):%[dsv]"\s*,\s*(.+)\)\Z')
_CONVERTED = regex(r"(?:strconv\.(?:Itoa|FormatInt)|string|int)\((\w+)\)\Z")
_GETENV = regex(r'os\.Getenv\(\s*"(\w+)"\s*\)\Z')
_ENV_OR = regex(r'(?i)\w*env\w*\(\s*"(\w+)"\s*,\s*"?(\d{2,5})"?\s*\)\Z')
_ANY = ("", "0.0.0.0", "127.0.0.1", "[::]")
_MANY = Refusal("H10", "it listens on several ports, or on one of several", "write a HEALTHCHECK")
_UNKNOWN = Refusal("H04", "cannot tell the port from the sources", "write a HEALTHCHECK")


def go_port(text: str, router: str, stage: StageModel) -> str | Refusal | None:
    """Return the port, digits or what a shell makes of a variable; None where the sources do not listen.

    Args:
        text: the sources, comments left out.
        router: the name of what answers, "http" for that of the package; "" where it is not known.
        stage: of the image.
    """
    plain, framework = _PLAIN.findall(text), _framework(text, router)
    methods = re.findall(r"\.ListenAndServe\(\s*\)", text)
    every = len(re.findall(r"\bListenAndServe\(", text))
    if not every and not framework:
        return (
            Refusal("H10", "it listens by hand, or not by HTTP", "write a HEALTHCHECK") if _OTHER.search(text) else None
        )
    if _OTHER.search(text):
        return Refusal("H10", "it may speak TLS or a protocol of its own", "write a HEALTHCHECK")
    if every + len(framework) != 1:
        return _MANY
    if framework:
        return _port(text, framework[0], stage)
    if plain:
        address, handler = plain[0]
    else:
        servers = _SERVER.findall(text)
        address = next(iter(_ADDR.findall(servers[0])), "") if len(servers) == 1 and methods else ""
        handler = next(iter(_HANDLER.findall(servers[0])), "nil").strip() if servers else ""
    if handler != (router if router != "http" else "nil"):
        return Refusal("H03", "cannot tell what stands before the routes of the sources", "write a HEALTHCHECK")
    return _port(text, address, stage)


def _framework(text: str, router: str) -> list[str]:
    """Return the addresses that Gin, Echo and Fiber are told to listen on."""
    if not router or router == "http" or not re.search(r"\b(?:gin|echo|fiber)\.\w+\(", text):
        return []
    found = re.findall(rf"(?<![.\w]){router}\.(?:Run|Start|Listen)\(([^()\n]*(?:\([^()\n]*\))?[^()\n]*)\)", text)
    return [given.strip() or '":" + envOr("PORT", "8080")' for given in found]


def _port(text: str, given: str, stage: StageModel, depth: int = 4) -> str | Refusal:
    """Return the port of an address or of a number; the address has to be one that 127.0.0.1 reaches (H02, H04)."""
    given = given.strip()
    literal = _LITERAL.match(given)
    parts = literal or _JOINED.match(given) or _FORMATTED.match(given)
    if parts is not None and parts[1] not in _ANY:
        return Refusal("H02", f"it listens only on {parts[1]}", "listen on all addresses, or write a HEALTHCHECK")
    if literal is not None:
        return literal[2]
    number = re.fullmatch(r'"?(\d{2,5})"?', given)
    if number is not None:
        return number[1]
    if not depth:
        return _UNKNOWN
    if parts is not None:
        return _port(text, parts[2], stage, depth - 1)
    converted = _CONVERTED.match(given)
    if converted is not None:
        given = converted[1]
    variable = _ENV_OR.match(given)
    if variable is not None:
        return f"${{{variable[1]}:-{variable[2]}}}"
    return _of_environment(given, "", stage) or _of_name(text, given, stage, depth)


def _of_environment(given: str, default: str, stage: StageModel) -> str | None:
    """Return what a shell makes of a variable of the environment, with what stands for an empty one."""
    variable = _GETENV.match(given)
    if variable is None:
        return None
    if default:
        return f"${{{variable[1]}:-{default}}}"
    return f"${{{variable[1]}}}" if (stage.end.values.get(variable[1]) or "").isdigit() else None


def _of_name(text: str, name: str, stage: StageModel, depth: int) -> str | Refusal:
    """Return the port that a variable holds: it is set once, or again only where it is empty."""
    if not re.fullmatch(r"[A-Za-z_]\w*", name) or re.search(rf"[(,]\s*{name}\s+(?:string|int)\b", text):
        return _UNKNOWN
    values = re.findall(rf"(?<![.\w]){name}(?:\s+(?:string|int))?\s*:?=(?!=)\s*([^\n;]+)", text)
    if len(values) == 1:
        return _port(text, values[0], stage, depth - 1)
    given = re.search(
        rf'\bif\s+(\w+)\s*:=\s*(os\.Getenv\([^()\n]*\))\s*;\s*\1\s*!=\s*""\s*\{{\s*{name}\s*=\s*\1\s*\}}', text
    )
    default = re.fullmatch(r'"(\d{2,5})"', values[0].strip()) if len(values) == 2 else None
    if given is not None and default is not None:
        return _of_environment(given[2], default[1], stage) or _UNKNOWN
    empty = re.search(rf'\bif\s+{name}\s*==\s*""\s*\{{\s*{name}\s*=\s*"(:?)(\d{{2,5}})"\s*(?:\n[^\n{{}}]*)*\}}', text)
    if len(values) != 2 or empty is None or empty[1]:
        return _UNKNOWN
    return _of_environment(values[0].strip(), empty[2], stage) or _UNKNOWN
