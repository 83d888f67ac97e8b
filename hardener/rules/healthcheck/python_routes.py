"""The health route of a Python service: Flask, with its blueprints, and FastAPI, with its routers."""

from __future__ import annotations

import re
from posixpath import dirname, join

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.rules.healthcheck.probe import ANY, GUARDED, PATH, Health, no_route, source_of
from hardener.shell.invocation import invocation

_ROUTE = regex(r"""@(\w+)\.(?:get|route|api_route)\(\s*["'](/?[^"']*)["'](?![^)\n]*methods=\[["']POST)""")
_MADE = r"(?:Blueprint|APIRouter)\("
_ROOT = regex(r"""@app\.(?:get|route)\(\s*["']/["']\s*\)\s*\n(?:async )?def \w+\(\)[^\n]*:\s*\n\s+return\s+f?["'{]""")
#: where the next route begins; other decorators of the same function, such as one that asks for a login, are no end
_NEXT = regex(r"\n@\w+\.(?:get|post|put|patch|delete|head|route|api_route|websocket|\w*errorhandler|on_event)\(")
_IMPORT = regex(r"^[ \t]*(?:from\s+(\.*[\w.]*)\s+import\s+([\w, ]+)|import\s+([\w.]+))", re.MULTILINE)
_RUN = regex(r"^[ \t]*(?:app|uvicorn)\.run\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", re.MULTILINE)
_PORT_OF_ENV = regex(r"""int\(\s*os\.(?:environ\.get|getenv)\(\s*["'](\w+)["']\s*,\s*["']?(\d{2,5})["']?\s*\)\s*\)""")
_PYTHON_GUARDS = regex(
    r"TrustedHost|HTTPSRedirect|before_request|Talisman|SSLify|SERVER_NAME|host_matching|BaseHTTPMiddleware|root_path"
    r"|@app\.middleware|\bapp\s*=\s*(?:APIRouter|Blueprint)|(?:FastAPI|Flask)\([^)]*(?:dependencies|subdomain|host)"
)
_PYTHON_REFUSES = regex(r"Depends\(|Security\(|auth|login|jwt|token|requires|permission", re.IGNORECASE)
#: what an application does before it answers for the first time (H06)
_PREPARES = regex(r"\blifespan\s*=|\bon_event\(\s*[\"']startup|\bon_startup\s*=")
_SERVERS = ("uvicorn", "gunicorn", "hypercorn", "fastapi")
_LIMIT = 60


