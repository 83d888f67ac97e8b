"""Gemfile, as far as it is plain, and Gemfile.lock."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.project.missing_lock import no_lock
from hardener.project.node.package_json import inside
from hardener.project.texts import joined

_GEM = regex(r"""\s*gem[ (]\s*["']([\w.-]+)["']((?:\s*,\s*["'][^"']*["'])*)(.*)\Z""")
_PATH = regex(r"""(?:\bpath:|:path\s*=>|^\s*path)\s*\(?["']([^"']+)["']""")
#: lines that may stand around gems without changing which ones are meant
_PLAIN = regex(
    r"\s*(#.*|source\b.*|ruby\b.*|group\b.* do|platforms?\b.* do|end|git_source\(.*|end if.*|gemspec.*|path\b.* do"
    r"|plugin\b.*|\"https://github.com/.*|repo_name = .*|)\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Gemfile:
    """What a Gemfile says.

    Attributes:
        gems: (name, its requirements as written, sorted).
        local: paths of the context that gems come from.
        has_gemspec: it takes the gems of a gemspec.
        is_plain: it is no program: all lines were understood.
    """

    gems: tuple[tuple[str, tuple[str, ...]], ...]
    local: tuple[str, ...]
    has_gemspec: bool
    is_plain: bool


def read_gemfile(files: Files, folder: str = "") -> Gemfile | None:
    """Return the Gemfile of a folder."""
    text = files.text(joined(folder, "Gemfile"))
    if text is None:
        return None
    gems, local, plain = [], [], True
    for line in text.splitlines():
        gem, path = _GEM.match(line), _PATH.search(line)
        if path:
            local.append(inside(folder, path[1]))
        if gem:
            gems.append((gem[1], tuple(sorted(re.findall(r"[\"']([^\"']*)[\"']", gem[2])))))
        elif not _PLAIN.match(line):
            plain = False
    return Gemfile(tuple(gems), tuple(local), re.search(r"^\s*gemspec\b", text, re.MULTILINE) is not None, plain)


def lock_sections(files: Files, folder: str = "") -> dict[str, list[str]] | None:
    """Return the lines of Gemfile.lock by section, None where there is none."""
    text = files.text(joined(folder, "Gemfile.lock"))
    if text is None:
        return None
    sections: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith(" "):
            sections.setdefault(line.strip(), [])
        elif line.strip() and sections:
            sections[list(sections)[-1]].append(line.strip())
    return sections


def bundler_in_step(files: Files, folder: str, gemfile: Gemfile) -> Refusal | None:
    """Return why Gemfile.lock is not in step with the Gemfile, or not for Linux (C16); None where it is."""
    path = joined(folder, "Gemfile.lock")
    sections = lock_sections(files, folder)
    if sections is None:
        return no_lock(files, path)
    if not gemfile.is_plain or gemfile.has_gemspec:
        return Refusal("C16", "the Gemfile is a program, which harden cannot compare with the lock file")
    platforms = sections.get("PLATFORMS", [])
    if not any(p == "ruby" or p.startswith("x86_64-linux") for p in platforms):
        return Refusal("C16", f"{path} is not for Linux", "run `bundle lock --add-platform x86_64-linux`")
    locked = {}
    for line in sections.get("DEPENDENCIES", []):
        name, _, rest = line.rstrip("!").partition(" ")
        locked[name] = tuple(sorted(part.strip() for part in rest.strip("()").split(",") if part.strip()))
    for name, wanted in gemfile.gems:
        if name not in locked or locked[name] != tuple(sorted(_requirement(w) for w in wanted)):
            return Refusal("C16", f"{path} is out of step with the Gemfile: {name}", "run `bundle lock`")
    known = {name for name, _ in gemfile.gems}
    for name in sorted(locked.keys() - known):
        return Refusal("C16", f"{path} is out of step with the Gemfile: {name}", "run `bundle lock`")
    return None


def _requirement(text: str) -> str:
    """Return a requirement as the lock file writes it: `1.2` is `= 1.2`."""
    return f"= {text}" if text[:1].isdigit() else re.sub(r"^([<>=~!]+)\s*", r"\1 ", text.strip())
