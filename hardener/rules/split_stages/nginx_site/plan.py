"""Whether a site can be served by nginx as its server serves it, and what the two stages hold (S20)."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field, replace
from hardener.image.files import is_within
from hardener.image.frontend import frontend_reaches
from hardener.image.model import Model
from hardener.image.process import services_of
from hardener.image.runs import COMMENTED
from hardener.project.context import Files
from hardener.rules.split_stages import propose
from hardener.rules.split_stages.candidate import candidate
from hardener.rules.split_stages.languages.node.static_site import unwritten
from hardener.rules.split_stages.model import Case
from hardener.rules.split_stages.nginx_site.checks import rewritten
from hardener.rules.split_stages.nginx_site.configuration import configuration
from hardener.rules.split_stages.nginx_site.servers import Served, served
from hardener.syntax.dockerfile.continuations import comment_lines
from hardener.syntax.dockerfile.nodes import Healthcheck, Instruction

#: what the runtime stage is built on; a tag that updates move
BASE = "nginxinc/nginx-unprivileged:1.29-alpine"
#: what the configuration of the image says, whatever serves in it
_KEPT = frozenset(("EXPOSE", "LABEL", "VOLUME", "MAINTAINER"))
#: what only the old server needs
_GONE = frozenset(("CMD", "ENTRYPOINT", "STOPSIGNAL", "HEALTHCHECK"))
_PATH = regex(r"/[\w./@+-]+\Z")
_BY_HAND = "write the stage by hand"


@dataclass(frozen=True, slots=True)
class Site:
    """A site that nginx can serve.

    Attributes:
        folder: the absolute path of what is served.
        lines: of the configuration.
        name: of the build stage.
        server: the one that goes.
        runtime: instructions of the stage that go over to the runtime stage, each with what it becomes there.
        dropped: instructions that neither stage has.
        doubts: what is not as before.
    """

    folder: str
    lines: tuple[str, ...]
    name: str
    server: str
    runtime: dict[Instruction, Instruction] = field(default_factory=dict)
    dropped: frozenset[Instruction] = frozenset()
    doubts: tuple[str, ...] = ()


def site(model: Model, files: Files) -> Site | Refusal | None:
    """Return how nginx serves what the final stage serves; None where that is no server of files.

    Args:
        model: the file.
        files: the build context as far as it is known; what else is wanted is noted there.
    """
    stage = candidate(model)
    case = propose.case_of(model, stage, files) if stage is not None else None
    if stage is None or case is None:
        return None
    alone = (served(replace(case, programs=(program,))) for program in case.programs)
    known = next((found for found in alone if found is not None), None)
    if known is None or isinstance(known, Refusal):
        return known
    refusal = propose.shape(case) or _writing(model) or _callers(case, known)
    if refusal is None and len(case.programs) > 1:
        refusal = Refusal("S20", f"the image starts more than {known.server}", _BY_HAND)
    folder = _folder(case, known)
    if refusal is not None:
        return refusal
    if isinstance(folder, Refusal):
        return folder
    runtime = _runtime(case, known)
    if isinstance(runtime, Refusal):
        return runtime
    dropped = _dropped(case, runtime)
    if any(comment_lines(node.text) for node in dropped):
        return COMMENTED
    lists = "" if known.is_single else "folders without index.html are not listed"
    root = case.stage.end.workdir or "/"
    called = bool(services_of(model, stage, files))
    doubts = (
        "nginx sends its own headers, answers GET and HEAD, and listens on IPv4",
        lists,
        "a read-only file system needs a /tmp that can be written" if called else "",
        unwritten(case, folder, root),
    )
    name = propose.free_name(model, stage)
    lines = configuration(known, folder)
    return Site(folder, lines, name, known.server, runtime, dropped, tuple(filter(None, doubts)))


def _folder(case: Case, known: Served) -> str | Refusal:
    root = case.stage.end.workdir
    if root is None:
        return Refusal("S20", "cannot tell which folder is served", "write WORKDIR without variables")
    folder = posixpath.normpath(posixpath.join(root, known.folder))
    if folder == root or not is_within(folder, root) or not _PATH.match(folder):
        return Refusal("S20", f"the site is {folder}, the sources are in {root}", "serve the folder of the build")
    return folder


def _writing(model: Model) -> Refusal | None:
    """Return why the configuration cannot be written into the file."""
    if model.has_custom_frontend or not frontend_reaches(model, (1, 4)):
        return Refusal("P45", "the language of `# syntax=` has no here-documents", "use docker/dockerfile:1")
    return None


def _callers(case: Case, known: Served) -> Refusal | None:
    """Return what compose files, manifests and command lines say of the old server."""
    services = services_of(case.model, case.stage, case.project.files)
    for service in services:
        if service.entrypoint or service.command:
            words = " ".join((*service.entrypoint, *service.command))[:50]
            return Refusal("S20", f"{service.file} starts `{words}`, which nginx has not", "drop its command")
        if service.probes or (service.check and service.check != ("NONE",)):
            return Refusal("H08", f"{service.file} runs a check in the container", "check the port instead")
        if any(word.startswith("PORT=") and word != f"PORT={known.port}" for word in service.environment):
            return Refusal("S20", f"{service.file} sets PORT, and nginx reads none", "name the port in CMD")
    assumed = case.project.files.assumed
    if known.port < 1024 and not (assumed.low_ports or assumed.runtime == "docker"):
        return Refusal("U11", f"nginx would listen on port {known.port} without root", "state `low-ports`, or use 8080")
    return None


def _runtime(case: Case, known: Served) -> dict[Instruction, Instruction] | Refusal:
    """Return what goes over to the runtime stage."""
    found: dict[Instruction, Instruction] = {}
    for step in case.steps:
        node = step.node
        if isinstance(node, Healthcheck):
            check = rewritten(case.model, node, known.port)
            if isinstance(check, Refusal):
                return check
            found[node] = check
        elif node.name in _KEPT:
            if "$" in node.text:
                return Refusal("S24", f"{node.name} has a variable of the build stage", "write its value")
            found[node] = node
    return found


def _dropped(case: Case, runtime: dict[Instruction, Instruction]) -> frozenset[Instruction]:
    """Return what goes: what starts the old server or installs it alone, and settings behind the last step."""
    found = {step.node for step in case.steps if step.node.name in _GONE and step.node not in runtime}
    for step in case.steps:
        calls = step.calls if isinstance(step.calls, tuple) else ()
        if calls and all(_installs_server(call.name, call.words) for call in calls):
            found.add(step.node)
    for step in reversed(case.steps):
        if step.node.name in ("RUN", "COPY", "ADD") and step.node not in found:
            break
        if step.node.name in ("ENV", "USER", "ARG", "SHELL"):
            found.add(step.node)
    return frozenset(found)


def _installs_server(name: str, words: tuple[str, ...]) -> bool:
    """Tell whether a command does no more than install the server for all users."""
    packages = {re.sub(r"(?<=.)@.*", "", word) for word in words if not word.startswith("-")}
    packages -= {"install", "i", "add", "global"}
    asks = {"-g", "--global", "global"} & set(words)
    return name in ("npm", "yarn", "pnpm") and bool(asks) and packages in ({"serve"}, {"http-server"}, {"sirv-cli"})
