"""The health route of a service in Go: net/http, Gin, Echo, Fiber, chi and gorilla/mux."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.image.runs import read_run
from hardener.packages.managers import INSTALLS
from hardener.project.context import Files
from hardener.rules.healthcheck.go_ports import go_port
from hardener.rules.healthcheck.go_program import go_sources
from hardener.rules.healthcheck.probe import PATH, Health, is_in_dotenv
from hardener.syntax.dockerfile.nodes import Run

#: what makes the router of a service, and how it is told of a GET
_MADE = regex(
    r"(?<![.\w])(\w+)\s*:?=\s*(http\.NewServeMux|gin\.Default|gin\.New|mux\.NewRouter|chi\.NewRouter|chi\.NewMux|echo\.New"
    r"|fiber\.New)\("
)
_METHODS = {"http": "HandleFunc|Handle", "mux": "HandleFunc", "gin": "GET", "echo": "GET", "chi": "Get", "fiber": "Get"}
_DEFAULT_ROUTER = regex(r"\bhttp\.Handle(?:Func)?\(")
#: a part of the service whose place, or what stands before it, is told elsewhere
_NESTED = regex(r"\.(?:Route|Mount|With|PathPrefix|Subrouter)\(|StripPrefix|\.Group\(\s*func")
#: behind the path there is one handler, and nothing that may refuse
_HANDLER = regex(r"\s*,\s*(?:func\b|(?:http\.HandlerFunc\(\s*)?[\w.]+\s*\))")
#: matchers of gorilla/mux behind a route, other than of GET
_MATCHERS = regex(r"[^\n]*\)\s*\.(?:Host|Schemes|Headers\w*|Queries|MatcherFunc|Methods\((?![^)\n]*(?:GET|MethodGet)))")
_USED = regex(r"\.Use\(([^\n]*)")
_HARMLESS = regex(
    r"(?i)\s*(?:[\w.]*(?:logger|logging|recover|recovery|recoverer|requestid|realip|cors|gzip|compress|prometheus|metrics|heartbeat)"
    r"[\w.]*(?:\([^()\n]*\))?,?\s*)+\)\s*\Z"
)
_REFUSES = regex(r"(?i)auth|jwt|token|secure|redirect|https|allowed?hosts|limit")


#: what chooses by the words of the command line what the program does
_COMMANDS = regex(r"cobra|urfave/cli|os\.Args|kong\.|subcommands|kingpin|flag\.Args?\(|ffcli")
#: what in a handler may answer that not everybody is welcome, or that GET is not
_TURNS_AWAY = regex(
    r"(?i)auth|token|forbidden|redirect|\b(?:30[1278]|401|403|405)\b|methodpost|\"post\"|remoteaddr|\.host\b"
)
#: statements that write an answer or a log
_WRITES = regex(
    r"(?:\s*(?:return\s+|_, _ = )?(?:fmt\.F?[Pp]rint(?:f|ln)?|\w+\.Write|io\.WriteString|log\.Print(?:f|ln)?"
    r"|\w+\.Header\(\)\.Set|\w+\.WriteHeader|c\.(?:String|JSON|SendString))"
    r"\((?:[^()]|\([^()]*\))*\)\s*)+"
)
_FUNCTION = regex(r"(?m)^func (?:\([^)\n]*\) )?(\w+)\(")


@dataclass(frozen=True, slots=True)
class _Router:
    name: str
    kind: str


def go_health(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> Health | Refusal | None:
    """Return how a service of Go can be asked; a refusal where that is not known; None for no service of Go."""
    sources = go_sources(model, stage, files, program[0])
    if sources is None:
        return None
    text = sources.text
    router = _router(text)
    if any(not word.startswith("-") for word in program[1:]) and _COMMANDS.search(text):
        why = f"cannot tell from the sources what `{' '.join(program)[:50]}` does"
        return Refusal("H03", why, "write a HEALTHCHECK")
    port = go_port(text, router.name if router is not None else "", stage)
    if port is None or isinstance(port, Refusal):
        return port
    variable = re.match(r"\$\{(\w+)", port)
    if variable is not None and is_in_dotenv(files, sources.paths, text, variable[1]):
        return Refusal("H04", "the port comes from a file .env", "write a HEALTHCHECK")
    route = _route(text, router) if router is not None else None
    if route is None:
        why = "cannot tell from the sources which route answers everybody"
        return Refusal("H03", why, "add a route such as /healthz, or write a HEALTHCHECK")
    asks = _asks(model, stage)
    if isinstance(asks, Refusal):
        return asks
    address = f"http://127.0.0.1:{port}{route}"
    shell = ("sh", "-c", f'{" ".join(asks)} "{address}"')
    return Health(f"it answers {route}", (*asks, address) if port.isdigit() else shell)


def _router(text: str) -> _Router | None:
    """Return the one router of the sources, None where there are several or it is not known."""
    made = [(found[1], found[2].partition(".")[0]) for found in _MADE.finditer(text)]
    standard = _DEFAULT_ROUTER.search(text) is not None
    if len(made) != 1:
        return _Router("http", "http") if standard and not made else None
    name, kind = made[0]
    if standard or len(re.findall(rf"(?<![.\w]){name}\s*(?:,\s*\w+\s*)?:?=(?!=)", text)) != 1:
        return None
    return _Router(name, kind)


def _route(text: str, router: _Router) -> str | None:
    """Return the first health route that answers whoever asks; None where there is none, or something may refuse."""
    if _NESTED.search(text) or any(not _HARMLESS.match(used) for used in _USED.findall(text)):
        return None
    verb = r"(?:GET )?" if router.kind == "http" else ""
    names = [re.escape(router.name), *_parameters(text, router)]
    # one tab: not below a condition
    pattern = rf'(?m)^\t(?:{"|".join(names)})\.(?:{_METHODS[router.kind]})\(\s*"{verb}({PATH})"'
    for found in re.finditer(pattern, text):
        rest = text[found.end() :]
        line = rest.partition("\n")[0]
        if not _HANDLER.match(rest) or _REFUSES.search(line):
            continue
        if router.kind == "mux" and _MATCHERS.match(rest):
            continue
        if _is_called(text, found.start()) and _lets_in(text, rest):
            return found[1]
    return _root(text, names, router)


def _lets_in(text: str, rest: str) -> bool:
    """Tell whether the sources show a handler, named or written in place, and nothing in it that may refuse a GET."""
    if re.match(r"\s*,\s*func\b", rest):
        bodies = [rest.partition("\n\t})")[0] if "\n" in rest.partition("})")[0] else rest.partition("\n")[0]]
    else:
        named = re.match(r"\s*,\s*(?:http\.HandlerFunc\(\s*)?(?:\w+\.)*(\w+)", rest)
        name = named[1] if named is not None else ""
        bodies = re.findall(rf"(?m)^func (?:\([^)\n]*\) )?{name}\([^\n]*(?:\n(?!}})[^\n]*)*", text)
    return bool(bodies) and not any(_TURNS_AWAY.search(body) for body in bodies)


def _root(text: str, names: list[str], router: _Router) -> str | None:
    """Return "/" where the sources show that its handler only writes an answer."""
    pattern = (
        rf'(?m)^\t(?:{"|".join(names)})\.(?:{_METHODS[router.kind]})\(\s*"(?:GET )?/(?:\{{\$\}})?"\s*,\s*(\w+)\)\s*$'
    )
    for found in re.finditer(pattern, text):
        function = re.search(rf"(?m)^func {found[1]}\([^\n]*\{{\n([\s\S]*?)\n\}}", text)
        if function is not None and _is_called(text, found.start()) and _only_writes(function[1]):
            return "/"
    return None


def _only_writes(body: str) -> bool:
    """Tell whether a handler does nothing but write an answer that says all is well."""
    plain = re.sub(r'"(?:\\.|[^"\\\n])*"|`[^`]*`', '""', body)
    return _WRITES.fullmatch(plain) is not None and not re.search(
        r"\b[345]\d\d\b|\.Status(?!OK)|\.WriteHeader\((?!200\)|http\.StatusOK\))"
        r"|c\.(?:String|JSON)\((?!200,|http\.StatusOK,)",
        plain,
    )


def _is_called(text: str, at: int) -> bool:
    """Tell whether the function around an offset is main, or called somewhere."""
    above = [found[1] for found in _FUNCTION.finditer(text, 0, at)]
    return bool(above) and (above[-1] == "main" or len(re.findall(rf"\b{above[-1]}\(", text)) > 1)


def _parameters(text: str, router: _Router) -> tuple[str, ...]:
    """Return the names under which functions are given the router: those of its type, which no group has."""
    types = {"gin": r"\*gin\.Engine", "echo": r"\*echo\.Echo", "fiber": r"\*fiber\.App", "http": r"\*http\.ServeMux"}
    kind = types.get(router.kind)
    named = set(re.findall(rf"[(,]\s*(\w+)\s+{kind}\b", text)) if kind and router.name != "http" else set[str]()
    return tuple(sorted(name for name in named if not re.search(rf"(?<![.\w]){name}\s*:?=(?!=)", text)))


def _asks(model: Model, stage: StageModel) -> tuple[str, ...] | Refusal:
    """Return the command that asks for an address: of busybox, or a package that the image installs (H01)."""
    image = stage.image
    installed = _installed(model, stage)
    if "curl" in installed or (image is not None and image.has_curl):
        return ("curl", "-fs", "--noproxy", "127.0.0.1", "-o", "/dev/null")
    if image is not None and image.distro in ("alpine", "busybox") and "wget" not in installed:
        return ("wget", "-q", "-Y", "off", "-O", "/dev/null")
    if image is not None and image.distro in ("distroless", "scratch"):
        why = "the image has neither a shell nor a program that can ask"
        return Refusal("H01", why, "let the program ask itself, and name that in a HEALTHCHECK")
    return Refusal("H01", "the image may have no program that can ask", "install curl, or write a HEALTHCHECK")


def _installed(model: Model, stage: StageModel) -> frozenset[str]:
    """Return which of curl and wget the image installs."""
    found = set[str]()
    for link in reversed(stage.chain):
        for node in link.node.body:
            body = read_run(model, link, node) if isinstance(node, Run) else None
            for command in body.commands if body is not None else ():
                names = {word.value for word in command.operands} & {"curl", "wget"}
                if command.meanings & INSTALLS:
                    found |= {name for name in names if name}
                elif names:
                    found -= names
    return frozenset(found)
