"""The health route of a Node service: Express, Koa, Fastify and Nest, in JavaScript or TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.project.node.package_json import read_package
from hardener.project.node.scripts import programs_of
from hardener.rules.healthcheck.node_parallel import one_of, side_by_side
from hardener.rules.healthcheck.node_programs import compiled_port, is_for_development, known_port
from hardener.rules.healthcheck.node_sources import Sources, entry_of, read_sources
from hardener.rules.healthcheck.probe import PATH, Health, asked_by_node, is_in_dotenv, source_of
from hardener.text import whole

#: behind the path there is one handler, and nothing that may refuse
_HANDLER = regex(r"\s*,\s*(?:\{[^{}]*\}\s*,\s*)?(?:async\b\s*)?(?:\(|function\b|_?\w+\s*=>|[\w.]+\s*\))")
#: what may answer in the place of a route: wants a name and a password, another host, TLS, or another path (H03)
_GUARDS = regex(
    r"x-forwarded-proto|req\.secure\b|sslify|(?:enforces?|force|require)-?(?:ssl|https)|\bprefix\s*:|\.basePath\(|setGlobalPrefix"
    r"|addHook\(\s*[\"'](?:onRequest|preHandler|preValidation)|preHandler|onRequest\s*:",
    re.IGNORECASE,
)
_USES = regex(r"\.use\(\s*([^\n]*)")
_REFUSES = regex(
    r"auth|jwt|passport|protect|secure|verify|guard|token|api-?key|https|ssl|allow|white|block|black|deny|mainten|restrict",
    re.I,
)
_ROUTE = regex(r"""\b(\w+)\.(?:get|all)\(\s*["'`](/[^"'`]*|)["'`]""")
_RAW = regex(rf"""\.url\s*={{2,3}}\s*["']({PATH})["']""")
_MOUNTED = regex(
    rf"""\b(?:app|server)\.use\(\s*["'`]({PATH})/?["'`]\s*,\s*"""
    r"""(?:require\(["'][\w./@-]*health[\w-]*["']\)\(|(?:async\b\s*)?\(|function\b)"""
)
_NEST = regex(
    r"""@Controller\(\s*["'`]/?([\w/-]+)["'`]\s*\)(?:(?!@Controller)[\s\S])*?"""
    r"""@Get\(\s*(?:["'`]/?([\w/-]*)["'`])?\s*\)([^{]*)"""
)
_USE = regex(r"""\b\w+\.use\(\s*(?:["'`](/[^"'`]*)["'`]\s*,\s*)?([^\n]*)""")
_LAST = regex(r"""(?:.*,\s*)?(?:(\w+)(?:\.routes\(\))?|require\(\s*["'](\.[^"']+)["']\s*\))\s*\)\s*;?\s*\Z""")
_ROOT = regex(
    r"""\bapp\.get\(\s*["'`]/["'`]\s*,\s*(?:async\s*)?\(\w*(?:,\s*\w+)?\)\s*=>\s*"""
    r"""(?:\{\s*)?(?:return\s+)?\w+\.(?:send|json)\(\s*["'`{]"""
)
_LISTEN = regex(
    r"\.listen\(\s*(?:\{\s*port:\s*)?((?:Number|parseInt)\([^()\n]*\)|[^,)}\n]+?)\s*"
    r"(?:,\s*(?:host:\s*)?([\"'`][^\"'`]*[\"'`]|[\w.]+(?=\s*[,)}])))?\s*[,)}]"
)
#: a program that speaks a protocol of its own may not bear a connection that says nothing
_RAW_SOCKET = regex(r"""["'](?:node:)?(?:net|dgram)["']""")
_TLS = regex(r"\b(?:https|http2|tls)\.create|https:\s*\{")
#: `localhost` is ::1 first for Node (H02)
_ANY = ("", "0.0.0.0", "::", "127.0.0.1")
_UNKNOWN_HOST = "?"
_HOSTNAME = r"process\.env(?:\.HOSTNAME\b|\[[\"'`]HOSTNAME\b)"
#: a listener that is given the name of the container, which Docker sets, at once
_ON_HOSTNAME = regex(rf"\.listen\((?:[^;\n()=]|\([^()\n]*\))*{_HOSTNAME}")
_FROM_ENV = regex(
    r"(?:Number\(|parseInt\(|\+)?\s*process\.env\.(\w+)!?\s*(?:(?:,\s*10\s*)?\)\s*)?(?:\|\||\?\?)\s*[\"']?(\d{2,5})[\"']?(?:\s*,\s*10)?\s*\)?\Z"
)

_FROM_ENV_OR_NAME = regex(r"process\.env\.(\w+)!?\s*(?:\|\||\?\?)\s*([A-Za-z_$][\w$]*)\Z")


@dataclass(frozen=True, slots=True)
class _Route:
    path: str
    start: int
    end: int
    has_handler: bool


def node_health(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> Health | Refusal | None:
    """Return how a service of Node can be asked; a refusal where that is not known; None for no service of Node."""
    words = node_words(model, stage, files, program)
    lines = side_by_side(words)
    if lines is not None:
        return one_of(lines, [node_health(model, stage, files, line) for line in lines])
    if is_for_development(words):
        return Refusal("H14", f"`{' '.join(words)[:50]}` is a development server", "serve what the build makes")
    port = known_port(stage, words)
    if port is None and words and basename(words[0]) in ("node", "nodejs"):
        port = compiled_port(stage, words[-1])
    if port is not None:
        return port if isinstance(port, Refusal) else asked_by_node(port, prepares=True)
    sources = sources_of(model, stage, files, words)
    if sources is None:
        return None
    listener = _listener(stage, files, sources)
    if listener is None or isinstance(listener, Refusal):
        return listener
    called = words[0] if words and re.fullmatch(r"nodejs|/.*/node(?:js)?", words[0]) else "node"
    return _asked(stage, sources, listener, called)


def node_words(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command line that is really started: scripts of package.json followed, what stands before it left."""
    manifest = source_of(model, stage, files, "package.json")
    package = read_package(files, dirname(manifest)) if manifest else None
    reached = programs_of(package, program) if package is not None else (program,)
    words = reached[-1] if reached else ()
    while words and regex(r"\w+=").match(words[0]):  # cross-env, or plain assignments
        words = words[1:]
    if words[:1] in (("cross-env",), ("npx",), ("env",)):
        words = words[1:]
    return words


def sources_of(model: Model, stage: StageModel, files: Files, words: tuple[str, ...]) -> Sources | None:
    """Return what a command line of Node starts, with all that it imports; None for other programs."""
    if words and words[0].endswith((".js", ".mjs", ".cjs")) and _starts_node(stage):
        words = ("node", *words)
    path = entry_of(model, stage, files, words)
    return read_sources(files, path) if path is not None else None


def node_routes(sources: Sources) -> Iterator[str]:
    """Yield the paths that an application and its routers answer to GET, where the sources say all of them."""
    for route in _routes(sources):
        yield route.path
    yield from (found[1] for found in _RAW.finditer(sources.text))


def _listener(stage: StageModel, files: Files, sources: Sources) -> str | Refusal | None:
    """Return the one port that the sources listen on, as an expression of JavaScript; None where they do not."""
    listens = [found for found in _LISTEN.findall(sources.text) if found[0] not in ("(", "callback", "cb")]
    if not listens:
        return None
    if _RAW_SOCKET.search(sources.text) and "createServer" in sources.text:
        return Refusal("H10", "it may speak a protocol of its own", "write a HEALTHCHECK")
    ports = {_port(sources.text, given, stage) for given, _ in listens}
    hosts = {_host(sources.text, host) for _, host in listens}
    if stage.end.values.get("HOSTNAME") not in _ANY[1:] and _is_on_hostname(sources.text, listens):
        # Docker sets HOSTNAME to the container's name: the default behind it never counts
        return Refusal("H02", "it listens on the address that HOSTNAME names", "set ENV HOSTNAME=0.0.0.0")
    if len(ports) != 1:
        return Refusal("H10", "it listens on several ports, or on one of several", "write a HEALTHCHECK")
    host, port = next((h for h in hosts if h not in _ANY), ""), ports.pop()
    if host == _UNKNOWN_HOST:
        return Refusal("H02", "cannot tell the address that it listens on", "listen on 0.0.0.0, or write a HEALTHCHECK")
    if host:
        return Refusal("H02", f"it listens only on {host}", "listen on 0.0.0.0, or write a HEALTHCHECK")
    name = re.match(r"process\.env\.(\w+)", port or "")
    if port is None or (name is not None and is_in_dotenv(files, sources.paths, sources.text, name[1])):
        return Refusal("H04", "cannot tell the port from the sources", "write a HEALTHCHECK")
    return port


def _asked(stage: StageModel, sources: Sources, port: str, called: str) -> Health:
    """Return a request of the health route, or of `/` where the sources show its answer; else a connection."""
    text, route = sources.text, _route(sources)
    root = _ROOT.search(text)
    if route is None and root is not None:
        route = _Route("/", root.start(), root.end(), False)
    program = "/nodejs/bin/node" if stage.image is not None and stage.image.distro == "distroless" else called
    if route is None or _TLS.search(text) or not _has_fetch(stage) or _is_guarded(text, route):
        return asked_by_node(port, program)
    address = (
        f"'http://127.0.0.1:{port}{route.path}'" if port.isdigit() else f"'http://127.0.0.1:'+({port})+'{route.path}'"
    )
    script = f"fetch({address}).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"
    return Health(f"it answers {route.path}", (program, "-e", script))


def _is_on_hostname(text: str, listens: list[tuple[str, str]]) -> bool:
    """Tell whether a listener is given HOSTNAME, by itself or by a variable of that value."""
    names = {re.escape(host) for _, host in listens if re.fullmatch(r"\w+", host)}
    named = rf"\b(?:{'|'.join(sorted(names))})\s*=\s*{_HOSTNAME}" if names else "(?!)"
    return _ON_HOSTNAME.search(text) is not None or re.search(named, text) is not None


def _host(text: str, given: str) -> str:
    """Return the address that a listener is given, "" for none, `_UNKNOWN_HOST` for a name without a known value."""
    if not given or given[0] in "\"'`":
        return given.strip("\"'`")
    found = re.findall(
        rf"\b(?:const|let|var)\s+{re.escape(given)}\s*=\s*(?:process\.env\.\w+\s*(?:\|\||\?\?)\s*)?([^;\n]+)", text
    )
    literal = re.fullmatch(r"[\"'`]([^\"'`]*)[\"'`]", found[0].strip()) if len(found) == 1 else None
    if literal is not None:
        return literal[1]
    return _UNKNOWN_HOST if re.search(r"host|addr|bind|\bip\b", given, re.IGNORECASE) else ""


def _route(sources: Sources) -> _Route | None:
    """Return the first health route of the application, of a router whose place is known, or of a controller."""
    text = sources.text
    for route in _routes(sources):
        if re.fullmatch(PATH, route.path):
            return route
    for pattern in (_RAW, _MOUNTED):
        found = pattern.search(text)
        if found:
            return _Route(found[1], found.start(), found.end(), False)
    return _nest(text)


def _routes(sources: Sources) -> Iterator[_Route]:
    for match in _ROUTE.finditer(sources.text):
        prefix = _prefix(sources, match[1], match.start())
        if prefix is not None:
            path = (prefix.rstrip("/") + match[2]).rstrip("/")
            yield _Route(path, match.start(), match.end(), True)


def _prefix(sources: Sources, name: str, at: int, depth: int = 3) -> str | None:
    """Return the path below which an object of the file at an offset answers; None where that is not known."""
    if name in ("app", "server", "fastify"):
        return ""
    file = sources.file_at(at)
    if not depth or not sources.is_router(file, name):
        return None
    found: list[str | None] = []
    for match in _USE.finditer(sources.text):
        last = _LAST.match(match[2])
        where = sources.file_at(match.start())
        if last is not None and sources.resolved(where, last[1] or "", last[2] or "") == (file, name):
            above = _prefix(sources, match[0].partition(".")[0], match.start(), depth - 1)
            found.append(None if above is None else above + (match[1] or "").rstrip("/"))
    return found[0] if len(found) == 1 else None


def _nest(text: str) -> _Route | None:
    prefixes = re.findall(r"setGlobalPrefix\(\s*([^)\n]*)", text)
    literal = re.fullmatch(r"[\"'`]/?([\w/-]+)[\"'`]", prefixes[0].strip()) if len(prefixes) == 1 else None
    if (prefixes and literal is None) or "enableVersioning" in text:
        return None
    for match in _NEST.finditer(text):
        above = re.split(r"[;}]", text[max(0, match.start() - 200) : match.start()])[-1]
        if re.search(r"UseGuards|Redirect|HttpCode", above + match[0]):
            continue
        parts = [literal[1] if literal else "", match[1], match[2] or ""]
        path = "/" + "/".join(part.strip("/") for part in parts if part)
        if re.fullmatch(PATH, path):
            return _Route(path, match.start(), match.end(), False)
    return None


def _is_guarded(text: str, route: _Route) -> bool:
    """Tell whether something stands before a route that may refuse, redirect, or move it to another path."""
    is_nest = "@Controller" in text[route.start : route.end]
    guards = [match for match in _GUARDS.finditer(text) if not (is_nest and match[0] == "setGlobalPrefix")]
    if guards or (route.has_handler and not _HANDLER.match(text, route.end)):
        return True
    if is_nest and re.search(r"useGlobalGuards|APP_GUARD", text):
        return True
    refuses = re.search(r"\b40[13]\b|nauthorized|orbidden", text) is not None
    for used in _USES.findall(text):
        path = re.match(r"[\"'`](/[^\"'`]*)", used)
        if path is not None and not route.path.startswith(path[1].rstrip("*/")):
            continue
        if _REFUSES.search(used) or (refuses and re.match(r"(?:async\s*)?(?:\(|function|\w+\s*\))", used)):
            return True
    return False


def _starts_node(stage: StageModel) -> bool:
    """Tell whether the base image itself starts Node with what CMD says."""
    known = stage.root.image.entrypoint if stage.root.image is not None else None
    return isinstance(known, tuple) and bool(known) and basename(known[0]) in ("node", "nodejs")


def _port(text: str, given: str, stage: StageModel) -> str | None:
    """Return the port as digits, or as an expression that Node reads from the environment (H04)."""
    for _ in range(3):
        if given.isdigit():
            return given
        match = _FROM_ENV.match(given)
        if match:
            return f"process.env.{match[1]}||{match[2]}"
        named = _FROM_ENV_OR_NAME.match(given)
        if named:
            default = _port(text, named[2], stage)
            return f"process.env.{named[1]}||{default}" if default and default.isdigit() else None
        only = re.fullmatch(r"process\.env\.(\w+)!?", given)
        if only and (stage.end.values.get(only[1]) or "").isdigit():
            return f"process.env.{only[1]}"
        setting = re.match(r"\w+\.get\(\s*[\"'](\w+)[\"']", given)
        if setting:
            made = re.findall(rf"\.set\(\s*[\"']{setting[1]}[\"']\s*,\s*([^;\n]+?)\s*\)\s*(?:;|$)", text, re.MULTILINE)
            if len(made) != 1:
                return None
            given = made[0]
            continue
        if not re.fullmatch(r"[A-Za-z_$][\w$]*", given):
            return None
        values = re.findall(rf"\b(?:const|let|var)\s+{re.escape(given)}\s*(?::[\w| ]+)?=\s*([^;\n]+)", text)
        values = [value for value in values if ".address()" not in value]  # asked of the listener itself
        if len(values) != 1:
            return None
        given = values[0].strip()
    return None


def _has_fetch(stage: StageModel) -> bool:
    """Tell whether Node is 18 or later, as far as the image tells (H01)."""
    reference, image = stage.root.reference, stage.image
    if image is None:
        return False  # a tag of somebody's image says nothing of Node
    name = reference.repository.rpartition("/")[2] if reference else ""
    tag = reference.tag or "" if reference else ""
    match = re.match(r"nodejs(\d+)", name) or (re.match(r"v?(\d+)", tag) if name == "node" else None)
    if match:
        return whole(match[1]) >= 18
    if name == "node":
        return True  # latest, lts, slim …
    return image is not None and (image.release or image.release_floor) in ("bookworm", "trixie", "24.04", "noble")
