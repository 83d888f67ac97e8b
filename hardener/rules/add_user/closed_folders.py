"""Folders that nobody but root can write to, whoever owns them: their mode says so (U07)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.image.data_folders import commands_of
from hardener.image.files import absolute, copied, is_within
from hardener.image.model import Model, StageModel
from hardener.project.context_tree import ContextTree

#: modes without the right of the owner to write, and symbolic ones that take it away
_NUMBER = r"0?[0-7]?[0145][0-7][0-7]\Z"
_TAKES = r"(?:\A|,)(?:[go]*[ua][ugoa]*)?-[rxXst]*w|(?:\A|,)[go]*[ua][ugoa]*=[rxXst]*(?:,|\Z)"
_ALLOW = "leave its owner the right to write (u+w)"


def closed_to_owner(model: Model, stage: StageModel, folder: str, tree: ContextTree | None = None) -> Refusal | None:
    """Return what keeps the owner of a folder from making files in it, None where nothing does.

    Args:
        model: of the file.
        stage: the final one.
        folder: that the program writes to.
        tree: the build context, None where it is not known.
    """
    for link in stage.chain:
        for node in link.node.body:
            mode, found = node.flag("chmod"), copied(model, node, tree)
            if mode is None or found is None or not _takes_write(mode) or not is_within(found.target, folder):
                continue
            if tree is None or found.from_stage is not None or not all(map(tree.is_file, found.names)):
                return Refusal("U07", f"--chmod={mode} lets only root write in {folder}, and the program does", _ALLOW)
        for node, command in commands_of(model, link):
            words = [word.value or word.raw for word in command.words[1:]]
            plain = [word for word in words if not re.match(r"-\w*[RfvcH]|--", word)]
            if command.name != "chmod" or len(plain) < 2 or not _takes_write(plain[0]):
                continue
            places = [absolute(link.states[node].workdir, path) for path in plain[1:]]
            if any(place == folder for place in places):
                return Refusal(
                    "U07", f"`chmod {plain[0]}` lets only root write in {folder}, and the program does", _ALLOW
                )
    return None


def _takes_write(mode: str) -> bool:
    return re.match(_NUMBER, mode) is not None or re.search(_TAKES, mode) is not None


__all__ = ["closed_to_owner"]
