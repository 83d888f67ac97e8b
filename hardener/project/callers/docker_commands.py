"""`docker build` and `docker run` (and podman's) as services: what they build, and what they run in which image.

Options: the reference of docker build, docker buildx build and docker run; what is not a flag takes a value.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from hardener.project.builds import Mount, Service
from hardener.project.compose.ports import container_ports
from hardener.project.compose.volumes import short_mount, short_target
from hardener.project.memory import bytes_of

_ENGINES = ("docker", "podman", "nerdctl")
_BUILD_FLAGS = frozenset(
    """
    --no-cache --pull --rm --force-rm --load --push --squash --compress --check --disable-content-trust --debug
    """.split()  # noqa: SIM905 (a table of words reads better)
)
_RUN_FLAGS = frozenset(
    """
    --detach --tty --interactive --rm --init --privileged --publish-all --read-only --no-healthcheck --quiet
    --oom-kill-disable --sig-proxy --disable-content-trust --help
    """.split()  # noqa: SIM905 (a table of words reads better)
)
_LONG = {
    "-t": "--tag",
    "-f": "--file",
    "-p": "--publish",
    "-v": "--volume",
    "-u": "--user",
    "-e": "--env",
    "-m": "--memory",
}


def read_command(file: str, words: tuple[str, ...]) -> Service | None:
    """Return what one command line builds or runs; None for another command.

    Args:
        file: that has it, for messages.
        words: of the command; a word that the shell expands stands there as it is written.
    """
    while words[:1] in (("sudo",), ("exec",), ("time",)):
        words = words[1:]
    if not words or posixpath.basename(words[0]) not in _ENGINES:
        return None
    for verb in (("buildx", "build"), ("image", "build"), ("container", "run"), ("build",), ("run",)):
        if words[1 : 1 + len(verb)] == verb:
            rest = words[1 + len(verb) :]
            return _built(file, rest) if verb[-1] == "build" else _run(file, rest)
    return None


def _built(file: str, words: tuple[str, ...]) -> Service | None:
    options, operands = _parsed(words, _BUILD_FLAGS, "qD")
    if len(operands) != 1 or operands[0] == "-":
        return None
    return built(
        file, operands[0], _last(options, "--file"), _last(options, "--target"), [v for n, v in options if n == "--tag"]
    )  # fmt: skip


def built(file: str, context: str, dockerfile: str, target: str, images: Iterable[str]) -> Service:
    """Return a build; as in compose files, its Dockerfile is named from its context."""
    if dockerfile and "$" not in context + dockerfile and not posixpath.isabs(dockerfile):
        dockerfile = posixpath.relpath(dockerfile, context)
    return Service(file, context=context, dockerfile=dockerfile, target=target, images=tuple(images), source="docker")


def _run(file: str, words: tuple[str, ...]) -> Service | None:
    options, operands = _parsed(words, _RUN_FLAGS, "ditPqh")
    if not operands:
        return None
    entrypoint = [value for name, value in options if name == "--entrypoint"]
    volumes = [value for name, value in options if name == "--volume"]
    mounts = [short_mount(value) for value in volumes]
    return Service(
        file,
        entrypoint=tuple(entrypoint[-1:]),
        command=operands[1:],
        init=any(name == "--init" for name, _ in options),
        volumes=tuple(mount for mount in mounts if isinstance(mount, Mount)),
        read_only=tuple(short_target(v) for v, mount in zip(volumes, mounts, strict=True) if mount is None),
        environment=tuple(value for name, value in options if name == "--env"),
        images=operands[:1],
        user=_last(options, "--user"),
        host_network="host" in (_last(options, "--network"), _last(options, "--net")),
        memory=bytes_of(_last(options, "--memory")),
        ports=tuple(container_ports(value for name, value in options if name == "--publish")),
        source="docker",
        is_build=False,
    )


def _last(options: list[tuple[str, str]], name: str) -> str:
    return next((value for found, value in reversed(options) if found == name), "")


def _parsed(
    words: tuple[str, ...], flags: frozenset[str], letters: str
) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Return the options before the first operand with their values, and the operands (of a build: wherever)."""
    options, at = list[tuple[str, str]](), 0
    operands: tuple[str, ...] = ()
    while at < len(words):
        word, at = words[at], at + 1
        if not word.startswith("-") or word == "-":
            if flags is _RUN_FLAGS:
                return options, (word, *words[at:])
            operands += (word,)
            continue
        name, has_value, value = word.partition("=")
        if not name.startswith("--"):
            name, value = _short(word, letters)
            has_value = value or ("=" if not name else "")
        if not has_value and name not in flags and at < len(words):
            value, at = words[at], at + 1
        options.append((_LONG.get(name, name), value))
    return options, operands


def _short(word: str, letters: str) -> tuple[str, str]:
    """Return the option of a cluster such as `-dp` or `-p80:80` that takes a value; "" where none does."""
    for at, letter in enumerate(word[1:], 1):
        if letter not in letters:
            return f"-{letter}", word[at + 1 :].removeprefix("=")
    return "", ""
