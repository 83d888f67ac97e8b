"""pipe-to-shell (HD308)."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.runs import commands_body
from hardener.rules.base import Rule, Safety
from hardener.shell import Body, Command
from hardener.shell.programs import SHELLS
from hardener.syntax.dockerfile.nodes import Run

_FETCHERS = ("curl", "wget")
_FETCHING = "|".join(_FETCHERS)
#: only a cheap look before anything is read
_HINT = regex(rf"\b(?:{_FETCHING})\b")
#: a pipe, or a command in the place of a word; JSON may write a character by its number
_SIGNS = ("|", "<(", "$(", "`", "\\u")
_SHELLS = SHELLS | {"ksh", "zsh"}
_INTERPRETERS = regex(r"(?:python|pypy|perl|ruby|node|php)[\d.]*\Z")
#: commands that run their arguments as a program of the shell itself
_READERS = frozenset(("eval", "source", "."))
#: a download in the place of a file, or of a text
_INLINE = regex(rf"[\"']?(?:<\(|\$\(|`)\s*({_FETCHING})\b")
_HELD = Refusal(
    "C13",
    "cannot tell which script the address will serve",
    "download it to a file, compare it with a checksum that you have read, then run it; or install a package",
)


class PipeToShell(Rule):
    """Do not run a script straight from the network.

    ## What it does
    Reports a RUN that passes a download to a shell or an interpreter without a check: `curl … | sh`,
    `wget -O- … | bash`, `bash <(curl …)`, `sh -c "$(curl …)"`.

    ## Why
    Whoever controls the address, or the network in between, can run any command as root in the build. And a pipe hides
    a failed download: `sh` reads nothing and reports success.

    ## Example
    ```dockerfile
    FROM alpine:3.22
    RUN wget -qO- https://example.com/install.sh | sh
    ```
    is reported, and
    ```dockerfile
    FROM alpine:3.22
    RUN wget -qO /tmp/install.sh https://example.com/v1.2.3/install.sh && \\
        echo "24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d  /tmp/install.sh" | sha256sum -c - && \\
        sh /tmp/install.sh && rm /tmp/install.sh
    ```
    is not.

    ## Fix safety
    There is no rewrite: only you can say which script is the right one (C13).

    ## When it only reports
    - C13: always
    """

    code = "HD308"
    name = "pipe-to-shell"
    safety = Safety.SAFE
    effects = frozenset[Effect]()

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return ("curl", "wget")

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Report the first script of a RUN that comes from the network."""
        is_likely = _HINT.search(original.code) and any(sign in original.code for sign in _SIGNS)
        stage = self.model.holder(original) if is_likely else None
        body = commands_body(self.model, stage, original) if stage is not None else None
        found = next(_from_network(body), None) if body is not None else None
        if found is None:
            return updated
        return self.report(original, updated, _HELD, f"`{found}` runs whatever the network serves")


def _from_network(body: Body) -> Iterator[str]:
    """Yield each command that runs a download, in short."""
    fetcher = ""
    for command in body.commands:
        words = _unwrapped(command)
        name, position = basename(words[0]) if words else "", command.context.position
        if not position:
            fetcher = ""
        if fetcher and position and _reads_input(name, words[1:]):
            yield f"{fetcher} … | {name}"
        if name in _FETCHERS and position is not None:
            fetcher = name
        inline = next((word for word in words[1:] if _INLINE.match(word)), "")
        inner = _INLINE.match(inline)
        if inner is not None and _runs_argument(name, words[1 : words.index(inline)], inline):
            kind = inner[1]
            start = " ".join([name, *words[1 : words.index(inline)]])
            yield f"{start} <({kind} …)" if inline.lstrip("\"'").startswith("<") else f'{start} "$({kind} …)"'


def _unwrapped(command: Command) -> list[str]:
    """Return the words of a command from the program on that `sudo`, `env` and their like run."""
    words = [word.value if word.value is not None else word.raw for word in command.words]
    from hardener.shell.invocation import invocation_of

    call = invocation_of(command)
    if call is None:  # a wrapper with an option that is not known: what follows may well be the shell
        return [word for word in words[1:] if not word.startswith("-")]
    return words[call.at :]


def _reads_input(name: str, arguments: list[str]) -> bool:
    """Tell whether a program takes its script from standard input."""
    if not (name in _SHELLS or _INTERPRETERS.match(name)):
        return False
    first = next((word for word in arguments if word == "-" or not word.startswith("-")), "-")
    options = [word for word in arguments if word.startswith("-") and not word.startswith("--") and word != "-"]
    if name in _SHELLS:
        return "c" not in "".join(options) and (first == "-" or any("s" in option for option in options))
    return not options and first == "-"


def _runs_argument(name: str, before: list[str], inline: str) -> bool:
    """Tell whether a program runs the download that stands in the place of one of its arguments."""
    if name in _READERS:
        return True
    is_file = inline.lstrip("\"'").startswith("<")
    runs_text = any(word.startswith("-") and word[-1:] in ("c", "e", "r") for word in before)
    return (name in _SHELLS or _INTERPRETERS.match(name) is not None) and (is_file or runs_text)
