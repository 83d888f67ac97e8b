"""stop-signal (HD208)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.knowledge.facts import UNKNOWN
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Stage, StopSignal
from hardener.syntax.dockerfile.writer import before_commands, insert

#: which signal lets a server finish its requests, by the name of its program
_SIGNALS = (
    (regex(r"(?:\S*/)?nginx(?:-debug)?\Z"), "SIGQUIT"),
    (regex(r"(?:\S*/)?php-fpm[\d.]*\Z"), "SIGQUIT"),
    (regex(r"(?:\S*/)?(?:httpd|apache2)(?:-foreground)?\Z"), "SIGWINCH"),
)
_UNKNOWN_BASE = Refusal("I20", "cannot tell the stop signal of the base image", "write STOPSIGNAL")
_SHELL = Refusal(
    "I08", "a shell would get the signal and not pass it on", "start the server with `exec`, or in exec form"
)


class StopSignalRule(Rule):
    """Let a web server finish its requests when its container stops.

    ## What it does
    Adds STOPSIGNAL where the image starts a server that other signals than SIGTERM stop in good order: SIGQUIT for
    nginx and php-fpm, SIGWINCH for Apache. The official images of these servers have it; images that install the server
    from packages do not.

    ## Why
    At SIGTERM these servers close all connections at once: answers break off at each restart and each rollout.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    CMD ["nginx", "-g", "daemon off;"]
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    STOPSIGNAL SIGQUIT
    CMD ["nginx", "-g", "daemon off;"]
    ```

    ## Fix safety
    Hardening: the server stops after its last request instead of at once. If one takes longer than the time that the
    container has (10 s for `docker stop`), it ends as before. Inits such as tini pass the signal on as it is.

    ## When it only reports
    - I08: a shell in front of the server would get the signal
    - I20: the base image is unknown, and may name a signal itself
    """

    code = "HD208"
    name = "stop-signal"
    safety = Safety.HARDENING
    effects = frozenset({Effect.STOP_SIGNAL})
    needs = frozenset({"Cmd", "Entrypoint"})
    after = ("exec-form", "add-init")

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return ("nginx", "php-fpm", "httpd", "apache2")

    @classmethod
    def bases(cls, model: Model) -> tuple[StageModel, ...]:
        """Ask for the base of a final stage that starts such a server."""
        return tuple(stage for stage in model.stages[-1:] if _signal(model, stage))

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Add the signal to the final stage."""
        stage = self.model.stage_of(original)
        signal = _signal(self.model, stage)
        if not signal:
            return updated
        at = stage.cmd.instruction or stage.entrypoint.instruction or original.from_
        message = f"SIGTERM makes the server close all connections at once; {signal} lets it finish its requests"
        image = stage.root.image
        if image is None or image.stopsignal is UNKNOWN:
            return self.report(at, updated, _UNKNOWN_BASE, message)
        if image.stopsignal is not None:
            return updated
        if _behind_shell(stage):
            return self.report(at, updated, _SHELL, message)
        new = self.model.style.words(StopSignal, signal)
        return self.rewrite(
            at, updated, insert(updated, before_commands(updated.body), (new,), self.model.style), message
        )


def _signal(model: Model, stage: StageModel) -> str:
    """Return the signal for what a final stage starts; "" where it is no such server, or the file names a signal."""
    declared = stage.index in (stage.cmd.stage, stage.entrypoint.stage)
    if not (stage.is_final and stage.is_leaf and declared) or not stage.is_posix:
        return ""
    if any(isinstance(node, StopSignal) for link in stage.chain for node in link.node.body):
        return ""
    from hardener.image.process import programs

    started = programs(model, stage)
    program = started[-1][0] if started and started[-1] else ""
    return next((signal for name, signal in _SIGNALS if name.match(program)), "")


def _behind_shell(stage: StageModel) -> bool:
    """Tell whether a shell, and not the server or an init, gets the signal."""
    from hardener.image.launched import execs, shell_call

    for argv in (stage.entrypoint.argv or (), stage.cmd.argv or ()):
        call = shell_call(argv)
        if call is not None and not (call.is_text and execs(argv[call.at])):
            return True
    return False


__all__ = ["StopSignalRule"]
