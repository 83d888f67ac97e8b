"""Servers that come as packages of Node, by the command that starts them; and those that are for development only."""

from __future__ import annotations

import re
from posixpath import basename

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.model import StageModel

_DEVELOPMENT = regex(
    r"(?:react-scripts|react-app-rewired|craco) start|vite(?: dev| serve)?(?: -|\Z)|next dev|nuxt dev|nuxi dev|ng serve"
    r"|vue-cli-service serve|webpack(?:-dev-server| serve)|astro dev|gatsby develop|svelte-kit dev|remix dev|expo start"
    r"|parcel(?: serve)?(?: |\Z)|ember serve|docusaurus start|storybook dev|start-storybook|tauri dev|browser-sync"
)
_DIGITS = regex(r"\d{2,5}\Z")
#: names that a shell in the check would have to be asked for
_VARIABLE = regex(r"\$\{?(\w+)\}?\Z")


@dataclass(frozen=True, slots=True)
class _Server:
    """How a server is told its port and address.

    Attributes:
        port, host: options that take one.
        variables: of the environment, the first that is set gives the port.
        default: the port without both.
        everywhere: without an option for the host it listens on all addresses.
    """

    port: tuple[str, ...]
    host: tuple[str, ...]
    variables: tuple[str, ...]
    default: str
    everywhere: bool = True


_SERVERS = {
    "next start": _Server(("-p", "--port"), ("-H", "--hostname"), ("PORT",), "3000"),
    "serve": _Server(("-l", "--listen", "-p"), (), ("PORT",), "3000"),
    "http-server": _Server(("-p", "--port"), ("-a",), ("PORT",), "8080"),
    "vite preview": _Server(("--port",), ("--host",), (), "4173", everywhere=False),
    "nuxt start": _Server(("-p", "--port"), ("-H", "--hostname"), ("PORT",), "3000"),
    "json-server": _Server(("-p", "--port"), ("-h", "--host"), (), "3000", everywhere=False),
}


def is_for_development(words: tuple[str, ...]) -> bool:
    """Tell whether a command line starts a development server."""
    return bool(words) and _DEVELOPMENT.match(" ".join((basename(words[0]), *words[1:]))) is not None


def known_port(stage: StageModel, words: tuple[str, ...]) -> str | Refusal | None:
    """Return the port of a known server, as an expression of JavaScript; None for another program."""
    name = basename(words[0]) if words else ""
    server, rest = _SERVERS.get(name), words[1:]
    if server is None and len(words) > 1:
        server, rest = _SERVERS.get(f"{name} {words[1]}"), words[2:]
    if server is None:
        return None
    host = _option(rest, server.host)
    if host is None and not server.everywhere:
        return Refusal("H02", f"{name} listens only on localhost", "give it --host 0.0.0.0")
    if host not in (None, "", "0.0.0.0", "::", "true"):
        return Refusal("H02", f"it listens only on {host}", "listen on 0.0.0.0, or write a HEALTHCHECK")
    given = _option(rest, server.port)
    if given is None:
        return _from_environment(stage, server)
    port = re.sub(r"\A(?:tcp://)?(?:0\.0\.0\.0:)?", "", given)
    variable = _VARIABLE.match(port)
    if variable is not None and (stage.end.values.get(variable[1]) or "").isdigit():
        return f"process.env.{variable[1]}"
    return (
        port if _DIGITS.match(port) else Refusal("H04", "cannot tell the port from the command", "name the port in it")
    )


def compiled_port(stage: StageModel, entry: str) -> str | Refusal | None:
    """Return the port of a server that Next or Nuxt has written, known by its place; None for another file."""
    if re.search(r"(?:\A|/)\.output/server/index\.mjs\Z", entry):
        return _from_environment(stage, _Server((), (), ("NITRO_PORT", "PORT"), "3000"))
    copied = any(
        ".next/standalone" in node.text for link in stage.chain for node in link.node.body if node.name == "COPY"
    )
    if not copied or basename(entry) != "server.js":
        return None
    if stage.end.values.get("HOSTNAME") not in ("0.0.0.0", "::"):
        # Docker sets HOSTNAME to the container's name, and Next listens on the address of that name alone
        return Refusal("H02", "Next listens on the address that HOSTNAME names", "set ENV HOSTNAME=0.0.0.0")
    return _from_environment(stage, _Server((), (), ("PORT",), "3000"))


def _from_environment(stage: StageModel, server: _Server) -> str:
    return "||".join((*(f"process.env.{name}" for name in server.variables), server.default))


def _option(words: tuple[str, ...], names: tuple[str, ...]) -> str | None:
    """Return the value of the last of some options, "" for one without a value; None where none is given."""
    found = None
    for at, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name in names and sign:
            found = value
        elif word in names:
            after = words[at + 1] if at + 1 < len(words) else ""
            found = "" if after.startswith("-") else after
    return found
