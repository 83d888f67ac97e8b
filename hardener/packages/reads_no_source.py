"""Which commands of a RUN read no source, and a RUN cut in two between two commands of its chain."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.packages.commands import package_command
from hardener.shell import Body, Command, parse_shell
from hardener.shell.invocation import invocation
from hardener.syntax.dockerfile.continuations import Logical

#: programs that neither read nor change files of the project, whatever their arguments (paths are looked at)
_PLAIN = frozenset(
    """
    apt-get apt apk dnf yum microdnf zypper tdnf echo true : set export unset mkdir useradd groupadd adduser addgroup
    usermod corepack gem update-ca-certificates locale-gen ldconfig dpkg-reconfigure apt-key add-apt-repository
    curl wget gpg yum-config-manager rm ln sleep date uname pwd whoami
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: what of these programs is plain, by the words after the program
_BY_VERB = {
    "npm": r"(config|set|cache)\b|(install|i|add)\b.*(?<!\S)(-g|--global|--location=global)(?!\S)|(-v|--version)\Z",
    "yarn": r"(config|cache|global|set|policies|--version)\b",
    "yarnpkg": r"(config|cache|global)\b",
    "pnpm": r"(config|store|add -g|add --global|--version)\b",
    "bun": r"(pm cache|add -g|--version)\b",
    "node": r"(-v|--version)\Z",
    "python": r"(-V|--version)\Z|-m venv /",
    "python3": r"(-V|--version)\Z|-m venv /",
    "poetry": r"(config|self|cache)\b",
    "bundle": r"config\b",
    "composer": r"(config|clear-cache|clearcache|--version|self-update)\b",
    "go": r"(env|version)\b",
    "pipenv": r"--clear\Z",
    "conda": r"clean\b",
    "git": r"config --(global|system)\b",
    "uv": r"(cache|python install)\b",
    "dotnet": r"nuget locals\b",
    # it shows what is there, and nothing comes of it
    "ls": r"(-\w+\s*)*\Z",
}
#: programs whose operands are files
_ON_FILES = frozenset(("rm", "ln", "mkdir", "curl", "wget", "gpg"))
_PIP_PLAIN = regex(r"install((\s+-U|\s+--[\w-]+(=\S+)?)*\s+[A-Za-z0-9][\w.,\[\]<>=!~-]*)+\s*\Z|(cache|config)\b")
_PIP = regex(r"pip3?(\.\d+)?\Z")


def reads_no_source(command: Command | None, folder: str) -> bool:
    """Tell whether a command certainly has nothing to do with the files in `folder`, an absolute path."""
    if command is None or not command.words:
        return False
    package = package_command(command)
    if package is not None and package.unknown:
        return False
    if any(
        redirect.target is not None and not _is_elsewhere(redirect.target.raw, folder) for redirect in command.redirects
    ):
        return False
    words = [word.raw if word.value is None else word.value for word in command.words]
    call = invocation(words)
    if call is None or call.is_open or not call.program:
        return False
    name, rest = call.program, words[call.rest :]
    if call.host and name != "pip" and call.host not in ("corepack", "npx"):
        name, rest = call.host, words[call.at + 1 :]
    text = " ".join(rest)
    if _PIP.match(name):
        return _PIP_PLAIN.match(text) is not None
    if name in _BY_VERB:
        return re.match(_BY_VERB[name], text) is not None
    if name in _ON_FILES and any(word[0] not in "/-" and "://" not in word for word in rest if word):
        return False
    return name in _PLAIN and all(_is_elsewhere(word, folder) for word in rest)


def _is_elsewhere(word: str, folder: str) -> bool:
    """Tell whether a word can be no path into the project: not `./x`, not `*`, not below `folder`."""
    if word.startswith((".", "*", "@", "~", "$PWD", "`")) or "=." in word:
        return False
    if not word.startswith("/"):
        # a name alone may be a file here, but no program of the table above takes it for one
        return "/" not in word or "://" in word or word.startswith("-") or (word[0].isalpha() and ":" in word)
    below = word.rstrip("/*") or "/"
    return not (below == folder or below.startswith(folder.rstrip("/") + "/") or folder.startswith(below + "/"))


def body_reads_no_source(text: str, folder: str) -> bool:
    """Tell whether a whole RUN certainly has nothing to do with the files in `folder`."""
    body = parse_shell(text)
    if not isinstance(body, Body):
        return False
    return all(reads_no_source(command, folder) for command in body.commands)


def cut(raw: str, line: Logical, end: int, start: int) -> tuple[str, str] | Refusal:
    """Return the raw text up to logical offset `end`, and from `start` on, between which only an operator stands."""
    head, tail = line.raw_end(end), line.raw(start)
    if "#" in raw[head:tail]:
        return Refusal("P01", "a comment stands where the RUN would be cut in two", "move the comment above the RUN")
    return raw[:head], raw[tail:]
