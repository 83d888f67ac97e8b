"""Reading the files of `data/`, and the mark for what nobody has looked up."""

from __future__ import annotations

import json
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final

_FOLDER = Path(__file__).parent / "data"


class Unknown(Enum):
    """The type of `UNKNOWN`, so that "known to be none" (None) and "not known" stay apart."""

    UNKNOWN = "?"


UNKNOWN: Final = Unknown.UNKNOWN


@cache
def facts(name: str) -> Any:
    """Return the content of `data/<name>.json`; read once, to be left as it is."""
    return json.loads((_FOLDER / f"{name}.json").read_bytes())


def verbs_of(words: str) -> list[str]:
    """Return the verbs of a list: "-" stands for none, "_" for the blank between two words."""
    return ["" if word == "-" else word.replace("_", " ") for word in words.split()]
