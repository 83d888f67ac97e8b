"""jvm-memory (HD205)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import Env, ExecForm, Stage
from hardener.syntax.dockerfile.writer import before_commands, insert

if TYPE_CHECKING:
    from hardener.rules.jvm_memory.heap import Heap
    from hardener.syntax.dockerfile.nodes import Instruction

#: one of them stands in the name of what starts a JVM
_SIGNS = ("java", "tomcat")


class JvmMemory(Rule):
    """Let the heap of a Java process follow the memory of its container.

    ## What it does
    Adds `-XX:MaxRAMPercentage=75.0` after `java` in the exec form of the image's command. Where the image itself
    starts Java, it sets a variable: `CATALINA_OPTS` for Tomcat, `JAVA_TOOL_OPTIONS` for distroless images.

    ## Why
    By default the heap is at most a quarter of the container's memory. A fixed `-Xmx` instead is too large for a
    smaller container, which is then killed for its memory.

    ## Example
    ```dockerfile
    FROM eclipse-temurin:21-jre
    COPY app.jar /app.jar
    CMD ["java", "-jar", "/app.jar"]
    ```
    becomes
    ```dockerfile
    FROM eclipse-temurin:21-jre
    COPY app.jar /app.jar
    CMD ["java", "-XX:MaxRAMPercentage=75.0", "-jar", "/app.jar"]
    ```

    ## Fix safety
    Only where nothing in the file sizes the heap or names a variable that could, and the JVM is 8u191, 10 or newer
    (J01, J02). A process that needs much memory besides its heap may need less than 75 %: set `-XX:MaxRAMPercentage`
    or `-Xmx`, and the rule keeps it.

    ## When it only reports
    - J01: the version of Java is unknown, or too old for the option
    - J02: a variable such as JAVA_OPTS, in the file, a compose file or a manifest, may size the heap, or a shell starts
      java; the container gets less than 512 MiB
    """

    code = "HD205"
    name = "jvm-memory"
    safety = Safety.HARDENING
    about_start = True
    effects = frozenset({Effect.CMD, Effect.ENTRYPOINT, Effect.ENV})
    after = ("exec-form",)

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return _SIGNS

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[Stage, tuple[Instruction | None, Heap | Refusal]]:
        """Return what is to be done with each stage that runs Java; compose files may say something too (J02)."""
        stages = [stage for stage in model.stages if _is_java(stage.node)]
        if not stages:
            return {}
        from hardener.rules.jvm_memory.heap import heap

        found = {stage.node: heap(model, stage, files) for stage in stages}
        return {node: made for node, made in found.items() if made is not None}

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Say that no Java starts whose heap has no size."""
        return "none is needed: no Java is started directly, or its heap is sized already"

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the final stage if it runs Java."""
        plan: dict[Stage, tuple[Instruction | None, Heap | Refusal]] = self.planned
        if original not in plan:
            return updated
        instruction, answer = plan[original]
        message = "the JVM uses at most 25 % of the container's memory by default"
        at = instruction or original.from_
        if isinstance(answer, Refusal):
            return self.report(at, updated, answer, message)
        new = self._changed(updated, answer)
        return updated if new is None else self.rewrite(at, updated, new, message)

    def _changed(self, updated: Stage, answer: Heap) -> Stage | None:
        from hardener.rules.jvm_memory.heap import FLAG, exec_text

        if answer.instruction is None:
            env = self.model.style.words(Env, f"{answer.variable}={FLAG}")
            return insert(updated, before_commands(updated.body), (env,), self.model.style)
        text = exec_text(answer.argv, answer.instruction.text)
        if not text:
            return None
        index = updated.body.index(answer.instruction)
        changed = answer.instruction.with_changes(arguments=ExecForm(text))
        return updated.with_changes(body=(*updated.body[:index], changed, *updated.body[index + 1 :]))


def _is_java(stage: Stage) -> bool:
    """Tell whether a stage may run Java; only a cheap look."""
    texts = [stage.from_.text, *(i.text for i in stage.body if i.name in ("CMD", "ENTRYPOINT"))]
    return any(sign in text for text in texts for sign in _SIGNS)
