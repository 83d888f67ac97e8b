"""cd-workdir (HD116)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import join, normpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.image.runs import COMMENTED, RunBody, read_run
from hardener.rules.base import Rule, Safety
from hardener.shell.model import Command
from hardener.syntax.dockerfile.nodes import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    Healthcheck,
    Instruction,
    Label,
    Run,
    ShellForm,
    Stage,
    StopSignal,
    User,
    Workdir,
)
from hardener.syntax.dockerfile.views import copy_words, mounts
from hardener.text import Edit, apply_edits

#: a folder that WORKDIR and `cd` understand alike
_PLAIN = regex(r"(?:\.?/)*[\w@+][\w./@+-]*\Z|/\Z")
#: what tells the folder before from the one of now, or goes elsewhere by the name of a variable
_ASKS = regex(r"\bOLDPWD\b|\bPWD\b|\bpwd\b|~[+-]|\bcd\s+-(?:\s|\Z)|\bDIRSTACK\b|\bdirs\b|\bpopd\b")
#: instructions that do nothing in the folder, or that count where the stage ends
_INDIFFERENT = (Arg, Cmd, Entrypoint, Env, Expose, Healthcheck, Label, StopSignal, User)
#: how many RUN instructions a WORKDIR is worth where they are the last ones of a stage
_SEVERAL = 2
_NOTHING = "this RUN has no effect: each RUN starts in WORKDIR again"


class CdWorkdir(Rule):
    """Say the folder in WORKDIR, not in each RUN.

    ## What it does
    Takes `cd FOLDER &&` from the beginning of a RUN whose WORKDIR is that folder already. Of several RUN instructions
    in a row that begin with the same `cd FOLDER &&`, and of one that stands before the next WORKDIR, it makes
    `WORKDIR FOLDER` above them. Tells of a RUN that only changes the folder.

    ## Why
    The folder is said once, in the instruction that is made for it, and it holds for what is added later. `RUN cd
    FOLDER` alone looks as if it did the same, and does nothing.

    ## Example
    ```dockerfile
    FROM node:24-slim AS build
    WORKDIR /app
    COPY . .
    RUN cd /app/web && npm ci
    RUN cd /app/web && npm run build

    FROM nginx:1.29
    COPY --from=build /app/web/dist /usr/share/nginx/html
    ```
    becomes
    ```dockerfile
    FROM node:24-slim AS build
    WORKDIR /app
    COPY . .
    WORKDIR /app/web
    RUN npm ci
    RUN npm run build

    FROM nginx:1.29
    COPY --from=build /app/web/dist /usr/share/nginx/html
    ```

    ## Fix safety
    Each command runs in the folder that it ran in before, and the image keeps its folder: another WORKDIR follows
    before anything depends on it, or the stage only builds. All of the RUN depends on `cd` by `&&`, so that the folder
    exists where the build succeeds. A RUN that asks for its folder (`pwd`, `$OLDPWD`, `cd -`) stays.

    ## When it only reports
    - C25: what follows, or the image, would be in another folder; and `RUN cd FOLDER` alone
    - P01: a comment stands between `cd` and the command

    One RUN that goes to a folder for its own commands is right as it is, and nothing is said.
    """

    code = "HD116"
    name = "cd-workdir"
    safety = Safety.SAFE
    effects = frozenset({Effect.RUN, Effect.WORKDIR})
    needs = frozenset({"Run"})

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return ("cd ", "cd\t")

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the RUN instructions of one stage: first those that are where they go, then the others."""
        stage = self.model.stage_of(original)
        runs = [node for node in original.body if isinstance(node, Run)]
        moves = {run: move for run in runs if (move := _move(self.model, stage, run)) is not None}
        if not moves:
            return updated
        changed = self._without_needless(stage, updated, moves)
        return changed if changed is not updated else self._with_workdirs(stage, updated, moves)

    def _without_needless(self, stage: StageModel, updated: Stage, moves: dict[Run, _Move]) -> Stage:
        for run, move in moves.items():
            if move.is_alone:
                why = Refusal("C25", "the folder is forgotten where the RUN ends", "write WORKDIR, or remove it")
                self.report(run, updated, why, _NOTHING)
            elif move.is_there:
                message = f"`cd {move.written}` goes where WORKDIR is already"
                updated = self._replaced(updated, (run,), moves, message, ())
        return updated

    def _with_workdirs(self, stage: StageModel, updated: Stage, moves: dict[Run, _Move]) -> Stage:
        for runs in _groups(stage.node.body, moves):
            if moves[runs[0]].is_there:
                continue  # the change was not wanted
            folder = moves[runs[0]].folder
            many = f"{len(runs)} RUN instructions in a row begin" if len(runs) > 1 else "the RUN begins"
            message = f"{many} with `cd {moves[runs[0]].written}`, which WORKDIR says once"
            rest = stage.node.body[stage.node.body.index(runs[-1]) + 1 :]
            if _is_free(self.model, stage, rest, moves):
                updated = self._replaced(updated, runs, moves, message, (self.model.style.words(Workdir, folder),))
            elif len(runs) >= _SEVERAL:
                why = Refusal("C25", "what follows would be in another folder", "write WORKDIR before and after them")
                self.report(runs, updated, why, message)
        return updated

    def _replaced(
        self, updated: Stage, runs: tuple[Run, ...], moves: dict[Run, _Move], message: str, above: tuple[Workdir, ...]
    ) -> Stage:
        """Return the stage with RUN instructions without their `cd`, and what is to stand above them."""
        if any(moves[run].has_comment for run in runs):
            return self.report(runs, updated, COMMENTED, message)
        body: list[Instruction] = []
        for node in updated.body:
            body += above if node is runs[0] else ()
            body.append(moves[node].without(node) if isinstance(node, Run) and node in runs else node)
        return self.rewrite(runs, updated, updated.with_changes(body=tuple(body)), message)


