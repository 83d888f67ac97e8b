"""What somebody may have meant: the name that is close to a wrong one, the kind of file that is no Dockerfile."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: (what a text looks like, a pattern found in it), the first that matches counts
_KINDS = (
    ("a file with an unresolved merge conflict", r"(?m)^(?:<{7} |>{7} )"),
    ("a package.json", r"(?s)\A\s*\{.*\"(?:name|version|scripts|dependencies|devDependencies|private)\"\s*:"),
    ("a JSON file", r"\A\s*[\[{]\s*(?:[\"{\[]|\Z)"),
    ("an XML or HTML file", r"\A\s*<[?!a-zA-Z]"),
    ("a shell script", r"\A#!.*\b(?:ba|da|z|k)?sh\b"),
    ("a script", r"\A#!"),
    ("a Kubernetes manifest", r"(?m)^apiVersion:\s"),
    ("a compose file", r"(?m)^services:[ \t]*(?:#.*)?\r?$"),
    ("a workflow of GitHub Actions", r"(?m)^jobs:[ \t]*\r?$"),
    ("a bake file", r"(?m)^(?:target|group|variable|function)[ \t]+\"[^\"]*\"[ \t]*\{"),
    ("a TOML file", r"(?m)\A(?:[ \t]*(?:#.*)?\r?\n)*\[\[?[\w.\"-]+\]\]?[ \t]*(?:#.*)?\r?$"),
    ("a requirements file", r"(?m)\A(?:[ \t]*(?:#.*)?\r?\n)*[A-Za-z][\w.-]*(?:\[[\w,-]+\])?(?:[=~<>!]=)"),
    ("a Markdown file", r"(?m)^(?:```|~~~|#{2,6} \S|[ \t]*[-*+] \S|.*\]\([^)\s]+\)|={3,}\r?$|-{3,}\r?$\n\s*\n)"),
    ("a Makefile", r"(?m)^[\w./-]+:(?![=/]).*\n\t\S"),
    ("a YAML file", r"(?m)\A(?:[ \t]*(?:#.*)?\r?\n)*(?:---|[\w\"'.-]+:(?:[ \t]|\r?$))"),
    ("source code", r"(?m)\A(?:[ \t]*(?:#.*|//.*)?\r?\n)*(?:import |from \w[\w.]* import |package \w+;?\r?$|const )"),
)  # fmt: skip
_NAMES = (
    ("a compose file", r"(?:docker-)?compose(?:\.[\w-]+)*\.ya?ml"),
    ("a package.json", r"package\.json"),
    ("a Markdown file", r".*\.(?:md|markdown)|readme(?:\.\w+)?"),
    ("a .dockerignore file", r"(?:.*\.)?\.?dockerignore"),
    ("a bake file", r"docker-bake.*\.(?:hcl|json)"),
    ("a Makefile", r"(?:gnu)?makefile"),
)


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that `name` was probably meant to be."""
    from difflib import get_close_matches  # only where something is wrong

    found = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str], shown: str = "") -> str:
    """Return the sentence that asks for the closest of `known`, put after `shown`; "" where none is close."""
    best = closest(name, known)
    return f": did you mean {shown}{best}?" if best else ""


def looks_like(text: str, filename: str | None) -> str | None:
    """Return what a text that is no Dockerfile looks like, such as "a compose file"; None where that is unclear."""
    base = (filename or "").replace("\\", "/").rpartition("/")[2].lower()
    for kind, pattern in _NAMES:
        if re.fullmatch(pattern, base):
            return kind
    head = text.removeprefix("\ufeff")[:20_000]
    return next((kind for kind, pattern in _KINDS if re.search(pattern, head)), None)
