"""The health route of a Python service: Flask, with its blueprints, and FastAPI, with its routers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.process import without_runner
from hardener.project.context import Files
from hardener.rules.healthcheck.probe import PATH, Health, asked_by_python, is_in_dotenv, source_of
from hardener.rules.healthcheck.python_ports import SERVERS, listener_port, server_port
from hardener.rules.healthcheck.python_settings import with_settings
from hardener.shell.invocation import invocation

_ROUTE = regex(r"""@(\w+)\.(?:get|route|api_route)\(\s*["'](/?[^"']*)["'](?![^)\n]*methods=\[["']POST)""")
_MADE = r"(?:Blueprint|APIRouter)\("
_ROOT = regex(r"""@app\.(?:get|route)\(\s*["']/["']\s*\)\s*\n(?:async )?def \w+\(\)[^\n]*:\s*\n\s+return\s+f?["'{]""")
#: where the next route begins; other decorators of the same function, such as one that asks for a login, are no end
_NEXT = regex(r"\n@\w+\.(?:get|post|put|patch|delete|head|route|api_route|websocket|\w*errorhandler|on_event)\(")
_IMPORT = regex(r"^[ \t]*(?:from\s+(\.*[\w.]*)\s+import\s+([\w, ]+)|import\s+([\w.]+))", re.MULTILINE)
_PYTHON_GUARDS = regex(
    r"TrustedHost|HTTPSRedirect|before_request|Talisman|SSLify|SERVER_NAME|host_matching|BaseHTTPMiddleware|root_path"
    r"|@app\.middleware|\bapp\s*=\s*(?:APIRouter|Blueprint)|(?:FastAPI|Flask)\([^)]*(?:dependencies|subdomain|host)"
)
_PYTHON_REFUSES = regex(r"Depends\(|Security\(|auth|login|jwt|token|requires|permission", re.IGNORECASE)
#: what an application does before it answers for the first time (H06)
_PREPARES = regex(r"\blifespan\s*=|\bon_event\(\s*[\"']startup|\bon_startup\s*=")
_LIMIT = 60


def python_health(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> Health | Refusal | None:
    """Return how a service of Python can be asked; a refusal where that is not known; None for another program."""
    command = without_runner(program)
    in_environment = command != program
    call = invocation(command)
    if call is None:
        return None
    name, rest = call.program, list(program[call.rest :])
    if "runserver" in rest[:2] or name == "runserver":
        return Refusal("H14", "`runserver` is a development server", "start gunicorn or uvicorn")
    path = _entry(model, stage, files, name, rest)
    texts = _texts(files, path) if path is not None else {}
    port: str | Refusal | None
    own, whole = texts.get(path or "", ""), "\n".join(texts.values())
    if name in SERVERS or name in ("flask", "uwsgi"):
        port = server_port(stage, name, with_settings(model, stage, files, name, rest))
    elif path is not None:
        port = listener_port(own, whole)
    else:
        return None
    if port is None or isinstance(port, Refusal):
        return port
    variable = re.match(r"os\.environ\W+(?:get\W+)?(\w+)", port)
    if variable is not None and is_in_dotenv(files, texts, whole, variable[1]):
        return Refusal("H04", "the port comes from a file .env", "write a HEALTHCHECK")
    if in_environment and _is_debian_python(stage):
        return Refusal(
            "H01", f"`{program[0]}` may run a Python of its own", "use an image of python, or write a HEALTHCHECK"
        )
    python = "python3" if _is_debian_python(stage) else "python"
    if re.fullmatch(r"/.*/python[\d.]*", program[0]):
        python = program[0]
    found = _route(whole) or _root(own)
    plain = (
        not re.search(r"--(ssl-)?(keyfile|certfile)|root_path|--root-path|--cert", " ".join(rest)) and "ssl" not in own
    )
    prepares = _PREPARES.search(whole) is not None or name in ("gunicorn", "uwsgi")
    guarded = found is None or _PYTHON_GUARDS.search(whole) or _PYTHON_REFUSES.search(found[1])
    if found is None or guarded or not plain or not re.search(r"\b(?:Flask|FastAPI)\(", whole):
        return asked_by_python(port, python, prepares)
    script = f"import urllib.request as u;u.urlopen('http://127.0.0.1:{port}{found[0]}',timeout=3)"
    if not port.isdigit():
        script = f"import os,urllib.request as u;u.urlopen('http://127.0.0.1:'+{port}+'{found[0]}',timeout=3)"
    return Health(f"it answers {found[0]}", (python, "-c", script), prepares)


def _root(text: str) -> tuple[str, str] | None:
    """Return `/` with the text of its function where that function only answers with a literal."""
    root = _ROOT.search(text)
    return ("/", text[root.start() :][:400]) if root is not None else None


def _entry(model: Model, stage: StageModel, files: Files, name: str, rest: list[str]) -> str | None:
    """Return the file with the application that a server, Flask or Python itself starts."""
    if name in SERVERS:
        target = next((word for word in rest if re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*(?:\(\))?", word)), None)
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


def python_routes(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths that an application, its blueprints and routers answer to GET; () for another program."""
    call = invocation(without_runner(program))
    path = _entry(model, stage, files, call.program, list(program[call.rest :])) if call is not None else None
    whole = "\n".join(_texts(files, path).values()) if path is not None else ""
    return tuple(path for path, _ in _routes(whole))


def _route(text: str) -> tuple[str, str] | None:
    """Return the first health route with the text of its function; the place of its blueprint or router is known."""
    for path, match in _routes(text):
        plain = path.rstrip("/")
        if plain and re.fullmatch(PATH, plain):
            return path, _NEXT.split(text[match.end() :])[0][:400]
    return None


def _routes(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield the routes of an application and of what is registered in it, each with where it stands."""
    for match in _ROUTE.finditer(text):
        prefix = "" if match[1] == "app" else _prefix(text, match[1])
        if prefix is not None:
            path = (prefix + "/" + match[2].lstrip("/")).rstrip("/")
            slash = "/" if path and match[2].endswith("/") and match[2] != "/" and match[1] != "app" else ""
            yield path + slash, match


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


def _is_debian_python(stage: StageModel) -> bool:
    reference = stage.root.reference
    return reference is None or not reference.repository.endswith("/python")
