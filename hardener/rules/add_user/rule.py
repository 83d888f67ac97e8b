"""add-user: the process does not run as root."""

from __future__ import annotations

import re
from typing import ClassVar

from hardener.errors import Refusal, Settled
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel, sources
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import Cmd, Entrypoint, Instruction, Run, ShellForm, Stage, User
from hardener.syntax.dockerfile.writer import before_commands, insert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.add_user.ownership import Gift
    from hardener.rules.add_user.rootless import Plan


_MESSAGE = "the process runs as root"
_TRIGGERS = Refusal(
    "P47",
    "ONBUILD steps run as this user in the images that are built on this one, and may need root",
    "set USER in those images",
)
_INSTALLS = r"\b(apt-get|apt|apk|dnf|yum|microdnf|zypper) (-\S+ )*(install|add|update|upgrade)\b"
_MAYBE = "the process may run as root: the file has no USER"
_UNKNOWN = Refusal("Z09", "cannot tell which users the base image has, nor how it creates one", "add USER")
_WORKSHOP = Refusal(
    "S28", "it starts a shell or an interpreter for a person to work in", "add USER if that needs no root"
)
_NO_ACCOUNT = "the image has no account for the number, and the program may ask for its name or home (U16)"
_WRITES = "cannot tell from the files where the program writes; `writable` in [tool.harden.assume] says it"
_NOTHING = Refusal("U20", "cannot tell which program the image runs, and what that needs", "add USER, or declare CMD")


