"""Folders that the file says are there to be written to (U03, U13, U14, U15)."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise

from hardener.errors import Refusal
from hardener.image.files import absolute, is_within
from hardener.image.model import Model, StageModel
from hardener.image.runs import parsed
from hardener.image.words import expand
from hardener.knowledge.writing import is_data_folder
from hardener.shell import Body, Command, parse_shell
from hardener.syntax.dockerfile.nodes import ExecForm, Instruction, Run, ShellForm
from hardener.syntax.dockerfile.views import pairs, words

#: everybody may write there, or nothing is kept
_FREE = ("/tmp", "/var/tmp", "/dev", "/proc", "/sys", "/run/lock", "/var/lock")
#: those of them that a program makes files in
_TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")
#: folders of the system: giving one away would give away what is not the program's
_SYSTEM = frozenset(
    """
    / /bin /boot /etc /home /lib /lib64 /media /mnt /opt /root /run /sbin /srv /usr /usr/bin /usr/lib /usr/local
    /usr/local/bin /usr/local/etc /usr/local/lib /usr/local/share /usr/sbin /usr/share /usr/src /var /var/cache
    /var/lib /var/log /var/mail /var/opt /var/run /var/spool /var/www
    """.split()  # noqa: SIM905 (a table of words reads better)
)
_CLOSED = ("/bin", "/boot", "/etc", "/lib", "/lib64", "/sbin", "/usr/bin", "/usr/lib", "/usr/sbin", "/usr/share")
_PLAIN = r"/[\w./@+-]*\Z"
_FILE = r"\.(log|pid|sock|db|sqlite3?|txt|json|csv|lock|dat|rdb|ldb|ya?ml|xml|conf|cfg|ini|html?|js)\Z"
_WRITTEN = r"(DATA|LOGS?|UPLOADS?|CACHE|STORAGE|MEDIA|SQLITE|DB|DATABASE|STATE|PID|TMP|TEMP|OUTPUT)(_|\Z)"
_FOLDER = r"(DIR|DIRS|FOLDER|ROOT|HOME|DIRECTORY|STORAGE|CACHE|DATA|LOGS|UPLOADS|MEDIA)\Z"
_READ = r"(^|_)(NO_CACHE|NODE_ENV|LD_LIBRARY_PATH|CERT|KEY|CONFIG|TYPE|LEVEL|HOST|PORT)\Z"
_OPTION = r"(?i)-\S*(log|pid|data|db|dir|storage|output|cache|upload|state|schedule)\S*\Z"
#: options for folders that are only read, or gone to
_NO_DATA = r"(?i)conf|static|templ|plugin|lib|web|www|public|source|src|cert|migrat|chdir|base|root|class|level|format"
_CONFIG = r"(?i)conf|\.ya?ml\Z|\.toml\Z|\.ini\Z|templates?|static"


def judged(path: str) -> str | Refusal | None:
    """Return the folder to give away for a path, None for one that needs nothing, or why it cannot be given."""
    if any(is_within(path, free) for free in _FREE):
        return None
    if not re.match(_PLAIN, path):
        return Refusal("U15", f"cannot read the path {path}", "use a plain path")
    if is_within(path, "/root"):
        return Refusal("U05", f"{path} lies in root's home, which others cannot enter", "move it elsewhere")
    if path in _SYSTEM or any(is_within(path, closed) for closed in _CLOSED):
        return Refusal("U14", f"it writes to {path}, a folder of the system", "give it a folder of its own")
    return path


def is_own_folder(path: str | None) -> bool:
    """Tell whether a folder is the program's own, and not one of the system."""
    if path is not None and is_temporary(path):
        return re.match(_PLAIN, path) is not None
    return path is not None and path not in _SYSTEM and judged(path) == path


def is_temporary(path: str) -> bool:
    """Tell whether a path lies in a folder such as /tmp, where everybody makes files but nobody changes another's."""
    return path not in _TEMPORARY and any(is_within(path, folder) for folder in _TEMPORARY)


def _option_folder(option: str, path: str) -> str:
    """Return the folder that an option such as --data-dir names, or the one that the file of --pid is made in."""
    names = re.search(r"(?i)dir|folder|data\Z|storage|cache\Z|uploads?\Z", option)
    return path if names and not re.search(_FILE, path) else posixpath.dirname(path)


def volumes(model: Model, stage: StageModel) -> tuple[tuple[StageModel, Instruction, str | None], ...]:
    """Return the VOLUME paths of a chain of stages; None for one that cannot be known."""
    found = []
    for link in stage.chain:
        for node in link.node.body:
            if node.name != "VOLUME":
                continue
            for word in words(node, model.escape):
                state = link.states[node]
                value = word if isinstance(node.arguments, ExecForm) else expand(word, state.values, model.escape)
                found.append((link, node, absolute(state.workdir, value) if value else None))
    return tuple(found)


def commands_of(model: Model, link: StageModel) -> tuple[tuple[Run, Command], ...]:
    """Return the commands of the RUN instructions of one stage, each with its RUN."""
    key = ("commands", link.index)
    if key not in model.memo:
        model.memo[key] = tuple(_commands(model, link))
    found: tuple[tuple[Run, Command], ...] = model.memo[key]
    return found


