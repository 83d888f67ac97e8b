"""What a start script in ENTRYPOINT makes of its arguments, which CMD is (E09)."""

from __future__ import annotations

import re
from posixpath import basename

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.file_contents import placed, text_at
from hardener.image.files import in_path
from hardener.image.launched import only_init
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.shell import Body, Command, parse_shell

_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_SHEBANG = regex(r"#![ \t]*(?:/usr/bin/env[ \t]+)?[\w/.]*?\b(?:ba|da|a)?sh\b")
#: the arguments as they are; without quotes a shell takes them apart again
_ALL = frozenset(('"$@"', '"${@}"'))
#: they start what follows them with the arguments as they are
_STARTERS = frozenset(("gosu", "su-exec", "tini", "dumb-init", "catatonit"))
#: a use of an argument, of all, or of their number; a loop over no words is one over the arguments
_USES = regex(r"\$(?:[1-9@*#]|\{[#!]?[1-9@*#])|\bBASH_ARG[CV]\b|\bfor\s+\w+\s*(?:;|\bdo\b|\n\s*do\b)")
#: functions and aliases, which the shell looks for before programs
_DEFINES = regex(r"\(\s*\)|\bfunction\s|\balias\s")
#: they see the arguments, change them, or run text that may
_SEEING = frozenset((".", "source", "eval", "shift", "getopts", "set"))


@dataclass(frozen=True, slots=True)
class EntryScript:
    """A start script of the build context.

    Attributes:
        name: as ENTRYPOINT says it.
        text: of the script, without comment lines.
        hands_on: it ends in its arguments as they are, and looks at none of them before.
    """

    name: str
    text: str
    hands_on: bool

    def looks_for(self, word: str) -> bool:
        """Tell whether the script compares its first argument with a word."""
        quoted = rf"""["']?{re.escape(word)}["']?"""
        first = r"""["']?\$\{?1(?::?-[^}\n]{0,80})?\}?["']?"""
        compared = rf"(?:{first}\s+={{1,2}}\s+{quoted}|{quoted}\s+={{1,2}}\s+{first})(?=[\s\]]|\Z)"
        label = rf"(?:^|[\s|(]){quoted}\s*(?:\|[^)\n]*)?\)"
        cases = re.findall(rf"\bcase\s+{first}\s+in\b(.*?)(?:\besac\b|\Z)", self.text, re.S)
        return re.search(compared, self.text) is not None or any(re.search(label, one, re.M) for one in cases)


def entry_scripts(model: Model, files: Files) -> dict[int, EntryScript]:
    """Return by index of their stage the start scripts that get a CMD in shell form as arguments."""
    found = {}
    for stage in model.stages:
        if stage.cmd.is_shell_form and not stage.entrypoint.is_shell_form:
            script = _entry_script(model, stage, files)
            if script is not None:
                found[stage.index] = script
    return found


def _entry_script(model: Model, stage: StageModel, files: Files) -> EntryScript | None:
    argv = _behind_init(stage.entrypoint.argv or ())
    by_shell = len(argv) == 2 and basename(argv[0]) in _SHELLS and not argv[1].startswith("-")
    if not by_shell and len(argv) != 1:
        return None  # it has arguments of its own in front
    name = argv[-1]
    for place in in_path(name, stage.end.workdir):
        text = text_at(model, stage, place, files)
        head = placed(model, stage, place, files).head  # None where a RUN changes the file
        if text is None or head is None:
            continue
        if not by_shell and not _SHEBANG.match(text):
            return None
        lines = text.replace("\r\n", "\n").split("\n")
        bare = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        return EntryScript(name, bare, _hands_on(bare))
    return None


def _behind_init(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command line behind an init."""
    if not only_init(argv[:1]):
        return argv
    at = next((index for index, word in enumerate(argv) if index and not word.startswith("-")), len(argv))
    return argv[at:]


def _hands_on(text: str) -> bool:
    body = parse_shell(text)
    if not isinstance(body, Body) or not body.top:
        return False
    last = body.top[-1]
    if last.command is None or last.operator not in ("", ";", "\n", "&") or last.negated or not _is_all(last.command):
        return False
    if any(command.name in _SEEING and not _sets_options(command) for command in body.commands):
        return False
    starts = last.command.words[0].raw
    if starts in _ALL and _DEFINES.search(text):
        return False  # the first word of CMD may be one of these
    return not _USES.search(_outside_functions(body, last.start))


def _is_all(command: Command) -> bool:
    """Tell whether a command is the arguments as they are, with or without `exec` or a program that starts them."""
    words = [word.raw for word in command.words]
    words = words[1:] if words[:1] == ["exec"] else words
    if len(words) > 1 and basename(words[0]) in _STARTERS and not any(_USES.search(word) for word in words[:-1]):
        words = words[-1:]
    return len(words) == 1 and words[0] in _ALL and not command.assignments and not command.redirects


def _sets_options(command: Command) -> bool:
    """Tell whether `set` only sets options: a word of another kind becomes an argument."""
    words = [word.raw for word in command.words]
    options = all(re.match(r"[-+][a-zA-Z]+\Z", word) or words[at].endswith("o") for at, word in enumerate(words[1:]))
    return words[:1] == ["set"] and options


def _outside_functions(body: Body, end: int) -> str:
    """Return the text before a place without the functions that it defines: they have arguments of their own."""
    text = body.text
    for item in reversed(body.top):
        if item.kind == "function":
            text = text[: item.start] + " " * (item.end - item.start) + text[item.end :]
    return text[:end]
