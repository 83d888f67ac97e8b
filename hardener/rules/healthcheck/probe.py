"""A health check as it is written, and what both languages need to find one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from posixpath import dirname, join, normpath

from hardener.fast.records import dataclass
from hardener.image.file_contents import in_context
from hardener.image.files import absolute, brought_before
from hardener.image.model import Model, StageModel
from hardener.project.context import Files

#: what the address of a listener may be for 127.0.0.1 to reach it
ANY = ("", "0.0.0.0", "::", "localhost", "127.0.0.1")
#: the last part of a route that tells of health, and what may stand in front
WORDS = r"health|healthz|healthcheck|health-check|livez|readyz|ready|status|ping|_health"
PATH = rf"(?:/(?:api|v\d+|internal|public|rest|system|monitoring))*/(?:{WORDS})(?:/(?:live|ready))?"
#: --start-interval would need Engine 25 (H06)
_TIMES = "--interval=30s --timeout=3s --start-period="


@dataclass(frozen=True, slots=True)
class Health:
    """A route or port that answers, and the command that asks it.

    Attributes:
        answers: what does, in words.
        argv: what asks it.
        prepares: it may be a while until it answers at all.
        doubt: what the files do not show about the image.
    """

    answers: str
    argv: tuple[str, ...]
    prepares: bool = False
    doubt: str = ""

    @property
    def options(self) -> str:
        """The options of HEALTHCHECK."""
        return _TIMES + ("60s" if self.prepares else "10s")


def asked_by_node(port: str, program: str = "node", prepares: bool = False) -> Health:
    """Return a check whether a port takes connections, by Node of any version; `port` is an expression of JavaScript.

    It asks for nothing, so that neither logins, TLS, nor the name of the host matter.
    """
    script = f"require('net').connect({port},'127.0.0.1',()=>process.exit(0)).on('error',()=>process.exit(1))"
    return Health(f"it listens on {_port_shown(port)}", (program, "-e", script), prepares)


def asked_by_python(port: str, program: str = "python", prepares: bool = False) -> Health:
    """Return a check whether a port takes connections, by Python 2 or 3; `port` is an expression of Python."""
    number = port if port.isdigit() else f"int({port})"
    modules = "socket" if port.isdigit() else "os,socket"
    script = f"import {modules};socket.create_connection(('127.0.0.1',{number}),3).close()"
    return Health(f"it listens on {_port_shown(port)}", (program, "-c", script), prepares)


def _port_shown(port: str) -> str:
    return f"port {port}" if port.isdigit() else "the port that the environment names"


def source_of(model: Model, stage: StageModel, files: Files, name: str) -> str | None:
    """Return the file of the context that lies where the program looks for `name`, through other stages too."""
    tree, body = files.tree, stage.node.body
    place = absolute(stage.end.workdir, name)
    if tree is None or place is None or not body:
        return None
    brought = brought_before(model, stage, body[-1], tree)
    found = brought.origin(normpath(join(stage.end.workdir or "/", name)))
    found = found or in_context(model, stage, place, files)
    return normpath(found.lstrip("/")) if found else None


def is_in_dotenv(files: Files, paths: Iterable[str], text: str, name: str) -> bool:
    """Tell whether a program of these sources reads a variable from a file .env, which the check does not (H04)."""
    if files.tree is None or not re.search(r"dotenv|ConfigModule|--env-file|loadEnvFile|decouple|environ\.Env", text):
        return False
    found = (join(place, ".env") for place in sorted({dirname(path) for path in paths} | {""}))
    texts = [files.text(path) or "" for path in found if files.tree.is_file(path)]
    return any(re.search(rf"(?m)^\s*(?:export\s+)?{name}\s*=", text) for text in texts)