class AddUser(Rule):
    """Run the final image as a user without privileges.

    ## What it does

    Adds USER with a numeric id before CMD and ENTRYPOINT of the final stage: the user that the file creates, the one
    that the base image has for it, or a new one with a home, created the way the distribution does it. The user
    becomes the owner of the program's folder and of every data folder that the file, the sources, their settings or
    compose files name. Where harden can show that the sources only read, the code stays root's, which is safer. Files
    that a RUN makes there by name change their owner in that RUN. WORKDIR /root becomes /app where root's home holds
    nothing but the program, copied by relative paths. A USER by name becomes a number; where the RUN that creates the
    account says none, harden works out what it gets and says it there too. The images of nginx, httpd and PHP start as
    the user of their workers: it gets the pid file, caches and logs that their settings name.

    Services of compose files that mount folders of the host, which keep their owner, go on as root: `user: root` is
    written into the compose file, in the same diff. So do those that get what is there for root alone: a mount in its
    home, a device, a capability, the processes of the host, a secret or tmpfs whose mode shuts others out, a volume
    that another image writes into too.

    Where the program writes among what a RUN makes there (a development server, a build, a script that makes data), or
    a RUN downloads into the home, USER stands before the RUN instructions that are shown to need no root (npm, yarn,
    pnpm and composer installations, builds of package.json, javac, downloads of models, scripts that are read): the
    folder is given away while it is empty, and what they make is the user's. What needs root stays above.

    ## Why

    Root in the container is root for every mounted file and device, and one kernel vulnerability away from root on the
    host. Kubernetes' runAsNonRoot accepts only numbers.

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

    Hardening where harden can show that the program, its start script and its sources need no root; unsafe for
    programs that it does not know, without the build context, and where a port below 1024 is exposed, or named by a
    variable or a source (U11: it needs root outside of Docker and Podman), unless a compose file runs the image, and
    no Kubernetes manifest does. Existing volumes keep their owner (U13).
    Files get their owner by COPY --chown, because a recursive chown in a RUN would store them a second time (U26).

    ## When it only reports

    * U05, U07: something lies below /root, or a library may download to it, or only root can read it.
    * U08, U09: the image cannot run without root, or leaves it only in part; an nginx server names no port. What its
      entry point, start script or uWSGI's settings start as another user needs nothing.
    * U11: the program listens on a port below 1024 in the network of the host.
    * U13, U14: a volume of the base image, a mounted folder of the host, or a folder of the system: the program may
      write there, and harden cannot change the owner, nor let the service go on as root: its compose file cannot be
      written alone, takes capabilities away, or does not say that it builds this file. What only a compose file for
      development mounts is unsafe then.
    * U15, U26: a development server, or a program that writes among files that a RUN makes, where a RUN may need root.
    * U24: an installation at start.
    * U16: harden cannot tell the number of the USER.
    * P47: ONBUILD steps run as USER in other images, and may need root.
    * U18, U19: no user can be created, or the name is taken, or another one owns the files.
    * U20, U29: the program, a start script or the HEALTHCHECK needs root, or harden cannot tell what it does or which
      program the image runs.
    * U21: the image is a GitHub action or a development container.
    * U22: another Dockerfile builds on this image, and its steps may need root.
    * U23: the file is made for OpenShift.
    * S28: the image starts a shell or an interpreter for a person to work in.
    * U28, Z09: USER is an empty variable; the base image is unknown.

    harden reports an image that runs as root at every level, also with `--safe`.
    """

    code: ClassVar[str] = "HD203"
    name: ClassVar[str] = "add-user"
    safety: ClassVar[Safety] = Safety.HARDENING
    effects: ClassVar[frozenset[Effect]] = frozenset(
        {Effect.RUN, Effect.USER, Effect.COPY, Effect.WORKDIR, Effect.FILES}
    )
    about_image: ClassVar[bool] = True
    asks_users: ClassVar[bool] = True
    is_always_told: ClassVar[bool] = True
    after: ClassVar[tuple[str, ...]] = ("add-init", "copy-chmod-chown")

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[int, Plan | Refusal | Settled | None]:
        """Return the user of each final stage and what it needs, read from start scripts, package.json and sources."""
        stages = [stage for stage in model.finals if stage.image is not None and stage.end.is_root]
        if not stages:
            return {}
        from hardener.rules.add_user.rootless import plan_of

        return {s.index: plan_of(model, s, files) if s.is_leaf else _built_on(model, s) for s in stages}

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Say which user the image has."""
        user = stage.end.user
        return (
            f"none is needed: the image runs as {user}"
            if user and not stage.end.is_root
            else "a Windows image, or it may be one"
        )

    @classmethod
    def bases(cls, model: Model) -> tuple[StageModel, ...]:
        """Ask for the base of the final stage, unless a USER decides."""
        final = [stage for stage in model.finals if stage.is_leaf and stage.declares_start]
        return tuple(stage for stage in final if stage.end.user is None or stage.end.is_root)

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the final stage if it runs as root and says what runs."""
        stage = self.model.stage_of(original)
        if not stage.is_final or (stage.index not in self.planned and not stage.is_leaf):
            return updated
        if stage.end.user is not None and not stage.end.is_root:
            return self._named(original, updated, stage)
        at = (original.from_, *original.body, *(i for i in original.body if isinstance(i, Cmd | Entrypoint)))[-1]
        if stage.image is None or not stage.end.is_root:
            return self._unknown(at, updated, stage)
        plans: dict[int, Plan | Refusal | Settled | None] = self.planned
        plan = plans.get(stage.index)
        if plan is None:
            return self._no_program(at, updated, stage)
        if isinstance(plan, Settled):
            return self.settle(at, updated, plan.reason, "the container starts as root")
        if any(node.name == "ONBUILD" for node in original.body):
            return self.report(at, updated, _TRIGGERS, _MESSAGE)
        if isinstance(plan, Refusal):
            return self.report(at, updated, plan, _MESSAGE)
        given = self._gift(stage, plan)
        if isinstance(given, Refusal):
            return self.report(at, updated, given, _MESSAGE)
        message = "; ".join((_MESSAGE, *plan.notes))
        others = plan.needs.kept.others if plan.needs.kept is not None else ()
        new = self._given(stage, updated, given, plan)
        return self.rewrite(at, updated, new, message, doubt=_doubt(plan), others=others)

    def _gift(self, stage: StageModel, plan: Plan) -> Gift | Refusal:
        """Return what is given to the user, in the file with its WORKDIR moved where that is part of the plan."""
        from hardener.rules.add_user.ownership import gift

        if plan.early is not None:
            return gift(plan.early.model, plan.early.model.stages[stage.index], plan.user, plan.needs, plan.early.user)
        if plan.moved is None:
            return gift(self.model, stage, plan.user, plan.needs)
        return gift(plan.moved.model, plan.moved.model.stages[stage.index], plan.user, plan.needs)

    def _unknown(self, at: Instruction, updated: Stage, stage: StageModel) -> Stage:
        """Say that an image of which too little is known is root's, or may be; a USER that is a variable was chosen."""
        chosen = any(isinstance(node, User) for link in stage.chain for node in link.node.body)
        if stage.end.is_root or (not chosen and _is_service(self.model, stage)):
            return self.report(at, updated, _UNKNOWN, _MESSAGE)
        return updated if chosen or self._is_windows(stage) else self.report(at, updated, _UNKNOWN, _MAYBE)

    def _no_program(self, at: Instruction, updated: Stage, stage: StageModel) -> Stage:
        """Say that an image is root's which starts no program of its own; one that can start nothing is nobody's."""
        argv = (*(stage.entrypoint.argv or ()), *(stage.cmd.argv or ()))
        if self._is_windows(stage) or (stage.is_scratch and not argv):
            return updated
        from hardener.image.process import programs

        is_workshop = bool(argv) and not programs(self.model, stage)
        return self.report(at, updated, _WORKSHOP if is_workshop else _NOTHING, _MESSAGE)

    def _is_windows(self, stage: StageModel) -> bool:
        words = (*(stage.entrypoint.argv or ()), *(stage.cmd.argv or ()))
        return not stage.is_posix or any(word.lower().endswith(".exe") for word in words)

    def _named(self, original: Stage, updated: Stage, stage: StageModel) -> Stage:
        """Write the number of a USER that is a name (U16); its groups stay, for the number is in /etc/passwd."""
        last = next((node for node in reversed(original.body) if isinstance(node, User)), None)
        name = stage.end.user or ""
        if last is None or re.match(r"[\d:]+\Z", name) or "\\" in name or not stage.is_posix:
            return updated
        if last not in updated.body:
            return updated
        user = name.partition(":")[0]
        message = "runAsNonRoot of Kubernetes does not accept a USER by name"
        if not name:
            return self.report(
                last, updated, Refusal("U28", "USER is empty, which is root", "give it a value"), _MESSAGE
            )
        if user.isdigit():
            return updated
        from hardener.rules.add_user.numbered import numbered

        found = numbered(self.model, stage, last)
        if isinstance(found, Refusal):
            return self.report(last, updated, found, message)
        body = tuple(found.changed.get(node, node) for node in updated.body)
        said = "; ".join(filter(None, (message, found.note)))
        return self.rewrite(last, updated, updated.with_changes(body=body), said)

    def _given(self, stage: StageModel, updated: Stage, given: Gift, plan: Plan) -> Stage:
        style = self.model.style
        run = style.shell(Run, given.command) if given.command else None
        body: list[Instruction] = []
        from hardener.rules.add_user.ownership import owned, owner_of, readable

        for node in updated.body if plan.early is None else plan.early.model.stages[stage.index].node.body:
            if run is not None and node is given.before:
                body.append(run)
            if plan.moved is not None and node is plan.moved.old:
                body.append(plan.moved.new)
                continue
            if node in given.runs:
                body.append(node.with_changes(arguments=ShellForm(given.runs[node])))
                continue
            body.append(readable(owned(node, given.owner) if node in given.copies else node))
        new: list[Instruction] = [run] if run is not None and given.before is None else []
        whole = updated.with_changes(body=tuple(body))
        if plan.early is not None:
            return whole
        return insert(whole, before_commands(body), (*new, style.words(User, owner_of(plan.user))), style)


