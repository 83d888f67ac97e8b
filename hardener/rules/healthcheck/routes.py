"""A health route that the sources of a service show, and how to ask it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.image.placement import origin_of, placements
from hardener.image.process import programs
from hardener.project.context import ContextTree, Files
from hardener.project.node.package_json import read_package
from hardener.shell.invocation import invocation
from hardener.syntax.dockerfile.nodes import Healthcheck

_PATH = (
    r"(/(?:api/)?(?:health|healthz|healthcheck|health-check|livez|readyz|ready|status|ping|_health)"
    r"(?:/(?:live|ready))?)"
)
#: a route of the application itself; one of a router may be mounted below another path (H03)
_NODE_ROUTE = regex(
    rf"""\b(?:app|server|fastify)\.(?:get|all)\(\s*["'`]{_PATH}/?["'`]|\.url\s*={{2,3}}\s*["']{_PATH}["']"""
)
_PYTHON_ROUTE = regex(rf"""@app\.(?:get|route|api_route)\(\s*["']{_PATH}/?["'](?![^)\n]*methods=\[["']POST)""")
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
_PYTHON_GUARDS = regex(
    r"TrustedHost|HTTPSRedirect|before_request|Talisman|SSLify|SERVER_NAME|host_matching|BaseHTTPMiddleware|root_path"
    r"|@app\.middleware|\bapp\s*=\s*(?:APIRouter|Blueprint)|(?:FastAPI|Flask)\([^)]*(?:dependencies|subdomain|host)"
)
_PYTHON_REFUSES = regex(r"Depends\(|Security\(|auth|login|jwt|token|requires|permission", re.IGNORECASE)
_LISTEN = regex(r"\.listen\(\s*(?:\{\s*port:\s*)?([^,)}\n]+?)\s*(?:,\s*(?:host:\s*)?([\"'`][^\"'`]*[\"'`]))?\s*[,)}]")
_FROM_ENV = regex(r"(?:Number\(|parseInt\(|\+)?\s*process\.env\.(\w+)\s*(?:\|\||\?\?)\s*[\"']?(\d{2,5})[\"']?\)?\Z")
_IMPORT = regex(r"""(?:\brequire\s*\(\s*|\bfrom\s+|^[ \t]*import\s+)["'](\.[^"'\n]+)["']""", re.MULTILINE)
_ANY = ("", "0.0.0.0", "::", "localhost", "127.0.0.1")
_COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
#: --start-interval would need Engine 25 (H06)
_TIMES = "--interval=30s --timeout=3s --start-period="
#: what an application does before it answers for the first time (H06)
_PREPARES = regex(r"\blifespan\s*=|\bon_event\(\s*[\"']startup|\bon_startup\s*=")


@dataclass(frozen=True, slots=True)
class Health:
    """A route that answers, and the command that asks it; `prepares`: it may be a while until it answers at all."""

    path: str
    port: str
    argv: tuple[str, ...]
    prepares: bool = False

    @property
    def options(self) -> str:
        """The options of HEALTHCHECK."""
        return _TIMES + ("60s" if self.prepares else "10s")


def health(model: Model, stage: StageModel, files: Files) -> Health | Refusal | None:
    """Return how the final stage's service can be asked; a refusal where it is a service whose route is not known."""
    if not (stage.is_final and stage.is_leaf) or _has_check(stage) or files.tree is None:
        return None
    if stage.image is None or stage.image.windows or stage.image.healthcheck:
        return None
    if any("healthcheck:" in (files.text(path) or "") for path in _COMPOSE):
        return None
    named = programs(model, stage)
    if len(named) != 1:
        return None
    return _node(model, stage, files, named[0]) or _python(model, stage, files, named[0])


def _has_check(stage: StageModel) -> bool:
    return any(isinstance(node, Healthcheck) for link in stage.chain for node in link.node.body)


def _file(model: Model, stage: StageModel, tree: ContextTree, name: str) -> str | None:
    """Return the file of the context that lies where the program looks for `name`; the stage must have copied it."""
    body = stage.node.body
    if not body or stage.end.workdir is None:
        return None
    brought = placements(model, stage, body[-1], tree)
    return origin_of(brought, normpath(join(stage.end.workdir, name)), tree)


def _node(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> Health | Refusal | None:
    words = list(program)
    tree = files.tree
    if tree is None:
        return None
    if words[:1] == ["npm"] and [w for w in words[1:] if w != "run"] == ["start"]:
        manifest = _file(model, stage, tree, "package.json")
        package = read_package(files, dirname(manifest)) if manifest else None
        words = package.scripts.get("start", "").split() if package is not None else []
    if words and words[0].endswith((".js", ".mjs", ".cjs")) and _starts_node(stage):
        words = ["node", *words]
    if not words or basename(words[0]) not in ("node", "nodejs"):
        return None
    entry = next((word for word in words[1:] if not word.startswith("-")), None)
    path = _file(model, stage, tree, entry) or _file(model, stage, tree, f"{entry}.js") if entry else None
    if path is None:
        return None
    texts = list(_node_texts(files, path))
    whole = "\n".join(texts)
    listens = _LISTEN.findall(whole)
    if not listens:
        return None
    route = _NODE_ROUTE.search(whole)
    if route is None:
        return Refusal(
            "H03", "harden found no health route in the sources", "add a route /health, or write a HEALTHCHECK"
        )
    if _is_guarded(whole, route):
        return _GUARDED
    if len(set(listens)) != 1 or re.search(r"\b(https|http2|tls)\.create|https:\s*\{", whole):
        return Refusal("H10", "it listens on several addresses, or with TLS")
    port = _node_port(whole, listens[0][0])
    host = listens[0][1].strip("\"'`")
    if host not in _ANY:
        return Refusal("H02", f"it listens only on {host}", "listen on 0.0.0.0, or write a HEALTHCHECK")
    if port is None:
        return Refusal("H04", "cannot tell the port from the sources", "write a HEALTHCHECK")
    if not _has_fetch(stage):
        return Refusal("H01", "this version of Node is unknown or has no fetch", "use node:18 or later")
    known = route[1] or route[2]
    literal = port.isdigit()
    address = f"'http://127.0.0.1:{port}{known}'" if literal else f"'http://127.0.0.1:'+({port})+'{known}'"
    script = f"fetch({address}).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"
    program_name = "/nodejs/bin/node" if stage.image is not None and stage.image.distro == "distroless" else "node"
    return Health(known, port, (program_name, "-e", script))


_GUARDED = Refusal("H03", "something else may answer on the health route", "write a HEALTHCHECK")


def _is_guarded(text: str, route: re.Match[str]) -> bool:
    """Tell whether something stands before a route that may refuse, redirect, or move it to another path."""
    if _GUARDS.search(text) or (route[1] and not _HANDLER.match(text, route.end())):
        return True
    refuses = re.search(r"\b40[13]\b|nauthorized|orbidden", text) is not None
    for used in _USES.findall(text):
        path = re.match(r"[\"'`](/[^\"'`]*)", used)
        if path is not None and not (route[1] or route[2]).startswith(path[1].rstrip("*/")):
            continue
        if _REFUSES.search(used) or (refuses and re.match(r"(?:async\s*)?(?:\(|function|\w+\s*\))", used)):
            return True
    return False


def _starts_node(stage: StageModel) -> bool:
    """Tell whether the base image itself starts Node with what CMD says."""
    known = stage.root.image.entrypoint if stage.root.image is not None else None
    return isinstance(known, tuple) and bool(known) and basename(known[0]) in ("node", "nodejs")


def _node_texts(files: Files, first: str) -> Iterator[str]:
    queue, seen = [first], {first}
    while queue:
        path = queue.pop(0)
        text = files.text(path) or ""
        yield re.sub(r"^[ \t]*//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/", "", text, flags=re.MULTILINE)
        for name in _IMPORT.findall(text):
            place = normpath(join(dirname(path), name))
            tree = files.tree
            endings = ("", ".js", ".mjs", ".cjs", "/index.js")
            found = next((place + e for e in endings if tree is not None and tree.is_file(place + e)), None)
            if found is not None and found not in seen and len(seen) < 100:
                seen.add(found)
                queue.append(found)


def _node_port(text: str, given: str) -> str | None:
    """Return the port as digits, or as an expression that Node reads from the environment (H04)."""
    for _ in range(3):
        if given.isdigit():
            return given
        match = _FROM_ENV.match(given)
        if match:
            return f"process.env.{match[1]}||{match[2]}"
        if not re.fullmatch(r"[A-Za-z_$][\w$]*", given):
            return None
        values = re.findall(rf"\b(?:const|let|var)\s+{re.escape(given)}\s*=\s*([^;\n]+)", text)
        if len(values) != 1:
            return None
        given = values[0].strip()
    return None


def _has_fetch(stage: StageModel) -> bool:
    """Tell whether Node is 18 or later, as far as the image tells (H01)."""
    reference, image = stage.root.reference, stage.image
    name = reference.repository.rpartition("/")[2] if reference else ""
    tag = reference.tag or "" if reference else ""
    match = re.match(r"nodejs(\d+)", name) or (re.match(r"v?(\d+)", tag) if name == "node" else None)
    if match:
        return int(match[1]) >= 18
    if name == "node":
        return True  # latest, lts, slim …
    return image is not None and (image.release or image.release_floor) in ("bookworm", "trixie", "24.04", "noble")


def _python(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> Health | Refusal | None:
    tree = files.tree
    call = invocation(program)
    if call is None:
        return None
    name, rest = call.program, list(program[call.rest :])
    if tree is None or name not in ("uvicorn", "gunicorn", "hypercorn", "fastapi"):
        return None
    target = next((w for w in rest if re.fullmatch(r"[\w.]+:app", w)), None)
    module = target.partition(":")[0].replace(".", "/") if target else None
    path = (
        (_file(model, stage, tree, f"{module}.py") or _file(model, stage, tree, f"{module}/__init__.py"))
        if module
        else None
    )
    if path is None:
        return None
    text = re.sub(r"(?m)^[ \t]*#.*$", "", files.text(path) or "")
    route = _PYTHON_ROUTE.search(text)
    if route is None:
        return Refusal(
            "H03", "harden found no health route in the sources", "add a route /health, or write a HEALTHCHECK"
        )
    rest_of = re.split(r"\n@app\.|\Z", text[route.end() :])[0][:400]
    if _PYTHON_GUARDS.search(text) or _PYTHON_REFUSES.search(rest_of):
        return _GUARDED
    if re.search(r"--(ssl-)?(keyfile|certfile)|--uds|unix:|root_path|--root-path", " ".join(rest)):
        return Refusal("H10", "it does not speak plain HTTP")
    port = _python_port(name, rest)
    if port is None:
        return Refusal("H04", "cannot tell the port from the command", "name the port in it")
    address = f"http://127.0.0.1:{port}{route[1]}"
    script = f"import urllib.request as u;u.urlopen('{address}',timeout=3)"
    argv = ("python3" if _is_debian_python(stage) else "python", "-c", script)
    return Health(route[1], port, argv, prepares=_PREPARES.search(text) is not None)


def _is_debian_python(stage: StageModel) -> bool:
    reference = stage.root.reference
    return reference is None or not reference.repository.endswith("/python")


def _python_port(name: str, rest: list[str]) -> str | None:
    words = " ".join(rest)
    if "$" in words:
        return None
    if name in ("uvicorn", "fastapi"):
        match = re.search(r"--port[ =](\d+)", words)
        host = re.search(r"--host[ =](\S+)", words)
        if host is not None and host[1] not in _ANY:
            return None
        return match[1] if match else "8000" if "--port" not in words else None
    binds = re.findall(r"(?:-b|--bind)[ =]?([\w.\[\]:]*):(\d+)", words)
    return binds[0][1] if len(binds) == 1 and binds[0][0] in _ANY else None
