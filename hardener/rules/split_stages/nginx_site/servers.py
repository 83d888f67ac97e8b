"""What the command line of a server of files says: folder, port, fallback and caching, or what nginx cannot keep."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.rules.split_stages.languages.node.static_output import of_command
from hardener.rules.split_stages.languages.node.static_site import server_name, server_words
from hardener.rules.split_stages.model import Case
from hardener.rules.split_stages.nginx_site.vite import preview_port, vite_refusal
from hardener.text import whole

#: servers: options, each with what it says; "" where nginx needs no word of it
_OPTIONS = {
    "serve": {
        "-s": "single", "--single": "single", "-l": "port", "--listen": "port", "-p": "port", "--port": "port",
        "-u": "plain", "--no-compression": "plain", "-n": "", "--no-clipboard": "", "-d": "", "--debug": "",
        "-L": "", "--no-request-logging": "", "--no-port-switching": "",
    },
    "http-server": {
        "-p": "port", "--port": "port", "-c": "cache", "-a": "address", "-s": "", "--silent": "", "-U": "", "--utc": "",
        "--log-ip": "", "--no-panic": "",
    },
    "sirv": {
        "-s": "single", "--single": "single", "-p": "port", "--port": "port", "-H": "host", "--host": "host", "-q": "",
        "--quiet": "", "-e": "", "--etag": "",
    },
    "vite": {"--port": "port", "--host": "host", "--strictPort": "", "--outDir": "folder"},
}  # fmt: skip
_VALUED = frozenset(("port", "cache", "address", "folder"))
#: ports that versions of the servers take where nobody names one
_PORTS = {"serve": (3000, 5000), "http-server": (8080,), "sirv": (5000, 8080), "vite": (4173, 5000)}
_ANYWHERE = frozenset(("0.0.0.0", "::", "true"))
_PORT = regex(r"(?:tcp://0\.0\.0\.0:)?(\d{1,5})\Z")


@dataclass(frozen=True, slots=True)
class Served:
    """What a server of files is told.

    Attributes:
        server: its name.
        folder: as it is written, from the folder that the image starts in.
        port: on which it listens.
        is_single: what is not there is answered with index.html.
        compresses: it sends gzip to those who take it.
        cache: the value of -c of http-server, in seconds.
    """

    server: str
    folder: str
    port: int
    is_single: bool = False
    compresses: bool = False
    cache: int = 3600


def served(case: Case) -> Served | Refusal | None:
    """Return what the image serves; None where it starts no server of files, a Refusal where nginx would differ."""
    words = server_words(case, with_arguments=True)
    server = server_name(words).removesuffix("-cli") if words else ""
    rest = words[1:]
    if server == "vite":
        if rest[:1] != ("preview",):
            return None
        rest = rest[1:]
    if server not in _OPTIONS:
        return None
    said: dict[str, list[str]] = {}
    for kind, value in _read(server, rest):
        if kind == "unknown":
            return Refusal("S20", f"harden does not write `{value}` of {server} for nginx", "write the stage by hand")
        said.setdefault(kind, []).append(value)
    folders = said.get("folder") or ([of_command(case.project.files, "vite build", {})] if server == "vite" else [])
    if len(folders) != 1 or not folders[0]:
        return Refusal("S20", f"cannot tell which folder {server} serves", "name one folder in CMD")
    refusal = _settings(case, server) or _address(server, said)
    port = _port(case, server, said)
    if refusal is not None:
        return refusal
    if isinstance(port, Refusal):
        return port
    cache = said.get("cache", ["3600"])[-1]
    if not re.fullmatch(r"-1|\d{1,9}", cache):
        return Refusal("S20", f"cannot tell how long answers of {server} may be kept", "give -c a number")
    compresses = server in ("serve", "vite") and "plain" not in said
    return Served(server, folders[0], port, "single" in said or server == "vite", compresses, int(cache))


def _read(server: str, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield what each word says: a kind of option with its value, "folder", or "unknown" with the option."""
    options = _OPTIONS[server]
    rest = list(words)
    while rest:
        word = rest.pop(0)
        short = re.fullmatch(r"(-[pc])(-?\d+)", word)
        name, equals, value = (short[1], "=", short[2]) if short else word.partition("=")
        if not word.startswith("-"):
            yield "folder", word
            continue
        kind = options.get(name, "unknown")
        if kind == "host" and not equals and rest and rest[0] in _ANYWHERE:
            value = rest.pop(0)
        elif kind in _VALUED and not equals:
            value = rest.pop(0) if rest else ""
        elif (kind not in _VALUED and kind != "host" and equals) or _swallows(server, kind, rest):
            kind = "unknown"
        yield kind, word if kind == "unknown" else value


def _swallows(server: str, kind: str, rest: list[str]) -> bool:
    """Tell whether the server takes the next word for the value of an option that needs none."""
    return server != "serve" and kind not in _VALUED and bool(rest) and not rest[0].startswith("-")


def _address(server: str, said: dict[str, list[str]]) -> Refusal | None:
    """Return that the server listens on one address only, which nginx would not."""
    where = [*said.get("address", ()), *said.get("host", ())]
    needs = server in ("sirv", "vite") and "host" not in said
    if needs or any(address not in {*_ANYWHERE, ""} for address in where):
        return Refusal("S20", f"{server} may listen on one address only", "name 0.0.0.0")
    return None


def _port(case: Case, server: str, said: dict[str, list[str]]) -> int | Refusal:
    """Return the port: what the command says, else PORT, else the one of a server's own that EXPOSE names too."""
    unclear = Refusal("S20", f"cannot tell on which port {server} listens", "name the port in CMD")
    written = said.get("port", [])
    variable = case.stage.end.values.get("PORT") if "PORT" in case.stage.end.values else ""
    if server == "sirv" and variable != "":
        return unclear  # it takes PORT before its option
    if not written and server == "vite":
        written = [found] if (found := preview_port(case)) else []
    elif not written and variable:
        written = [variable]
    if written:
        match = _PORT.match(written[0]) if len(written) == 1 else None
        return whole(match[1]) if match is not None and 0 < whole(match[1]) < 65536 else unclear
    exposed = {word for step in case.steps if step.node.name == "EXPOSE" for word in step.node.text.split()}
    own = [port for port in _PORTS[server] if exposed & {str(port), f"{port}/tcp"}]
    return own[0] if len(own) == 1 and variable == "" else unclear


def _settings(case: Case, server: str) -> Refusal | None:
    """Return which file gives the server settings that are not read here."""
    if server == "vite":
        return vite_refusal(case)
    if server != "serve":
        return None
    named = next((path for path in case.project.paths if re.search(r"(?:^|/)(?:serve|now)\.json\Z", path)), None)
    data = case.project.json("package.json")
    if named is None and isinstance(data, dict) and {"now", "static"} & data.keys():
        named = "package.json"
    return Refusal("S20", f"{named} has settings of serve", "write the stage by hand") if named else None