def _built_on(model: Model, stage: StageModel) -> Refusal:
    """Return why a stage keeps its user that is an image itself and part of another stage (U22)."""
    other = next((child for child in stage.children), None)
    if other is None:
        other = next(s for s in model.stages if any(model.find(n) is stage for n in sources(s.node)))
        reason = f"{_called(other)} copies from this stage, whose files would get another owner"
        return Refusal("U22", reason, "add USER by hand")
    return Refusal("U22", f"{_called(other)} is built on this one, and its steps may need root", "set USER in both")


def _called(stage: StageModel) -> str:
    return f"the stage {stage.name}" if stage.name else f"stage {stage.index}"


def _doubt(plan: Plan) -> str:
    """Return what the files do not show about running as another user."""
    if plan.certain:
        return ""
    mounted = f"{plan.needs.developed}, and the program may write there" if plan.needs.developed else ""
    writes = "" if plan.needs.certain else mounted or _WRITES
    account = _NO_ACCOUNT if plan.nameless else ""
    return (
        "; ".join(filter(None, (plan.doubt, writes, plan.ports.doubt, account)))
        or "cannot tell from the files which program runs"
    )


def _is_service(model: Model, stage: StageModel) -> bool:
    """Tell whether a stage on an unknown image declares a program and is root for certain: it says so, or installs."""
    if stage.cmd.instruction is None and stage.entrypoint.instruction is None:
        return False
    from hardener.image.process import programs

    installs = any(
        node.name == "RUN" and re.search(_INSTALLS, model.logical(node).text)
        for link in stage.chain
        for node in link.node.body
    )
    return bool(programs(model, stage)) and (stage.end.is_root or (stage.end.user is None and installs))
