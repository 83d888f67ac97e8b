"""Images whose process leaves root by itself at start: there is nothing to do (U08)."""

from __future__ import annotations

import posixpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.file_contents import text_at
from hardener.image.files import absolute, in_path
from hardener.image.model import Model, StageModel
from hardener.image.start_scripts import GIVEN
from hardener.knowledge.images import BaseImage
from hardener.project.context import Files
from hardener.shell import Body, parse_shell

#: how entry points of official images become another user before they start what CMD names
_BY_TOOL = regex(r"\b(?:gosu|su-exec|setpriv)\b")
_BY_PLATFORM = regex(r"\bplatform sets the user\b")
#: programs that become another user, with the options that name it
_TOOLS = {
    "gosu": r"",
    "su-exec": r"",
    "setuidgid": r"",
    "s6-setuidgid": r"",
    "runuser": r"-u",
    "setpriv": r"--reuid",
}
_IF_ROOT = regex(r"""\bif\s+\[+\s*"?\$(?:\(id -u\)|\{?E?UID\}?)"?\s*(?:==?|-eq)\s*["']?0["']?\s*\]""")
_NUMBER_OR_NAME = regex(r"[A-Za-z_][\w.-]*|[1-9]\d*")
_UWSGI_USER = regex(r"(?m)^[ \t]*uid[ \t]*=[ \t]*([\w.-]+)[ \t\r]*$")


def leaves_root(
    model: Model, stage: StageModel, image: BaseImage, named: tuple[tuple[str, ...], ...], files: Files
) -> Refusal | None:
    """Return how the process becomes another user itself, None where nothing shows that it does.

    Args:
        model: of the file.
        stage: the final one.
        image: what it is built on.
        named: what the image runs.
        files: the build context.
    """
    who = _by_entry_point(stage, image) or (_by_itself(model, stage, named[0], files) if len(named) == 1 else None)
    return Refusal("U08", f"none is needed: {who}") if who else None


def _by_entry_point(stage: StageModel, image: BaseImage) -> str | None:
    """Return what the entry point of the base image does before it starts the image's own server."""
    if image.needs_root and _BY_PLATFORM.search(image.needs_root):
        return image.needs_root
    why, own = image.drops_privileges, image.cmd
    if not why or not _BY_TOOL.search(why) or stage.entrypoint.stage is not None or not isinstance(own, tuple):
        return None
    server, started = own[:1], (stage.cmd.argv or ())[:1]
    if not server or started != server:
        return None
    return f"the entry point of {image.family} starts `{server[0]}` as another user: {why}"


def _by_itself(model: Model, stage: StageModel, argv: tuple[str, ...], files: Files) -> str | None:
    """Return what the start script, or the settings of uWSGI, say."""
    name = posixpath.basename(argv[0])
    if name == "uwsgi":
        place = next((word for word in argv[1:] if word.endswith(".ini")), None)
        path = absolute(stage.end.workdir, place) if place else None
        found = _UWSGI_USER.search((text_at(model, stage, path, files) if path else None) or "")
        return f"{place} tells uWSGI to run as {found[1]}" if found and found[1] not in ("root", "0") else None
    script = argv[1] if name in ("sh", "bash", "ash", "dash") and len(argv) > 1 else argv[0]
    for place in in_path(script, stage.end.workdir):
        text = text_at(model, stage, place, files)
        if text is not None:
            user = _dropped_to(text, has_arguments=argv[-1] != script)
            return f"`{posixpath.basename(place)}` starts the program as {user}" if user else None
    return None


def _dropped_to(text: str, *, has_arguments: bool) -> str | None:
    """Return the user whom a script starts its program as: in any case, or where it finds itself root."""
    body = parse_shell(text.replace("\r\n", "\n"))
    for command in body.commands if isinstance(body, Body) else ():
        words = [word.value if word.value is not None else word.raw for word in command.words]
        if words[:1] != ["exec"]:
            continue
        user = _user_of(words, has_arguments=has_arguments)  # what is executed first counts
        return user if command.plain or len(_IF_ROOT.findall(text)) == 1 else None
    return None


def _user_of(words: list[str], *, has_arguments: bool) -> str | None:
    """Return the user of `exec gosu app "$@"` and its like."""
    if len(words) < 4:
        return None
    tool, rest = posixpath.basename(words[1]), words[2:]
    if tool not in _TOOLS or not (rest[-1] in GIVEN and has_arguments):
        return None
    option = _TOOLS[tool]
    if option:
        at = next((i for i, word in enumerate(rest) if word.partition("=")[0] == option), None)
        if at is None:
            return None
        value = rest[at].partition("=")[2] or rest[at + 1]
    else:
        value = rest[0]
    user = value.partition(":")[0]
    return user if _NUMBER_OR_NAME.fullmatch(user) and user != "root" else None


__all__ = ["leaves_root"]
