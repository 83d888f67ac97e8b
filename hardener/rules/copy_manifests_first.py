"""copy-manifests-first (HD401)."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import join, normpath

from hardener.errors import Refusal
from hardener.rules.base import Lookup, Rule, Safety
from hardener.semantics.config import Effect
from hardener.semantics.context import Files, wanted_by
from hardener.semantics.manifest_copy import ManifestCopy, Moved, plan
from hardener.semantics.model import Model
from hardener.semantics.words import split
from hardener.syntax.nodes import Add, BlankLine, Copy, ExecForm, Flag, Instruction, Run, ShellForm, Stage, Words


class CopyManifestsFirst(Rule):
    """Copy what an installation reads before it, and the sources after it.

    ## What it does
    The manifests, lock files and settings that the installation reads, and that are in the build context, get a
    `COPY` of their own; the `COPY` of the sources moves after the installation. A build step in the same RUN moves
    with it. A `WORKDIR` right after the RUN moves before it if only there the tool finds its manifest.

    ## Why
    A `RUN` is taken from the cache while all before it is unchanged. After `COPY . .` any change of any file installs
    all dependencies again; after the manifests alone, only a change of them does.

    ## Example
    The build context has package.json, package-lock.json and a .dockerignore with `node_modules`:
    ```dockerfile
    FROM node:22-bookworm-slim
    WORKDIR /app
    COPY . .
    RUN npm ci
    CMD ["node", "server.js"]
    ```
    becomes
    ```dockerfile
    FROM node:22-bookworm-slim
    WORKDIR /app
    COPY package.json package-lock.json ./
    RUN npm ci
    COPY . .
    CMD ["node", "server.js"]
    ```

    ## Fix safety
    It reads the build context: workspaces, local packages, included requirements files, projects of a solution,
    modules of a pom.xml are copied too. The folder that is filled (`node_modules`, `vendor`, `obj`) must be kept out
    by .dockerignore; unsafe where it is neither kept out nor there. Nothing moves past a RUN that may read the sources.

    ## When it only reports
    - C15: the build context is not known, a script that runs by itself or the installation itself reads the sources,
      what is filled is in the context, or a later COPY would be written over
    - P01: a comment stands where the RUN would be cut in two
    """

    code = "HD401"
    name = "copy-manifests-first"
    safety = Safety.HARDENING
    effects = frozenset({Effect.RUN, Effect.COPY, Effect.WORKDIR})
    after = ("locked-install", "copy-chmod-chown")

    @classmethod
    def lookups(cls, model: Model) -> Iterable[Lookup]:
        """Ask for the names in the context, and for the manifests."""
        return wanted_by(model.facts, lambda files: [plan(model, stage, files) for stage in model.stages])

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the first installation of the stage that comes after its sources."""
        found = plan(self.model, self.model.stage_of(original), Files(self.model.facts))
        if found is None:
            return updated
        run, made = found
        message = "any change of the sources runs the installation again: it comes after them"
        if isinstance(made, Refusal):
            return self.report(run, updated, made, message)
        if made.workdir is not None:
            message += "; and it runs where there is no manifest, before WORKDIR"
        if not made.is_certain:
            message += "; nothing keeps the folder that it fills out of the build context"
        places = (run, *(moved.node for moved in made.moved))
        return self.rewrite(places, updated, self._stage(updated, made), message, unsafe=not made.is_certain)

    def _stage(self, updated: Stage, made: ManifestCopy) -> Stage:
        moved = {one.node: one for one in made.moved}
        body: list[Instruction] = []
        for node in updated.body:
            if node is made.run:
                body += self._around(made)
            elif isinstance(node, Copy | Add) and node in moved:
                body += self._first(moved[node])
            elif node is not made.workdir:
                body.append(node)
        return updated.with_changes(body=tuple(body))

    def _around(self, made: ManifestCopy) -> list[Instruction]:
        """Return the installation and what comes after it: the sources, then the rest of its RUN."""
        run, newline = made.run, self.model.style.newline
        first = run.with_changes(arguments=ShellForm(made.parts[0]), eol=newline)
        sources: list[Instruction] = [self._relocated(one, made) for one in made.moved]
        rest = self.model.style.shell(Run, made.parts[1]) if made.parts[1] else None
        if rest is not None:
            rest = rest.with_changes(keyword=run.keyword, flags=tuple(Flag(f.text, f.gap) for f in run.flags))
        last = rest or sources[-1]
        sources = sources if rest is None else [*sources, rest]
        if not run.eol.endswith("\n"):
            sources[-1] = last.with_changes(eol="")
        return [*([made.workdir] if made.workdir is not None else []), first, *sources]

    def _relocated(self, one: Moved, made: ManifestCopy) -> Instruction:
        """Return the COPY at its new place: a relative target names the same folder as before."""
        stage = next(s for s in self.model.stages if one.node in s.states)
        before, after = stage.states[one.node].workdir, stage.states[made.run].workdir
        target = split(one.node.arguments, self.model.escape)[-1]
        if target.startswith("/") or (before == after and made.workdir is None):
            return one.node
        text = one.node.text
        at = text.rindex(target)
        absolute = one.target.rstrip("/") + "/"
        new = text[:at] + absolute + text[at + len(target) :]
        kind = ExecForm if isinstance(one.node.arguments, ExecForm) else Words
        return one.node.with_changes(arguments=kind(new))

    def _first(self, one: Moved) -> list[Instruction]:
        """Return the COPY instructions of the manifests, in the words of the one that moves."""
        words = split(one.node.arguments, self.model.escape)
        target = words[-1] if not isinstance(one.node.arguments, ExecForm) else one.target
        found: list[Instruction] = []
        for place, paths in one.first:
            rest = place.removeprefix(one.target.rstrip("/") + "/")
            name = _folder(target, one.target, rest)
            leading = tuple(BlankLine(t.text) for t in one.node.leading[:1] if isinstance(t, BlankLine) and not found)
            new = self.model.style.words(Copy, f"{' '.join(paths)} {name}")
            flags = tuple(Flag(flag.text, flag.gap) for flag in one.node.flags)
            found.append(new.with_changes(leading=leading, flags=flags))
        return found


def _folder(target: str, absolute: str, rest: str) -> str:
    """Return the target of a COPY below another one's target, as that one is written."""
    plain = target.strip("\"'")
    if "$" in plain and plain != target:
        plain = absolute
    base = "./" if normpath(plain) == "." else plain.rstrip("/") + "/"
    return join(base, rest) if rest else base
