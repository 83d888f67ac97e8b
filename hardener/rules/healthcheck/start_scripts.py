"""What a start script of the build context comes to."""

from __future__ import annotations

from hardener.image.launched import shell_call
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.rules.healthcheck.probe import source_of
from hardener.shell import Body, parse_shell

#: scripts that call scripts
_DEPTH = 4


def behind_scripts(model: Model, stage: StageModel, files: Files, program: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command line that start scripts end with, `exec "$@"` followed; `program` where there is none."""
    for _ in range(_DEPTH):
        call = shell_call(program)
        at = call.at if call is not None and not call.is_text else 0
        path = source_of(model, stage, files, program[at]) if "/" in program[at] or ".sh" in program[at] else None
        last = _last_command(files.text(path) or "") if path is not None else ()
        if not last:
            break
        program = program[at + 1 :] if last == ("$@",) else last
        if not program:
            break
    return program


def _last_command(text: str) -> tuple[str, ...]:
    """Return the words of the last command of a shell script, without `exec`; () where that is no plain command."""
    lines = text.replace("\r\n", "\n").splitlines()
    if lines and lines[0].startswith("#!") and not lines[0].endswith(("sh", "sh -e", "sh -eu", "sh -x")):
        return ()
    joined = "\n".join(line for line in lines if not line.lstrip().startswith("#")).replace("\\\n", " ").strip()
    body = parse_shell(joined.rpartition("\n")[2].strip())
    if not isinstance(body, Body) or len(body.commands) != 1 or body.background or "<<" in joined:
        return ()
    words = [word.raw if word.value is None else word.value for word in body.commands[0].words]
    words = words[1:] if words[:1] == ["exec"] else words
    return tuple("$@" if word in ('"$@"', "$@", '"${@}"') else word for word in words)
