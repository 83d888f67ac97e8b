"""add-user: the process does not run as root."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import ClassVar

from hardener.errors import Refusal
from hardener.knowledge.images import BaseImage
from hardener.knowledge.users import UserPlan, create_user, needs_root
from hardener.rules.base import Lookup, Rule, Safety
from hardener.semantics.config import Effect
from hardener.semantics.model import Model, StageModel
from hardener.semantics.runtime import created_user, programs, writes_somewhere
from hardener.syntax.build import before_commands, finish_line
from hardener.syntax.nodes import Add, Cmd, Entrypoint, Flag, Instruction, Run, Stage, User

_MESSAGE = "the process runs as root"
#: interpreters and servers that need no file of their own to be writable
_KNOWN = re.compile(
    r"(node|nodejs|python[\d.]*|java|ruby|perl|php|gunicorn|uvicorn|hypercorn|daphne|flask|deno|bun|dotnet)\Z"
)
_USING_PATHS = ("RUN", "ENV", "COPY", "ADD", "WORKDIR", "CMD", "ENTRYPOINT")
_ROOT_HOME = re.compile(r"/root\b|~/|\$HOME|\$\{HOME|install --user|\bnvm\b|\brustup\b|\bplaywright\b")


class AddUser(Rule):
    """Run the final image as a user without privileges.

    ## What it does

    Adds USER with a numeric id before CMD and ENTRYPOINT of the final stage: the user that the file creates, the one
    that the base image has for it, or a new one, created the way the distribution does it.

    ## Why

    Root in the container is root for every file and device that is mounted, and one kernel fault away from the host.

    ## Example

    ```dockerfile
    FROM node:22-slim
    COPY server.js /app/server.js
    CMD ["node", "/app/server.js"]
    ```

    becomes

    ```dockerfile
    FROM node:22-slim
    COPY server.js /app/server.js
    USER 1000:1000
    CMD ["node", "/app/server.js"]
    ```

    ## Fix safety

    Hardening where the program is an interpreter or server that is known to write nothing by itself, and nothing in the
    file says that it needs root or writes; unsafe for other programs.

    ## When it only reports

    * U05: something lives below /root.
    * U08: the image drops privileges itself, or cannot run without root.
    * U11: a port below 1024 is exposed.
    * U13, U15, U24: a volume, a database, a development server or an installation at start: it writes.
    * U18, U19: no user can be created, or the name is taken.
    * U20: the program needs root, or a script does what is not known.
    * U21: the image is a GitHub action.
    """

    code: ClassVar[str] = "HD203"
    name: ClassVar[str] = "add-user"
    safety: ClassVar[Safety] = Safety.HARDENING
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.RUN, Effect.USER, Effect.COPY})
    after: ClassVar[tuple[str, ...]] = ("add-init",)

    @classmethod
    def lookups(cls, model: Model) -> Iterable[Lookup]:
        """Ask whether the build context is a GitHub action (U21)."""
        return (Lookup("file", "action.yml"), Lookup("file", "action.yaml"))

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the final stage if it runs as root and says what runs."""
        stage = self.model.stage_of(original)
        image = stage.image
        if not (stage.is_final and stage.is_leaf) or image is None or not stage.end.is_root:
            return updated
        own = created_user(self.model, stage)
        declared = [i for i in original.body if isinstance(i, Cmd | Entrypoint)]
        named = programs(self.model, stage)
        if not declared and own is None:
            return self._undeclared(original, updated, image)
        if declared and not named:
            return updated
        at = (original.from_, *original.body, *declared)[-1]
        refusal = self._refusal(stage, named)
        if refusal is not None:
            return self.report(at, updated, refusal, _MESSAGE)
        number = 65532 if stage.is_scratch else 10001
        plan = own or create_user(image, number=number)
        if isinstance(plan, Refusal):
            return self.report(at, updated, plan, _MESSAGE)
        unsafe = not all(_KNOWN.match(posixpath.basename(program[0])) for program in named if program)
        return self.rewrite(at, updated, self._with_user(updated, plan), _MESSAGE, unsafe=unsafe or not named)

    def _undeclared(self, original: Stage, updated: Stage, image: BaseImage) -> Stage:
        """Report a server that runs as its base image says and leaves root by itself (U08, U09)."""
        why = image.drops_privileges or image.needs_root
        if not why or not original.body:
            return updated
        return self.report(original.from_, updated, Refusal("U08", f"the image leaves root by itself: {why}"), _MESSAGE)

    def _refusal(self, stage: StageModel, named: tuple[tuple[str, ...], ...]) -> Refusal | None:
        image = stage.image
        assert image is not None
        if self.model.escape != "\\" or image.windows:
            return Refusal("Z09", "this is a Windows image, or may be one")
        if any(Lookup("file", name) in self.model.facts for name in ("action.yml", "action.yaml")):
            return Refusal("U21", "this is a GitHub action: GitHub runs it as root")
        if image.drops_privileges or image.needs_root:
            return Refusal("U08", f"the image leaves root by itself: {image.drops_privileges or image.needs_root}")
        if stage.entrypoint.argv is None or stage.cmd.argv is None:
            return Refusal("U20", "what runs is not known", "declare ENTRYPOINT and CMD in this file")
        for program in named:
            why = needs_root(program)
            if why:
                return Refusal("U20", why)
            first = posixpath.basename(program[0])
            if first.endswith(".sh") or (first in ("sh", "bash", "dash", "ash") and program[1:]):
                return Refusal("U20", f"what {' '.join(program[:2])} does is not known", "add USER if it needs no root")
        return self._file_refusal(stage) or writes_somewhere(named)

    def _file_refusal(self, stage: StageModel) -> Refusal | None:
        image = stage.image
        for link in stage.chain:
            for node in link.node.body:
                text = self.model.logical(node).text
                if node.name in _USING_PATHS and _ROOT_HOME.search(text):
                    return Refusal(
                        "U05", "something lives in root's home, which others cannot enter", "move it elsewhere"
                    )
                if node.name == "VOLUME":
                    return Refusal("U13", "a VOLUME belongs to root, and existing volumes keep their owner")
                if node.name == "EXPOSE" and any(_low(word) for word in text.split()):
                    return Refusal("U11", "a port below 1024 needs root on some platforms", "use a port from 1024 on")
        assert image is not None
        if isinstance(image.volumes, tuple) and image.volumes:
            return Refusal("U13", "the base image has volumes that belong to root")
        return None

    def _with_user(self, updated: Stage, plan: UserPlan) -> Stage:
        style = self.model.style
        number = f"{plan.uid}:{plan.gid}" if plan.gid >= 0 else str(plan.uid) if plan.uid >= 0 else str(plan.name)
        new: list[Instruction] = [style.shell(Run, plan.shell_command)] if plan.shell_command else []
        new.append(style.words(User, number))
        body = [_readable(node) for node in updated.body]
        place = before_commands(body)
        whole = updated.with_changes(body=tuple(body))
        if place == len(body):
            whole = finish_line(whole, style.newline)
        return whole.with_changes(body=(*whole.body[:place], *new, *whole.body[place:]))


def _low(word: str) -> bool:
    port = word.partition("/")[0].partition("-")[0]
    return not port.isdigit() or int(port) < 1024


def _readable(node: Instruction) -> Instruction:
    """Make what ADD fetches readable: it has mode 600 (U07)."""
    remote = isinstance(node, Add) and re.match(r"https?://", node.text) is not None
    if not remote or any(flag.text.startswith("--chmod") for flag in node.flags):
        return node
    return node.with_changes(flags=(*node.flags, Flag("--chmod=644", " ")))
