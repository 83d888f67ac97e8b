"""The text of a first configuration: what was seen as comments, what follows from it as keys, the rest to be chosen."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hardener.engine.config_keys import KEYS
from hardener.engine.seen import Seen, SeenFile
from hardener.output.totals import counted

#: keys that a beginner looks for, each with a value to begin with
_OFFERED = (
    ("level", '"safe"'),
    ("ignore", '["add-user"]'),
    ("extend-select", '["cache-mount"]'),
    ("baseline", '"harden-baseline.json"'),
)
#: so many files are named
_MOST = 12


def text(seen: Seen, *, in_pyproject: bool) -> str:
    """Return the text of a configuration.

    Args:
        seen: in the folder that it is for.
        in_pyproject: it is the table of a pyproject.toml, else a file of its own.
    """
    prefix = "tool.harden" if in_pyproject else ""
    lines = [f"[{prefix}]"] * in_pyproject
    lines += ["# Configuration of harden; `harden config` shows what is in force.", ""]
    lines += [*_files(seen), *_context(seen), ""]
    lines += [*_exclude(seen), ""]
    for name, value in _OFFERED:
        about = next(key.about for key in KEYS if key.name == name and not key.table)
        lines += [f"# {about}", f"# {name} = {value}", ""]
    lines += [
        "# Do not run rules on some files:",
        f"# [{_joined(prefix, 'per-file-ignores')}]",
        '# "tests/**" = ["add-init"]',
        "",
    ]
    lines += _verify(seen, prefix)
    return "\n".join(lines).rstrip("\n") + "\n"


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _files(seen: Seen) -> Iterator[str]:
    yield f"# {counted(len(seen.files), 'Dockerfile')} here:"
    for one in seen.files[:_MOST]:
        yield f"#   {_shown(one.path)}{_about(one)}"
    if len(seen.files) > _MOST:
        yield f"#   and {len(seen.files) - _MOST} more"
    ignores = sum(one.ignores for one in seen.files)
    if ignores:
        yield f"# They have {counted(ignores, 'ignore comment')} for harden."
    pragmas = sum(one.pragmas for one in seen.files)
    if pragmas or seen.has_hadolint:
        yield "# hadolint is told to ignore rules here: `harden migrate` takes that over."


def _about(one: SeenFile) -> str:
    if one.problem:
        return ": cannot be read, so it is left as it is"
    parts = [f"context {_shown(one.context)}" if one.context else "cannot tell its build context"]
    parts += [f"built by {', '.join(map(_shown, one.builders))}"] * bool(one.builders)
    parts += [f"target {', '.join(map(_shown, one.targets))}"] * bool(one.targets)
    return f": {'; '.join(parts)}"


def _context(seen: Seen) -> Iterator[str]:
    unknown = [one for one in seen.files if not one.context and not one.problem]
    if unknown:
        yield "#"
        yield "# Rules that read the build context hold back where it is unknown. If one folder is the context of all"
        yield "# Dockerfiles, name it here; else give --context DIR in a run of its own."
        yield '# context = "."'


def _exclude(seen: Seen) -> Iterator[str]:
    yield "# Skip these where a folder is searched; patterns as in .gitignore."
    value = _list(seen.foreign) if seen.foreign else '["third_party/"]'
    yield f"{'' if seen.foreign else '# '}exclude = {value}"


def _verify(seen: Seen, prefix: str) -> Iterator[str]:
    targets = sorted({target for one in seen.files for target in one.targets})
    ports = sorted({port for one in seen.files for port in one.exposed})
    yield "# For `harden verify`, which builds and runs the image before and after."
    yield f"# [{_joined(prefix, 'verify')}]"
    yield f"# target = {_quoted(targets[0]) if targets else chr(34) + 'runtime' + chr(34)}"
    yield f'# probe = ["http://localhost:{ports[0] if ports else 8080}/"]'


def _list(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_quoted, values)) + "]"


def _quoted(value: str) -> str:
    """Return a TOML string: JSON's escapes are TOML's too."""
    return json.dumps(value).replace("\x7f", "\\u007f")


def _shown(name: str) -> str:
    """Return a name for a comment: TOML has no control characters there."""
    return name if name.isprintable() else _quoted(name)
