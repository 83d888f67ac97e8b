"""How the checks say that BuildKit would refuse an instruction."""

from __future__ import annotations

from hardener.syntax.dockerfile.nodes import Instruction


class UnusableError(Exception):
    """What is wrong with an instruction; `checks.check` gives it a place and a file.

    Args:
        node: the instruction, None for the whole file.
        message: what is wrong, and what would be right.
        word: the part of the text that is wrong; "" for the keyword.
        is_foreign: whether the file may be no Dockerfile at all.
    """

    def __init__(self, node: Instruction | None, message: str, word: str = "", is_foreign: bool = False) -> None:
        super().__init__(message)
        self.node, self.message, self.word, self.is_foreign = node, message, word, is_foreign
