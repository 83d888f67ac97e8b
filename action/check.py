"""What the GitHub Action runs: harden on the files of the inputs, with annotations, a SARIF file and a job summary.

All inputs come by environment variables and go to harden as arguments; no shell reads them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from hardener.engine.discovery import is_wanted

#: what a push to a new branch gives as the commit before it
_NO_COMMIT = "0" * 40
_ERROR = 2
_CHOICES = {
    "FILES": ("all", "changed"), "LEVEL": ("", "safe", "hardening", "unsafe"), "OFFLINE": ("true", "false"),
    "ANNOTATIONS": ("true", "false"), "SUMMARY": ("true", "false"),
    "FAIL_LEVEL": ("", "none", "safe", "hardening", "unsafe", "held-back"),
}  # fmt: skip
_LEVELS = {"": [], "hardening": [], "safe": ["--safe"], "unsafe": ["--unsafe-fixes"]}


class InputError(Exception):
    """An input of the action that cannot be used."""


def main(environ: Mapping[str, str] = os.environ) -> int:
    """Run the checks and return the exit code; the outputs of the step are written before."""
    try:
        options, paths = read_options(environ), chosen(environ, git)
    except InputError as error:
        print(f"::error::{error}")
        return _ERROR
    if not paths:
        print("No Dockerfile or compose file changed.")
        write_outputs(environ, sarif="", code=0)
        return 0
    sarif = Path(environ["RUNNER_TEMP"]) / "harden.sarif"
    code = harden([*options, "--output-format=sarif", f"--output-file={sarif}", "--", *paths])
    # the answers of registries are remembered, so the other reports take little time; their exit codes say nothing new
    if environ.get("HARDEN_INPUT_ANNOTATIONS") != "false":
        harden([*options, "--quiet", "--output-format=github", "--", *paths])
    if environ.get("HARDEN_INPUT_SUMMARY") != "false" and environ.get("GITHUB_STEP_SUMMARY"):
        summarize(options, paths, environ)
    write_outputs(environ, sarif=str(sarif) if sarif.exists() else "", code=code)
    return code


def read_options(environ: Mapping[str, str]) -> list[str]:
    """Return the options of harden that the inputs ask for.

    Raises:
        InputError: an input has a value that it cannot have.
    """
    for name, allowed in _CHOICES.items():
        given = environ.get(f"HARDEN_INPUT_{name}", allowed[0])
        if given not in allowed:
            shown = ", ".join(filter(None, allowed))
            raise InputError(f"{name.lower().replace('_', '-')}: must be one of {shown}, not {given!r}")
    options = ["--check", *_LEVELS[environ.get("HARDEN_INPUT_LEVEL", "")]]
    for name in ("fail-level", "context", "config"):
        if value := environ.get(f"HARDEN_INPUT_{name.upper().replace('-', '_')}"):
            options.append(f"--{name}={value}")
    return [*options, "--offline"] if environ.get("HARDEN_INPUT_OFFLINE") == "true" else options


def chosen(environ: Mapping[str, str], ask: Callable[..., bytes | None]) -> list[str]:
    """Return the paths to check: those of the input, or the changed files among them.

    Args:
        environ: the environment with the inputs.
        ask: runs git with arguments; None where it fails.
    """
    paths = [line.strip() for line in environ.get("HARDEN_INPUT_PATHS", "").splitlines() if line.strip()] or ["."]
    if environ.get("HARDEN_INPUT_FILES") != "changed":
        return paths
    changed = changed_files(environ.get("HARDEN_BASE", ""), ask)
    if changed is None:
        print("::notice::cannot tell which files changed, so all are checked: the commit before is not available")
        return paths
    return [name for name in changed if _is_wanted(name, paths) and is_wanted(Path(name))]


def changed_files(base: str, ask: Callable[..., bytes | None]) -> list[str] | None:
    """Return the files that differ from a commit and are not deleted, from here; None where git cannot tell."""
    if len(base) != len(_NO_COMMIT) or base == _NO_COMMIT or not set(base) <= set("0123456789abcdef"):
        return None
    if ask("cat-file", "-e", f"{base}^{{commit}}") is None:
        # a checkout of one commit: the commit alone is enough for a comparison
        ask("fetch", "--quiet", "--no-tags", "--depth=1", "origin", base)
    listed = ask("diff", "--name-only", "-z", "--no-renames", "--diff-filter=d", "--relative", base, "HEAD")
    return None if listed is None else [name for name in os.fsdecode(listed).split("\0") if name]


def _is_wanted(name: str, paths: list[str]) -> bool:
    if Path(name).is_symlink() and not Path(name).resolve().is_relative_to(Path.cwd()):
        return False  # as in a folder: what lies outside of the checkout is not read
    place = os.path.abspath(name)  # noqa: PTH100 (a link stays where it is)
    tops = [os.path.abspath(path) for path in paths]  # noqa: PTH100
    return any(place == top or place.startswith(os.path.join(top, "")) for top in tops)  # noqa: PTH118


def git(*arguments: str) -> bytes | None:
    """Run git in the checkout and return what it prints, None where it fails."""
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    # a checkout without .git may hold files that look like a repository, whose configuration could start programs
    command = ["git", "-c", "safe.bareRepository=explicit", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, env=environment)
    return done.stdout if done.returncode == 0 else None


def harden(arguments: list[str]) -> int:
    """Run harden of this checkout, isolated from the files that it reads, and return its exit code."""
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-I", "-m", "hardener", *arguments], check=False).returncode


def summarize(options: list[str], paths: list[str], environ: Mapping[str, str]) -> None:
    """Add the report in Markdown to the job summary."""
    report = Path(environ["RUNNER_TEMP"]) / "harden.md"
    harden([*options, "--quiet", "--output-format=markdown", f"--output-file={report}", "--", *paths])
    if report.exists():
        with Path(environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as summary:
            summary.write(report.read_text(encoding="utf-8") + "\n")


def write_outputs(environ: Mapping[str, str], *, sarif: str, code: int) -> None:
    """Write the outputs of the step."""
    if path := environ.get("GITHUB_OUTPUT"):
        with Path(path).open("a", encoding="utf-8") as outputs:
            outputs.write(f"sarif={sarif}\nexit-code={code}\n")


if __name__ == "__main__":
    sys.exit(main())
