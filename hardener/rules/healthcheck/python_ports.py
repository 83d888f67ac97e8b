"""The port that a Python service listens on: from the command of a server, or from the sources."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import StageModel
from hardener.rules.healthcheck.probe import ANY

#: servers that are given an application
SERVERS = ("uvicorn", "gunicorn", "hypercorn", "fastapi", "waitress-serve", "daphne", "streamlit")
_ARGUMENTS = r"\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)"
_CALLS = regex(rf"^[ \t]*(app\.run|application\.run|uvicorn\.run|socketio\.run|web\.run_app){_ARGUMENTS}", re.MULTILINE)
_HTTP = regex(r"""\bHTTPServer\(\s*\(\s*["']([\d.]*)["']\s*,\s*(\w+)\s*\)""")
_GRPC = regex(r"""\.add_(?:in)?secure_port\(\s*["'](?:\[::\]|0\.0\.0\.0):(\d+)["']""")
_PORT_OF_ENV = regex(r"""int\(\s*os\.(?:environ\.get|getenv)\(\s*["'](\w+)["']\s*,\s*["']?(\d{2,5})["']?\s*\)\s*\)""")
_VARIABLE = regex(r"\$(?:\{(\w+)(?::?-(\d{2,5}))?\}|(\w+))\Z")
_DEFAULTS = {
    "app.run": "5000",
    "application.run": "5000",
    "socketio.run": "5000",
    "uvicorn.run": "8000",
    "web.run_app": "8080",
}
_SOURCES = Refusal("H04", "cannot tell the port from the sources", "write a HEALTHCHECK")
_COMMAND = Refusal("H04", "cannot tell the port from the command", "name the port in it")
#: servers of asyncio and tornado, whose sockets of IPv6 take no connections of IPv4
_ONLY_IPV6 = ("uvicorn", "fastapi", "streamlit")
_IPV6 = Refusal("H02", "on :: it takes no connections of IPv4", "listen on 0.0.0.0, or write a HEALTHCHECK")
_HOSTNAME = Refusal("H02", "it listens on the address that HOSTNAME names", "listen on 0.0.0.0, or write a HEALTHCHECK")


def server_port(stage: StageModel, name: str, rest: list[str]) -> str | Refusal:
    """Return the port that the command of a server names, as digits or as an expression of Python (H04)."""
    words = " ".join(rest)
    if re.search(r"--uds|unix:|--fd\b", words):
        return Refusal("H10", "it listens on a socket", "write a HEALTHCHECK")
    if name in ("gunicorn", "hypercorn", "uwsgi", "waitress-serve"):
        binds = re.findall(r"(?:(?<=\s)|^)(?:-b|--bind|--listen)[ =]?[\"']?([\w.\[\]:*]*):([\w${}:-]+)", words)
        host, port = binds[0] if len(binds) == 1 else ("", "")
        host = {"*": "", "[::]": "::"}.get(host, host)
    else:
        host, port = (
            _option(words, "--(?:host|server.address)|-b" if name != "daphne" else "-b|--bind"),
            _option(words, "--(?:server\\.)?port|-p"),
        )
        host = host.strip("\"'")
        port = port or _default_port(stage, name, words)
    if host == "::" and name in _ONLY_IPV6:
        return _IPV6
    if host not in ANY:
        return Refusal("H02", f"it listens only on {host}", "listen on 0.0.0.0, or write a HEALTHCHECK")
    return _value(stage, port.strip("\"'")) or _COMMAND


def _option(words: str, names: str) -> str:
    found = re.findall(rf"(?:(?<=\s)|^)(?:{names})[ =](\S+)", words)
    return found[-1] if found else ""


def _default_port(stage: StageModel, name: str, words: str) -> str:
    """Return the port of a server whose command names none, "" where something else may."""
    values = stage.end.values
    if name == "streamlit":
        return values.get("STREAMLIT_SERVER_PORT") or "8501"
    if name == "flask":
        return values.get("FLASK_RUN_PORT") or "5000"
    return "" if "$" in words else values.get("UVICORN_PORT", "8000") or ""


def _value(stage: StageModel, given: str) -> str | None:
    if re.fullmatch(r"\d{2,5}", given):
        return given
    variable = _VARIABLE.match(given)
    if variable is None:
        return None
    name, default = variable[1] or variable[3], variable[2] or ""
    if default:
        return f"os.environ.get('{name}','{default}')"
    return f"os.environ['{name}']" if (stage.end.values.get(name) or "").isdigit() else None


def listener_port(text: str, whole: str) -> str | Refusal | None:
    """Return the one port that a program listens on, as digits or an expression of Python; None for no listener.

    Args:
        text: the file that starts.
        whole: it, and what it imports.
    """
    calls = [found for found in _CALLS.findall(text) if "def " not in found[0]]
    http, grpc = _HTTP.findall(text), _GRPC.findall(text)
    if len(calls) + len(http) + len(grpc) > 1:
        return Refusal("H10", "it may listen on several ports", "write a HEALTHCHECK")
    if grpc:
        return str(grpc[0])
    if http:
        host, port = http[0]
        return _SOURCES if host not in ANY else port if port.isdigit() else _named(text, port) or _SOURCES
    if not calls:
        return None
    how, arguments = calls[0]
    host = re.search(r"""\bhost\s*=\s*(["']?)([^"',)]*)""", arguments)
    if host is not None and host[1] and host[2] not in ANY:
        return Refusal("H02", f"it listens only on {host[2]}", "listen on 0.0.0.0, or write a HEALTHCHECK")
    if host is not None and host[2] == "::" and not (how.endswith("app.run") and re.search(r"\bFlask\(", whole)):
        return _IPV6
    if re.search(r"\bhost\s*=\s*os\.(?:environ|getenv)[^,]*HOSTNAME\b", arguments):
        return _HOSTNAME
    if "*" in arguments or re.search(r"\b(?:fd|uds|path|sock)\s*=", arguments):
        return _SOURCES
    given = re.search(r"\bport\s*=\s*(.*)", arguments)
    if given:
        return _port(text, given[1]) or _imported(text, whole, given[1]) or _SOURCES
    positional = [part for part in arguments.split(",") if part.strip() and "=" not in part]
    is_flask = re.search(r"\bFlask\(", whole) and not re.search(r"\bDash\(|SERVER_NAME", whole)
    if how in ("app.run", "application.run") and (positional or not is_flask):
        return _SOURCES
    return _SOURCES if len(positional) > 1 else _DEFAULTS[how]


def _imported(text: str, whole: str, value: str) -> str | None:
    """Return the port of a name that comes from another module of the project, and is set in one place of all."""
    name = re.match(r"([A-Za-z_]\w*)\s*(?:,|\Z)", value)
    if name is None or not re.search(rf"(?m)^from\s+\.*[\w.]+\s+import\s+(?:[\w, ]*\b)?{name[1]}\b", text):
        return None
    return _named(whole, name[1])


def _named(text: str, name: str) -> str | None:
    values = re.findall(rf"(?m)^[ \t]*{name}\s*(?::\s*int\s*)?=\s*(.+)$", text)
    return _port(text, values[0], deep=False) if len(values) == 1 else None


def _port(text: str, value: str, deep: bool = True) -> str | None:
    name = re.match(r"([A-Za-z_]\w*)\s*(?:,|\Z)", value)
    if name:
        return _named(text, name[1]) if deep else None
    plain = re.match(r"(\d{2,5})\s*(?:,|#|\Z)", value)
    if plain:
        return plain[1]
    env = _PORT_OF_ENV.match(value)
    return f"os.environ.get('{env[1]}','{env[2]}')" if env else None
