"""A web server in a file: what it needs to start without root, collected from its settings and its callers."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import dataclass, field
from hardener.image.data_folders import judged
from hardener.image.files import is_within
from hardener.image.model import Model, StageModel
from hardener.knowledge.servers import ServerFacts
from hardener.syntax.dockerfile.views import pairs


@dataclass(slots=True)
class Server:
    """What a web server needs to start without root.

    Attributes:
        facts: of the server.
        argv: how it is started. writes: what the scripts write that start it.
        folders: to be the user's, themselves. files: to make and give away. trees: to give away with what is in them.
        ports: that it listens on, 0 for one that is not known; None where the settings do not tell.
        doubt: what is not known, "" where everything is.
    """

    facts: ServerFacts
    argv: tuple[str, ...]
    writes: tuple[str, ...] = ()
    folders: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    trees: list[str] = field(default_factory=list)
    ports: list[int] | None = None
    doubt: str = ""

    def doubts(self, why: str) -> None:
        """Note the first thing that is not known."""
        self.doubt = self.doubt or why

    def gives_all(self, folder: str) -> None:
        """Note a folder that is given away with all that lies in it."""
        self.trees += [folder] if folder not in self.trees else []

    def gives(self, path: str, what: str) -> None:
        """Note a folder that the user must be able to make files in."""
        path = f"/run{path[8:]}" if is_within(path, "/var/run") else path
        if any(is_within(path, known) for known in (*self.facts.free, *self.trees)) or path in self.folders:
            return
        found = judged(path)
        if isinstance(found, Refusal):
            self.doubts(f"{what} in {path}, a folder that harden does not give away")
        elif found is not None:
            self.folders.append(found)


def has_scripts(stage: StageModel, facts: ServerFacts) -> bool:
    """Tell whether the entry point of the base image runs its scripts before the server."""
    return bool(facts.scripts) and stage.entrypoint.stage is None and (stage.cmd.argv or ("",))[0] in facts.programs


def environment(model: Model, stage: StageModel) -> dict[str, str]:
    """Return what ENV sets, the last counts."""
    found: dict[str, str] = {}
    for link in reversed(stage.chain):
        for node in link.node.body:
            for name, _ in pairs(node, model.escape) if node.name == "ENV" else ():
                found[name] = stage.end.values.get(name) or ""
    return found
