"""The shell texts of Makefiles, Procfiles and scripts, and the docker commands in a shell text.

Formats: GNU make (recipes, variables), Procfile of Heroku and foreman (`name: command`), `scripts` of package.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.project.builds import Service
from hardener.project.callers.docker_commands import read_command
from hardener.shell import Body, Word, parse_shell

_VARIABLE = regex(r"(?m)^(?:export[ ]+)?([\w.-]+)[ ]*(?:\?|:{0,3})=[ \t]*([^\n#]*?)[ \t]*$")
_USE = regex(r"\$(?:\(([^()]*)\)|\{([^{}]*)\})")
_PROCESS = regex(r"(?m)^[\w-]+:[ \t]*(.+)$")
#: a script that goes to its own folder, or to the one above
_TO_ITSELF = regex(r"""(?m)^[ \t]*cd[ ]+["']?\$\([ ]*(?:cd[ ]+["']?\$\([ ]*)?dirname\b.*$""")
#: a script that goes to another folder: what `.` means for a build is not known
_MOVES = regex(r"(?m)^[ \t]*(?:cd|pushd)\b")
_SET = regex(r"""(?m)^[ \t]*(?:export[ ]+|readonly[ ]+|local[ ]+)?(\w+)=("[^"\n]*"|'[^'\n]*'|[^\s;&|#]*)""")
_PLAIN_WORD = regex(r"[\w./:~@-]+\Z")
_SHELL_USE = regex(r"\$\{?(\w+)\b\}?")
#: variables of make that lead to other ones
_DEPTH = 5


def in_makefile(file: str, text: str) -> Iterator[Service]:
    """Yield what the recipes of a Makefile build and run."""
    text = text.replace("\\\r\n", " ").replace("\\\n", " ")
    variables = {found[1]: found[2] for found in _VARIABLE.finditer(text)}
    for line in text.splitlines():
        if line.startswith("\t"):
            yield from in_shell(file, _expanded(line.strip().lstrip("@+-"), variables))


def in_procfile(file: str, text: str) -> Iterator[Service]:
    """Yield what the processes of a Procfile build and run."""
    for found in _PROCESS.finditer(text):
        yield from in_shell(file, found[1].strip())


def in_package(file: str, text: str) -> Iterator[Service]:
    """Yield what the scripts of a package.json build and run."""
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError):
        return
    for script in scripts.values() if isinstance(scripts, dict) else ():
        if isinstance(script, str):
            yield from in_shell(file, script)


def in_script(file: str, text: str) -> Iterator[Service]:
    """Yield what a shell script builds and runs, line by line: conditions and loops around a line do not matter.

    A variable that stands for the same text everywhere is put in; a line that cannot be read alone says nothing.
    """
    text = text.replace("\\\r\n", " ").replace("\\\n", " ")
    moved = any("/.." not in line[0] if "/" in file else "/.." in line[0] for line in _TO_ITSELF.finditer(text))
    moved = moved or _MOVES.search(_TO_ITSELF.sub("", text)) is not None
    variables = _only_values(text)
    for line in text.splitlines():
        if "docker" in line or "podman" in line or "nerdctl" in line:
            for service in in_shell(file, _SHELL_USE.sub(lambda use: variables.get(use[1], use[0]), line.strip())):
                yield replace(service, context="$PWD") if moved and service.is_build else service


def _only_values(text: str) -> dict[str, str]:
    """Return the variables of a script that are set once, to a plain word."""
    found: dict[str, list[str]] = {}
    for name, word in _SET.findall(text):
        found.setdefault(name, []).append(word.strip("\"'"))
    return {name: words[0] for name, words in found.items() if len(words) == 1 and _PLAIN_WORD.match(words[0])}


def in_shell(file: str, text: str) -> Iterator[Service]:
    """Yield the docker commands of a shell text; behind `cd`, no folder is known."""
    body = parse_shell(text) if any(engine in text for engine in ("docker", "podman", "nerdctl")) else None
    if not isinstance(body, Body):
        return
    moved = any(command.name in ("cd", "pushd") for command in body.commands)
    for command in body.commands:
        service = read_command(file, tuple(_word(word) for word in command.words))
        if service is not None:
            yield replace(service, context="$PWD") if moved and service.is_build else service


def _word(word: Word) -> str:
    return word.value if word.value is not None else word.raw.strip("\"'")


def _expanded(line: str, variables: Mapping[str, str]) -> str:
    """Return a line of a recipe as the shell gets it; what make itself works out stays a variable."""
    line = line.replace("$$", "\0")
    for _ in range(_DEPTH):
        new = _USE.sub(lambda found: variables.get(found[1] or found[2], found[0]), line)
        if new == line:
            break
        line = new
    named = _USE.sub(lambda found: "${" + variable_name(found[1] or found[2]) + "}", line)
    return named.replace("\0", "$")


def variable_name(text: str) -> str:
    """Return a text as the name of a shell variable: equal texts give equal names."""
    return "".join(char if char.isalnum() else "_" for char in text) or "_"
