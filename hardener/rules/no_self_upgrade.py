"""no-self-upgrade (HD118)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import StageModel
from hardener.image.runs import COMMENTED, RunBody, read_run
from hardener.packages.commands import PackageCommand
from hardener.rules.base import Rule, Safety
from hardener.shell import Word
from hardener.syntax.dockerfile.nodes import Comment, Run, ShellForm
from hardener.syntax.tree import Flatten
from hardener.text import Edit, apply_edits, whole

#: one of them stands in each such command
_HINTS = (
    "-U", "--upgrade", "-g npm", "--global npm", "npm -g", "npm --global", "npm@latest -g", "npm@latest --global",
)  # fmt: skip
_VERBS = {"pip": frozenset(("install",)), "npm": frozenset(("install", "i", "add", "update", "up", "upgrade"))}
#: options that say nothing of what is installed, or from where
_PLAIN = {
    "pip": frozenset(
        "-U --upgrade --no-cache-dir -q -qq --quiet --disable-pip-version-check --root-user-action".split()  # noqa: SIM905
    ),
    "npm": frozenset("-g --global -q --quiet -s --silent --no-audit --no-fund --no-progress --loglevel".split()),  # noqa: SIM905
}
_ITSELF = {"pip": frozenset(("pip",)), "npm": frozenset(("npm", "npm@latest"))}
#: what old images of Python hold beside pip
_BESIDE = frozenset(("setuptools", "wheel"))
#: by manager: the official image that brings it, and the first of its versions whose manager is recent enough
_BRINGS = {"pip": ("docker.io/library/python", (3, 9)), "npm": ("docker.io/library/node", (18, 0))}
_WITHOUT_SETUPTOOLS = (3, 12)
_VERSION = regex(r"(\d+)(?:\.(\d+))?")
_OTHER_PIP = regex(r"venv|virtualenv|get-pip|\bactivate\b")
_ALLOW = "name its version (`{}`), or remove the upgrade"
_DOUBT = "a newer {0} may install what the {0} of the image cannot"
_MESSAGE = (
    "the {0} of the base image is upgraded to whatever is newest: two builds differ, and the image holds it twice"
)
_CHAIN = Refusal("C34", "the upgrade is no step of a chain of `&&`", "remove it yourself")


class NoSelfUpgrade(Rule):
    """Use the pip and npm that the base image brings.

    ## What it does
    Removes `pip install --upgrade pip` on the official image of Python, and `npm install -g npm` on that of Node, where
    no version is named. On Python before 3.12, whose images hold setuptools and wheel, it removes these from the same
    command. What else the command installs stays, as do the other commands of the RUN.

    ## Why
    These images bring a pip or npm that was tried with them, and that the tag or digest fixes. An upgrade to whatever
    is newest makes two builds differ and breaks one some day without any change of the file. It takes time in each
    build, and the image holds the program twice.

    ## Example
    ```dockerfile
    FROM python:3.14-slim
    RUN pip install --no-cache-dir --upgrade pip && pip install --no-cache-dir flask==3.1.2
    ```
    becomes
    ```dockerfile
    FROM python:3.14-slim
    RUN pip install --no-cache-dir flask==3.1.2
    ```

    ## Fix safety
    Unsafe: the upgrade may be there because the newer program installs what the older one cannot. Try it with
    `harden verify`.

    ## When it only reports
    - C34: the program is not the one of an official image of Python 3.9 or Node 18 and newer: it is the distribution's,
      that of a virtual environment, or harden cannot tell; or the command stands in no chain of `&&`
    - P01: a comment stands in or above what would be removed

    An upgrade to a version that is named stays, and nothing is said.
    """

    code = "HD118"
    name = "no-self-upgrade"
    safety = Safety.UNSAFE
    effects = frozenset({Effect.RUN})
    needs = frozenset({"Run"})

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return _HINTS

    def leave_Run(self, original: Run, updated: Run) -> Run | Flatten:
        """Take the first upgrade out of a RUN; the next one comes with the next pass."""
        stage = self.model.holder(original) if any(hint in original.text for hint in _HINTS) else None
        run = read_run(self.model, stage, original) if stage is not None else None
        found = next(filter(_upgrades_itself, run.commands), None) if run is not None else None
        if stage is None or run is None or found is None:
            return updated
        message = _MESSAGE.format(found.manager)
        version = _version(stage, original, found)
        text = version if isinstance(version, Refusal) else _without(run, found, _dropped(found, version))
        if text == "" and any(isinstance(item, Comment) for item in original.leading):
            text = COMMENTED
        if isinstance(text, Refusal):
            return self.report(original, updated, text, message)
        new = Flatten((updated.with_changes(arguments=ShellForm(text)),) if text else ())
        result = self.rewrite(original, Flatten((updated,)), new, message, doubt=_DOUBT.format(found.manager))
        return result if result is new else updated


def _upgrades_itself(command: PackageCommand) -> bool:
    """Tell whether a package manager installs the newest version of itself."""
    manager = command.manager
    if command.verb not in _VERBS.get(manager, ()) or command.is_open or command.invocation.host == "uv":
        return False
    options = {(word.value or word.raw).partition("=")[0] for word in command.options}
    asked = command.has("-U", "--upgrade") if manager == "pip" else command.has("-g", "--global")
    return asked and options <= _PLAIN[manager] and any(_named(word) in _ITSELF[manager] for word in command.operands)


def _named(word: Word) -> str:
    return word.value or ""


def _version(stage: StageModel, node: Run, command: PackageCommand) -> tuple[int, int] | Refusal:
    """Return the version of the official image whose own program this is."""
    manager = command.manager
    repository, least = _BRINGS[manager]
    allow = _ALLOW.format(f"{manager}==…" if manager == "pip" else f"{manager}@…")
    reference = stage.root.reference
    if reference is None or reference.repository != repository or (reference.digest and not reference.tag):
        return Refusal("C34", f"cannot tell how old the {manager} of the base image is", allow)
    found = _VERSION.match(reference.tag or "")
    version = (whole(found[1]), whole(found[2] or "99")) if found is not None else (99, 0)
    if version < least:
        return Refusal("C34", f"the {manager} of {reference.familiar} is old", allow)
    body = stage.node.body
    before = [other.code for other in body[: body.index(node) + 1]]
    before += [other.code for link in stage.chain[1:] for other in link.node.body]
    if manager == "pip" and ("/" in command.program or any(map(_OTHER_PIP.search, before))):
        return Refusal("C34", "it may be the pip of a virtual environment, or one that was installed", allow)
    return version


def _dropped(command: PackageCommand, version: tuple[int, int]) -> frozenset[str]:
    """Return the operands that the image has without the command."""
    itself = _ITSELF[command.manager]
    return itself | _BESIDE if command.manager == "pip" and version < _WITHOUT_SETUPTOOLS else itself


def _without(run: RunBody, command: PackageCommand, dropped: frozenset[str]) -> str | Refusal:
    """Return the text of a RUN without what a command need not install; "" where nothing remains."""
    operands = command.operands
    gone = [word for word in operands if _named(word) in dropped]
    if len(gone) == len(operands):
        from hardener.image.unused_lists import without  # what a RUN is without one command of its chain

        text = without(run, command)
        return _CHAIN if text is None else text
    words = command.command.words
    edits = [_cut(run, words[words.index(word) - 1], word) for word in gone]
    if any("#" in run.raw[edit.start : edit.end] for edit in edits):
        return COMMENTED
    return apply_edits(run.raw, edits)


def _cut(run: RunBody, before: Word, word: Word) -> Edit:
    """Return the edit that takes a word out with the blanks before it."""
    return Edit(run.line.raw_end(before.end), run.line.raw_end(word.end), "")
