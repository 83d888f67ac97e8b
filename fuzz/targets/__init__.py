"""What is tried, one file a target: a function that takes a text and raises `FoundError` where harden is at fault."""

from __future__ import annotations

from fuzz.target import Target
from fuzz.targets import parser, rules, shell, whole, yaml_edits

TARGETS: dict[str, Target] = {
    target.name: target for target in (parser.TARGET, shell.TARGET, rules.TARGET, whole.TARGET, yaml_edits.TARGET)
}