@dataclass(frozen=True, slots=True)
class _Move:
    """A RUN that begins with `cd`: the folder as written and as a whole path, and what is cut to leave it out.

    Attributes:
        is_alone: nothing follows.
        is_there: WORKDIR is that folder.
    """

    written: str
    folder: str
    cut: Edit
    has_comment: bool
    is_alone: bool = False
    is_there: bool = False

    def without(self, run: Run) -> Run:
        """Return the RUN without it."""
        return run.with_changes(arguments=ShellForm(apply_edits(run.text, [self.cut])))


def _move(model: Model, stage: StageModel, node: Run) -> _Move | None:
    """Return how a RUN begins with `cd` to a folder that is known, None where it does not."""
    if not node.text.lstrip().startswith("cd"):
        return None
    run = read_run(model, stage, node)
    where = (stage.states[node].workdir or "") if stage.fixes_folder(node) else ""
    first = run.body.top[0].command if run is not None and run.body.top else None
    written = _target(first) if first is not None else ""
    if run is None or not written or _is_changed(run, node):
        return None
    top = run.body.top
    if len(top) == 1:
        return _Move(written, "", Edit(0, 0, ""), has_comment=False, is_alone=True)
    folder = normpath(join(where or "/", written))
    if not (where or written.startswith("/")) or _is_mounted(node, folder) or "CDPATH" in model.tree.code:
        return None
    cut = Edit(run.line.raw(top[0].start), run.line.raw(top[1].start), "")
    return _Move(
        written, folder, cut, "#" in run.raw[cut.start : cut.end], is_there=bool(where) and folder == normpath(where)
    )


def _target(command: Command) -> str:
    """Return the folder of a plain `cd FOLDER`, "" for everything else."""
    if command.name != "cd" or len(command.words) != 2 or command.assignments or command.redirects:
        return ""
    word = command.words[1].value or ""
    return word if command.plain and _PLAIN.match(word) and ".." not in word else ""


def _is_changed(run: RunBody, node: Run) -> bool:
    """Tell whether a RUN may do otherwise without its `cd`: it asks for folders, or goes on where `cd` fails."""
    body = run.body
    lists = any(item.operator not in ("", "&&") for item in body.top)
    return lists or body.background or body.heredoc or _ASKS.search(node.code) is not None


def _is_mounted(node: Run, folder: str) -> bool:
    """Tell whether a folder may be there only while the RUN runs."""
    for mount in mounts(node):
        target = mount.target or ""
        if not target.startswith("/") or (folder + "/").startswith(normpath(target).rstrip("/") + "/"):
            return True
    return False


def _groups(body: Sequence[Instruction], moves: dict[Run, _Move]) -> Iterator[tuple[Run, ...]]:
    """Yield RUN instructions that stand in a row and go to one folder."""
    group: list[Run] = []
    for node in body:
        move = moves.get(node) if isinstance(node, Run) else None
        if group and (move is None or move.is_alone or move.folder != moves[group[0]].folder):
            yield tuple(group)
            group = []
        if isinstance(node, Run) and move is not None and not move.is_alone:
            group.append(node)
    if group:
        yield tuple(group)


def _is_free(model: Model, stage: StageModel, rest: Sequence[Instruction], moves: dict[Run, _Move]) -> bool:
    """Tell whether nothing after a place depends on the folder there."""
    for node in rest:
        if isinstance(node, Workdir) and node.text.strip().startswith("/"):
            return True
        if isinstance(node, Run):
            move = moves.get(node)
            if move is None or not move.written.startswith("/"):
                return False
        elif isinstance(node, Copy | Add):
            target = copy_words(node, model.escape).target
            if not target.startswith("/"):
                return False
        elif not isinstance(node, _INDIFFERENT):
            return False
    return not (stage.is_final or stage.children or stage.declares_start) and stage.is_copied_from
