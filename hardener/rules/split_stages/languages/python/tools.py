"""Tools that fetch packages (uv, Poetry, Pipenv): where they go, and whether the image needs them when it runs."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.rules.split_stages import paths
from hardener.rules.split_stages.languages.python.needs import INSTALLERS as TOOLS
from hardener.rules.split_stages.languages.python.needs import names_of
from hardener.rules.split_stages.model import Call, Case, Verdict
from hardener.rules.split_stages.read_runs import INSTALLERS

_PIP = regex(r"(pip|python)[\d.]*\Z")


def of_tools(case: Case, call: Call, environment: str | None) -> Verdict | Refusal | None:
    """Return what becomes of a command that installs such a tool, None for any other.

    Args:
        case: the stage.
        call: the command.
        environment: the virtual environment that the file makes itself; None where it uses the image's Python.
    """
    if call.words == ("self", "install") and call.name in ("uv", "poetry"):
        return _fetched(case, call.name)
    scripts = _scripts(case)
    if call.name in ("sh", "bash", "python", "python3") and call.words and call.words[-1] in scripts:
        return _fetched(case, scripts[call.words[-1]])
    if call.name == "rm" and set(call.words) - {"-f", "-rf"} <= scripts.keys() and scripts:
        return Verdict(build=True)
    package = call.package
    if environment is None or package is None or package.manager != "pip" or package.verb != "install":
        return None
    if not _PIP.match(package.program) or _is_inside(case, call, environment):
        return None
    return _beside(case, call, environment)


def _fetched(case: Case, tool: str) -> Verdict | Refusal:
    if is_started(case, tool):
        return Refusal("S11", f"the image starts {tool}, which a script installs", f"copy {tool} from its image")
    return Verdict(build=True)


def _scripts(case: Case) -> dict[str, str]:
    """Return the installers that ADD fetches, by their path in the image, with the tool that they install."""
    known: dict[str, str] | None = case.memo.get("installers")
    if known is not None:
        return known
    found: dict[str, str] = {}
    for step in case.steps:
        match = INSTALLERS.search(step.node.text) if step.node.name == "ADD" else None
        target = paths.target(case, step) if match else None
        if match and target:
            found[target] = match[1] or match[2]
    case.memo["installers"] = found
    return found


def is_started(case: Case, tool: str) -> bool:
    """Tell whether the image starts a tool itself, or a shell script of the build context may."""
    if any(program[0].rpartition("/")[2] == tool for program in case.programs):
        return True
    named = re.compile(rf"(?m)^[^#\n]*\b{tool}\b")
    return any(named.search(case.project.text(path) or "") for path in case.project.scripts)


def _is_inside(case: Case, call: Call, environment: str) -> bool:
    """Tell whether plain `pip` is that of the environment: by PATH, or activated in the same RUN."""
    if f"{environment}/bin" in (call.state.values.get("PATH") or "").split(":")[:2]:
        return True
    for other in case.calls:
        activates = other.name in (".", "source") and other.words[:1] and other.words[0].endswith("bin/activate")
        if activates and other.state is call.state and other.command.start < call.command.start:
            return True
    return False


def _beside(case: Case, call: Call, environment: str) -> Verdict | Refusal:
    """The image's own Python gets something although there is an environment: tools for the build, or more (S06)."""
    names, is_known = names_of(call)
    if not is_known or not names <= TOOLS:
        return Refusal(
            "S06", f"packages go to {environment} and to the image's own Python", "install all of them in one place"
        )
    return Verdict(build=True, repeat=any(is_started(case, name) for name in names))
