"""Where the heap of a Java process can be told to follow the container's memory."""

from __future__ import annotations

import json
import re
from posixpath import basename

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.project.context import Files
from hardener.syntax.dockerfile.nodes import Cmd, Entrypoint, ExecForm
from hardener.text import whole

FLAG = "-XX:MaxRAMPercentage=75.0"
#: options that say how large the heap may be
_SIZED = regex(r"-Xmx|-XX:(Max|Initial|Min)RAM|-XX:MaxHeapSize|-XX:\+UseCGroupMemory|UseContainerSupport")
#: variables that hold options of Java
VARIABLES = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_OPTS", "JAVA_OPTIONS", "CATALINA_OPTS",
             "JVM_OPTS", "JAVA_MEM_OPTS", "JAVA_ARGS")  # fmt: skip
#: what a JVM takes beside its heap (classes, code, threads) is more than a quarter of less memory
_LEAST = 512 << 20
_JAVA = regex(r"java(\Z|\d)")
_IN_SHELL = regex(r"(?:^|[\s/;&|(])java\s")
#: files that say with which environment the image runs
COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


@dataclass(frozen=True, slots=True)
class Heap:
    """What is to be done: the flag in an exec form, or a variable at the end of the stage."""

    instruction: Cmd | Entrypoint | None
    argv: tuple[str, ...]
    variable: str


def heap(model: Model, stage: StageModel, files: Files) -> tuple[Cmd | Entrypoint | None, Heap | Refusal] | None:
    """Return how the heap of what a final stage runs can be sized; None where it is no Java, or is sized already."""
    if not (stage.is_final and stage.is_leaf) or stage.is_windows:
        return None
    entry, cmd = stage.entrypoint, stage.cmd
    # what the base image brings is not looked at: its start script may size the heap itself
    parts = [part for part in (entry, cmd) if part.instruction is not None and part.stage == stage.index]
    argv = (*(entry.argv or ()), *(cmd.argv or ()))
    name = stage.root.reference.repository.rpartition("/")[2] if stage.root.reference else ""
    tomcat = name == "tomcat"
    in_shell = any(part.is_shell_form and _IN_SHELL.search(" ".join(part.argv or ())) for part in parts)
    if not argv or not (tomcat or in_shell or any(_is_java(word) for word in argv)):
        return None
    at = parts[-1].instruction if parts else None
    text = " ".join(argv)
    values = [link.states[i].values for link in stage.chain for i in link.node.body]
    texts = [i.text for link in stage.chain for i in link.node.body if i.name in ("ENV", "ARG", "RUN")]
    if _SIZED.search(text) or any(_SIZED.search(t) for t in texts):
        return None
    named = next((n for n in VARIABLES if any(n in v for v in (*values, stage.end.values)) or f"${n}" in text
                  or f"${{{n}" in text), None)  # fmt: skip
    if named is not None:
        return at, Refusal("J02", f"{named} may set the heap size", f"put {FLAG} there")
    for service in services_of(model, stage, files):
        said = " ".join((*service.environment, *service.entrypoint, *service.command))
        if _SIZED.search(said) or any(name in said for name in VARIABLES):
            return at, Refusal("J02", f"{service.file} may set the heap size", f"put {FLAG} there")
        if 0 < service.memory < _LEAST:
            why = f"{service.file} limits the memory to {service.memory >> 20} MiB, too little beside such a heap"
            return at, Refusal("J02", why, "raise the limit, or set -XX:MaxRAMPercentage")
    for path in COMPOSE:
        if re.search("|".join(VARIABLES), files.text(path) or ""):
            return at, Refusal("J02", f"{path} names a variable that may set the heap size", f"put {FLAG} there")
    old = _age(stage, " ".join(texts))
    if old is not None:
        return at, old
    if tomcat:
        return at, Heap(None, (), "CATALINA_OPTS")
    for part in parts:
        instruction, own = part.instruction, part.argv or ()
        if instruction is None or not isinstance(instruction.arguments, ExecForm):
            continue
        index = next((i for i, word in enumerate(own) if _is_java(word)), None)
        if index is not None:
            return instruction, Heap(instruction, (*own[: index + 1], FLAG, *own[index + 1 :]), "")
    if any(part.is_shell_form for part in parts):
        return at, Refusal("J02", "a shell starts java", "write the command in exec form")
    if stage.image is not None and stage.image.distro == "distroless":
        return at, Heap(None, (), "JAVA_TOOL_OPTIONS")  # J03
    return None


def _is_java(word: str) -> bool:
    return _JAVA.match(basename(word)) is not None and " " not in word and "." not in basename(word)


def _age(stage: StageModel, commands: str) -> Refusal | None:
    """Return why the JVM may not know the option (J01): it came with 8u191 and 10.

    A package of the distribution names the version too.
    """
    packages = {whole(number) for number in re.findall(r"\bopenjdk-?(\d+)-(?:jre|jdk)", commands)}
    image = stage.root.image
    if packages and image is not None and image.pkg_manager in ("apt", "apk"):
        return None if min(packages) >= 10 else Refusal("J01", f"Java {min(packages)} may not know the option")
    reference = stage.root.reference
    unknown = Refusal("J01", "cannot tell the version of Java: an old one does not start with the option")
    if reference is None:
        return unknown
    name = reference.repository.rpartition("/")[2]
    tag = reference.tag or ""
    if re.match(r"java\d+", name):  # distroless
        return None
    text = f"{name}:{tag}"
    named = re.search(r"(?:jre|jdk|temurin|corretto|java|zulu|openjdk|liberica|semeru)[-:]?(\d+)", text)
    match = named or re.match(r"[\w.-]*:(\d+)", text)
    if match is None or not re.search(r"jdk|jre|java|temurin|corretto|zulu|liberica|semeru|openjdk", text):
        return unknown
    major = whole(match[1])
    update = re.search(r"8u(\d+)", tag)
    if major >= 10 or (major == 8 and update is not None and whole(update[1]) >= 191):
        return None
    if major == 8 and re.search(r"temurin|corretto", name) and update is None:
        return None  # the first image of either came after 8u191
    return unknown


def exec_text(argv: tuple[str, ...], text: str) -> str:
    """Return an exec form with the flag after its program, the rest of the text as it was."""
    index = argv.index(FLAG)
    program = json.dumps(argv[index - 1], ensure_ascii=False)
    at = text.find(program)
    if at < 0:
        return ""
    end = at + len(program)
    gap = re.match(r"\s*,(\s*)", text[end:])
    return f'{text[:end]},{gap[1] if gap else " "}"{FLAG}"{text[end:]}'
