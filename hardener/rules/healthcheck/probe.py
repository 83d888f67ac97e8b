"""A health check as it is written, and what both languages need to find one."""

from __future__ import annotations

from posixpath import join, normpath

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.copies import absolute, in_context
from hardener.image.model import Model, StageModel
from hardener.image.placement import origin_of, placements
from hardener.project.context import Files

#: what the address of a listener may be for 127.0.0.1 to reach it
ANY = ("", "0.0.0.0", "::", "localhost", "127.0.0.1")
GUARDED = Refusal("H03", "something else may answer on the health route", "write a HEALTHCHECK")
#: the last part of a route that tells of health, and what may stand in front
WORDS = r"health|healthz|healthcheck|health-check|livez|readyz|ready|status|ping|_health"
PATH = rf"(?:/(?:api|v\d+|internal|public|rest|system|monitoring))*/(?:{WORDS})(?:/(?:live|ready))?"
#: --start-interval would need Engine 25 (H06)
_TIMES = "--interval=30s --timeout=3s --start-period="


@dataclass(frozen=True, slots=True)
class Health:
    """A route that answers, and the command that asks it.

    Attributes:
        path: the route.
        argv: what asks it.
        prepares: it may be a while until it answers at all.
        doubt: why it may not tell of health, "" where it does.
    """

    path: str
    argv: tuple[str, ...]
    prepares: bool = False
    doubt: str = ""

    @property
    def options(self) -> str:
        """The options of HEALTHCHECK."""
        return _TIMES + ("60s" if self.prepares else "10s")


def no_route(path: str, others: int) -> Refusal:
    """Return the refusal for a service without a health route in a file and in `others` that it imports."""
    more = f" and {others} file{'s' if others > 1 else ''} that it imports" if others else ""
    return Refusal("H03", f"no health route in {path}{more}", "add a route /health, or write a HEALTHCHECK")


def source_of(model: Model, stage: StageModel, files: Files, name: str) -> str | None:
    """Return the file of the context that lies where the program looks for `name`, through other stages too."""
    tree, body = files.tree, stage.node.body
    place = absolute(stage.end.workdir, name)
    if tree is None or place is None or not body:
        return None
    brought = placements(model, stage, body[-1], tree)
    found = origin_of(brought, normpath(join(stage.end.workdir or "/", name)), tree)
    found = found or in_context(model, stage, place, files)
    return normpath(found.lstrip("/")) if found else None