def python_health(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> Health | Refusal | None:
    """Return how a service of Python can be asked; a refusal where that is not known; None for another program."""
    call = invocation(program)
    if call is None:
        return None
    name, rest = call.program, list(program[call.rest :])
    path = _entry(model, stage, files, name, rest)
    if path is None:
        return None
    texts = _texts(files, path)
    own, whole = texts[path], "\n".join(texts.values())
    serves = name in (*_SERVERS, "flask") or _RUN.search(own) is not None
    if not serves or not re.search(r"\b(?:Flask|FastAPI)\(", whole):
        return None if name not in _SERVERS else no_route(path, len(texts) - 1)  # a worker may import the application
    found, doubt = _route(whole), ""
    if found is None:
        root = _ROOT.search(own)
        if root is None:
            return no_route(path, len(texts) - 1)
        found, doubt = ("/", own[root.start() :][:400]), f"`/` answers in {path}, and may not tell of health"
    if _PYTHON_GUARDS.search(whole) or _PYTHON_REFUSES.search(found[1]):
        return GUARDED
    if re.search(r"--(ssl-)?(keyfile|certfile)|--uds|unix:|root_path|--root-path|--cert", " ".join(rest)):
        return Refusal("H10", "it does not speak plain HTTP")
    port = _port_of(stage, name, rest, own)
    if isinstance(port, Refusal):
        return port
    script = f"import urllib.request as u;u.urlopen('http://127.0.0.1:{port}{found[0]}',timeout=3)"
    if not port.isdigit():
        script = f"import os,urllib.request as u;u.urlopen('http://127.0.0.1:'+{port}+'{found[0]}',timeout=3)"
    argv = ("python3" if _is_debian_python(stage) else "python", "-c", script)
    return Health(found[0], argv, _PREPARES.search(whole) is not None, doubt)


def _entry(model: Model, stage: StageModel, files: Files, name: str, rest: list[str]) -> str | None:
    """Return the file with the application that a server, Flask or Python itself starts."""
    if name in _SERVERS:
        target = next((word for word in rest if re.fullmatch(r"[\w.]+:app", word)), None)
        module = target.partition(":")[0] if target else ""
    elif name == "flask" and "run" in rest:
        given = re.search(r"(?:--app|-A)[ =](\S+)", " ".join(rest))
        module = given[1] if given else stage.end.values.get("FLASK_APP") or "app"
        module = module.partition(":")[0].removesuffix(".py").replace("/", ".")
    elif re.fullmatch(r"python[\d.]*", name):
        file = next((word for word in rest if not word.startswith("-")), "")
        return source_of(model, stage, files, file) if file.endswith(".py") else None
    else:
        return None
    place = module.replace(".", "/")
    if not place:
        return None
    return source_of(model, stage, files, f"{place}.py") or source_of(model, stage, files, f"{place}/__init__.py")


def _texts(files: Files, first: str) -> dict[str, str]:
    """Return the text of a module and of what it imports from the project, comments left out."""
    tree, root = files.tree, dirname(first)
    queue, found = [first], dict[str, str]()
    while queue and tree is not None and len(found) < _LIMIT:
        path = queue.pop(0)
        if path in found:
            continue
        found[path] = re.sub(r"(?m)^[ \t]*#.*$", "", files.text(path) or "")
        for module, names, plain in _IMPORT.findall(found[path]):
            dots = len(module) - len(module.lstrip("."))
            base = dirname(path)
            for _ in range(dots - 1):
                base = dirname(base)
            place = (module.lstrip(".") or "") if module else plain
            for folder in (base,) if dots else (root, base, dirname(root)):
                below = join(folder, place.replace(".", "/")) if place else folder
                options = [below, *(join(below, one.strip()) for one in names.split(","))]
                queue += [p + e for p in options for e in (".py", "/__init__.py") if tree.is_file(p + e)]
    return found


def _route(text: str) -> tuple[str, str] | None:
    """Return the first health route with the text of its function; the place of its blueprint or router is known."""
    for match in _ROUTE.finditer(text):
        prefix = "" if match[1] == "app" else _prefix(text, match[1])
        path = None if prefix is None else (prefix + "/" + match[2].lstrip("/")).rstrip("/")
        if path and re.fullmatch(PATH, path):
            slash = "/" if match[2].endswith("/") and match[2] != "/" and match[1] != "app" else ""
            return path + slash, _NEXT.split(text[match.end() :])[0][:400]
    return None


def _prefix(text: str, name: str) -> str | None:
    """Return the path below which a blueprint or router answers; None where it is not registered exactly once."""
    made = re.findall(rf"(?m)^{name}\s*(?::\s*\w+)?\s*=\s*{_MADE}([^)]*)\)", text)
    names = rf"(?:\w+\.)*{name}"
    used = re.findall(rf"\bapp\.(register_blueprint|include_router)\(\s*{names}\s*(?:,([^)]*))?\)", text)
    if len(made) != 1 or len(used) != 1 or "dependencies" in made[0] + used[0][1] or "subdomain" in made[0]:
        return None
    how, options = used[0]
    inner, outer = _given(made[0]), _given(options)
    if inner is None or outer is None:
        return None
    return outer + inner if how == "include_router" else outer or inner


def _given(options: str) -> str | None:
    """Return the prefix that a call is given, "" for none; None for one that is no literal."""
    if "prefix" not in options:
        return ""
    found = re.search(r"""\b(?:url_)?prefix\s*=\s*["'](/[\w/-]*)["']""", options)
    return found[1].rstrip("/") if found else None


def _port_of(stage: StageModel, name: str, rest: list[str], text: str) -> str | Refusal:
    """Return the port as digits, or as an expression that Python reads from the environment (H04)."""
    unknown = Refusal("H04", "cannot tell the port from the command", "name the port in it")
    if name in _SERVERS:
        return _python_port(name, rest) or unknown
    if name == "flask":
        given = re.search(r"(?:--port|-p)[ =]?(\S+)", " ".join(rest))
        port = given[1] if given else stage.end.values.get("FLASK_RUN_PORT") or "5000"
        return port if port.isdigit() else unknown
    found = _RUN.findall(text)
    if len(found) != 1:
        return Refusal("H04", "cannot tell the port from the sources", "write a HEALTHCHECK")
    if "ssl" in found[0]:
        return Refusal("H10", "it does not speak plain HTTP")
    host = re.search(r"""\bhost\s*=\s*["']([^"']*)["']""", found[0])
    if host is not None and host[1] not in ANY:
        return Refusal("H02", f"it listens only on {host[1]}", "listen on 0.0.0.0, or write a HEALTHCHECK")
    return _named_port(found[0], text) or Refusal("H04", "cannot tell the port from the sources", "write a HEALTHCHECK")


def _named_port(call: str, text: str) -> str | None:
    if not re.search(r"\bport\s*=", call):
        return None if "*" in call else "8000" if "uvicorn.run" in text else "5000"
    given = re.search(r"\bport\s*=\s*(.*)", call)
    value = given[1] if given else ""
    name = re.match(r"([A-Za-z_]\w*)\s*(?:,|\Z)", value)
    if name:
        values = re.findall(rf"(?m)^[ \t]*{name[1]}\s*=\s*(.+)$", text)
        value = values[0] if len(values) == 1 else ""
    plain = re.match(r"(\d{2,5})\s*(?:,|\Z)", value)
    if plain:
        return plain[1]
    env = _PORT_OF_ENV.match(value)
    return f"os.environ.get('{env[1]}','{env[2]}')" if env else None


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
        if host is not None and host[1] not in ANY:
            return None
        return match[1] if match else "8000" if "--port" not in words else None
    binds = re.findall(r"(?:-b|--bind)[ =]?([\w.\[\]:]*):(\d+)", words)
    return binds[0][1] if len(binds) == 1 and binds[0][0] in ANY else None