def _commands(model: Model, link: StageModel) -> Iterator[tuple[Run, Command]]:
    for node in link.node.body:
        if not isinstance(node, Run):
            continue
        text = model.logical(node).text
        if isinstance(node.arguments, ShellForm) and not node.heredocs:
            body = parsed(model, node)
            yield from ((node, command) for command in (body.commands if isinstance(body, Body) else ()))
            continue
        if isinstance(node.arguments, ExecForm):
            argv = json.loads(text)
            text = argv[2] if len(argv) == 3 and argv[1] == "-c" else shlex.join(argv)
        elif node.heredocs and isinstance(node.arguments, ShellForm):
            text = node.heredocs[0].body if text.startswith("<<") else text
        body = parse_shell(text)
        yield from ((node, command) for command in (body.commands if isinstance(body, Body) else ()))


def made_folders(model: Model, stage: StageModel) -> Iterator[str]:
    """Yield the folders that a RUN makes and that are named like data, with their parents of such names (U14)."""
    for path in _mkdirs(model, stage):
        yield from _data_parts(path)


def every_made_folder(model: Model, stage: StageModel) -> Iterator[str]:
    """Yield the folders that a RUN makes, whatever their names."""
    return _mkdirs(model, stage)


def made_temporary(model: Model, stage: StageModel) -> tuple[str, ...]:
    """Return the folders below /tmp and the like that a RUN makes and none removes: they are root's."""
    texts = [model.logical(node).text for link in stage.chain for node in link.node.body if node.name == "RUN"]
    removed = re.findall(
        r"(/(?:tmp|var/tmp|dev/shm)/[^\s/*;&|]*)", " ".join(re.findall(r"\brm +[^&|;]*", " ".join(texts)))
    )
    return tuple(
        path
        for path in dict.fromkeys(_mkdirs(model, stage))
        if is_temporary(path) and re.match(_PLAIN, path) and not any(is_within(path, gone) for gone in removed)
    )


def _mkdirs(model: Model, stage: StageModel) -> Iterator[str]:
    for link in stage.chain:
        for node, command in commands_of(model, link):
            if command.name not in ("mkdir", "install") or (command.name == "install" and "-d" not in _words(command)):
                continue
            workdir = link.states[node].workdir
            if any(word.startswith("cd ") for word in re.split(r"[;&|]+\s*", model.logical(node).text)):
                workdir = None
            for before, word in pairwise(command.words):
                if re.match(r"-\w*m\Z|--mode\Z", before.raw) or (
                    command.name == "install" and before.raw in ("-o", "-g")
                ):
                    continue
                path = absolute(workdir, word.value) if word.value and not word.raw.startswith("-") else None
                if path is not None:
                    yield path


def _data_parts(path: str) -> Iterator[str]:
    """Yield the parts of a path from the first folder that is named like data on."""
    parts = path.strip("/").split("/")
    first = next((i for i, part in enumerate(parts) if i and is_data_folder(part)), 0)
    if parts[0] in ("data", "logs", "uploads"):
        first = -1
    if parts[:1] == ["var"] and parts[1:2] in (["log"], ["run"], ["lib"], ["cache"], ["spool"]):
        first = 2
    if parts[:1] == ["run"] and len(parts) > 1:
        first = 1
    if first == 0 or (parts[:1] == ["tmp"]):
        return
    for end in range(max(first, 0) + 1, len(parts) + 1):
        yield "/" + "/".join(parts[:end])


def named_folders(model: Model, stage: StageModel) -> Iterator[str]:
    """Yield the folders that ENV names as places for data."""
    for link in stage.chain:
        for node in link.node.body:
            if node.name != "ENV":
                continue
            for name, raw in pairs(node, model.escape):
                if not re.search(_WRITTEN, name.upper()) or re.search(_READ, name.upper()):
                    continue
                value = expand(raw or "", link.states[node].values, model.escape)
                relative = re.match(r"sqlite:///(?=[^/])", value or "")
                value = re.sub(r"\A(sqlite:///?|file://)(?=[^:])", "", value or "")
                place = absolute(stage.end.workdir if relative else None, value)  # where the program runs
                if place is not None and not is_within(place, "/usr"):
                    yield place if re.search(_FOLDER, name.upper()) else posixpath.dirname(place)


def argument_folders(argv: tuple[str, ...], workdir: str | None) -> Iterator[str]:
    """Yield the folders that options of a command line name as places for logs, data and the like (U14)."""
    for option, value in zip(argv, (*argv[1:], ""), strict=True):
        key, _, inline = option.partition("=")
        target = inline or value
        if not re.match(_OPTION, key) or re.search(_NO_DATA, key) or target in ("-", ""):
            continue
        if target.startswith("/") and not re.search(_CONFIG, target):
            yield _option_folder(key, posixpath.normpath(target))
        elif "/" in target and not target.startswith(("-", "http")) and workdir and not re.search(_CONFIG, target):
            yield _option_folder(key, absolute(workdir, target) or workdir)


def _words(command: Command) -> tuple[str, ...]:
    return tuple(word.raw for word in command.words)
