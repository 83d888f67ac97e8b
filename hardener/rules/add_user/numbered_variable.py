"""The variable that says the number of an account, in place of its name in USER: `USER ${UID}` (U16)."""

from __future__ import annotations

import re

from hardener.image.data_folders import commands_of
from hardener.image.model import Model, StageModel
from hardener.image.users import changes_accounts
from hardener.shell import Command
from hardener.syntax.dockerfile.nodes import Instruction, Run

#: bash sets these itself, whatever ARG says
_OF_BASH = frozenset(("UID", "EUID"))
_VARIABLE = re.compile(r"\"?\$(?:(\w+)|\{(\w+)\})\"?\Z")
_OPTION = re.compile(r"(?:--uid|-\w*u)(?:=|\Z)")


def number_variable(model: Model, stage: StageModel, user: Instruction, name: str) -> str:
    """Return the variable that holds the number of an account where USER stands, "" where harden cannot tell.

    A build may give it another value: the RUN that creates the account and USER get the same one.

    Args:
        model: of the file. stage: the final one. user: its USER. name: of the account.
    """
    if changes_accounts(model, stage):
        return ""
    makers = [(run, command) for run, command in commands_of(model, stage) if _creates(command, name)]
    if len(makers) != 1:
        return ""
    run, command = makers[0]
    found = _variable_of(command)
    body = stage.node.body
    if not found or run not in body or not _is_shell_of(stage, run, found):
        return ""
    at = body.index(run)
    said = [node for node in body[: body.index(user)] if node.name in ("ARG", "ENV") and _names(model, node, found)]
    if len(said) != 1 or body.index(said[0]) > at or said[0].name != "ARG":
        return ""
    default = re.search(rf"\b{found}=\"?([1-9]\d*)\"?(?:\s|\Z)", model.logical(said[0]).text)
    assigns = re.search(rf"\b{found}=|\b(?:read|for|unset)\b.*\b{found}\b", model.logical(run).text)
    return found if default and not assigns else ""


def _creates(command: Command, name: str) -> bool:
    return command.name in ("useradd", "adduser") and any(word.value == name for word in command.words[1:])


def _variable_of(command: Command) -> str:
    """Return the variable that stands alone as the number of the account, "" where none does."""
    words = [word.raw for word in command.words[1:]]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if not _OPTION.match(word):
            continue
        match = _VARIABLE.match(word.partition("=")[2] or following)
        return (match[1] or match[2]) if match else ""
    return ""


def _is_shell_of(stage: StageModel, run: Run, name: str) -> bool:
    """Tell whether the shell of a RUN leaves a variable as ARG sets it."""
    if name not in _OF_BASH:
        return True
    image, shell = stage.root.image, stage.states[run].shell
    is_small = image is not None and image.distro in ("debian", "ubuntu", "alpine")  # their sh is no bash
    return is_small and shell is not None and shell[:1] in (("/bin/sh",), ("sh",))


def _names(model: Model, node: Instruction, name: str) -> bool:
    return re.search(rf"(?<!\w){name}(?:=|\s|\Z)", model.logical(node).text) is not None


__all__ = ["number_variable"]
