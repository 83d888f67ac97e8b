"""The keys of a configuration, what each takes and means: for the reader, the JSON Schema and `harden config`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hardener.fast.records import dataclass
from hardener.lookups.update_policy import TAGS, duration
from hardener.project.assumptions import RUNTIMES
from hardener.project.memory import bytes_of
from hardener.rules.base import Safety

LEVELS = tuple(level.value for level in Safety)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the configuration.

    Attributes:
        table: that it stands in; "" for the outermost.
        name: of the key.
        kind: of its value, one of `KINDS`.
        about: what it does, a sentence.
        is_own: a repository may not set it (see `engine/trust.py`).
    """

    table: str
    name: str
    kind: str
    about: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value may be: the check, and how it is called where it fails."""

    check: Callable[[Any], bool]
    shape: str


def is_texts(value: Any) -> bool:
    """Tell whether a value is a list of strings."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_seconds(value: Any) -> bool:
    return type(value) is int and 0 < value < 2**31  # what Compose and the calls of the system take


def _is_span(value: Any) -> bool:
    return isinstance(value, str) and duration(value) is not None


def _are_lists(value: Any) -> bool:
    return isinstance(value, dict) and all(is_texts(item) for item in value.values())


#: an absolute path of plain names: it goes into a RUN as it is
_FOLDER = re.compile(r"(?:/(?!\.\.?(?:/|\Z))[\w.@+-]+)+/?")


def _are_folders(value: Any) -> bool:
    return is_texts(value) and all(_FOLDER.fullmatch(folder) for folder in value)


KINDS: dict[str, Kind] = {
    "rules": Kind(is_texts, "a list of strings"),
    "patterns": Kind(is_texts, "a list of strings"),
    "strings": Kind(is_texts, "a list of strings"),
    "hosts": Kind(is_texts, "a list of hosts"),
    "images": Kind(is_texts, "a list of images"),
    "flag": Kind(_is_flag, "true or false"),
    "level": Kind(lambda v: v in LEVELS, '"safe", "hardening" or "unsafe"'),
    "string": Kind(_is_text, "a string"),
    "folder": Kind(_is_text, "a string"),
    "file": Kind(_is_text, "a string"),
    "certificates": Kind(_is_text, "a path"),
    "seconds": Kind(_is_seconds, "a whole number of seconds"),
    "amount": Kind(lambda v: isinstance(v, str) and bytes_of(v) > 0, 'an amount such as "512m"'),
    "number": Kind(lambda v: type(v) in (int, float) and 0 < v < 2**31, "a number above 0"),
    "count": Kind(_is_seconds, "a whole number above 0"),
    "span": Kind(_is_span, 'a length of time such as "12h" or "7d"'),
    "tags": Kind(lambda v: v in TAGS, '"same", "patch", "minor" or "major"'),
    "runtime": Kind(lambda v: v in RUNTIMES, '"docker" or "kubernetes"'),
    "folders": Kind(_are_folders, 'a list of folders of the image, such as ["/app/data"]'),
    "mirrors": Kind(_are_lists, 'a table: "docker.io" = ["https://mirror.example"]'),
    "rules by pattern": Kind(_are_lists, "a table: pattern = [rules]"),
}

KEYS: tuple[Key, ...] = (
    Key("", "select", "rules", "Run only these rules, by name or code."),
    Key("", "extend-select", "rules", "Run these rules too, such as those that are off by default."),
    Key("", "ignore", "rules", "Do not run these rules."),
    Key("", "per-file-ignores", "rules by pattern", "Do not run these rules on the files that a pattern matches."),
    Key("", "exclude", "patterns", "Skip these files and folders where a folder is searched; as in .gitignore."),
    Key("", "level", "level", "How much a change may alter: the default is hardening."),
    Key("", "safe", "flag", 'The same as level = "safe".'),
    Key("", "unsafe-fixes", "flag", 'The same as level = "unsafe".'),
    Key("", "context", "folder", "The build context, relative to this file."),
    Key("", "baseline", "file", "Leave the findings of this file alone; relative to this file."),
    Key("", "offline", "flag", "Use only cached answers of registries."),
    Key("", "image-facts", "flag", "Ask registries what base images say of themselves; the default is true."),
    Key("", "cache", "flag", "Remember the results of runs; the default is true."),
    Key("registry", "lifetime", "span", "How long an answer of a registry is used from the cache."),
    Key("registry", "mirrors", "mirrors", "Ask these addresses before a registry itself.", is_own=True),
    Key("registry", "insecure", "hosts", "Allow no TLS, or any certificate, for these hosts.", is_own=True),
    Key("registry", "allow", "hosts", "Ask these hosts even if they are private.", is_own=True),
    Key("registry", "ca-file", "certificates", "Also trust these certificates (PEM).", is_own=True),
    Key("update", "min-age", "span", "Move a pin only to images this old."),
    Key("update", "tags", "tags", "How far the tag itself may move; same: only the digest."),
    Key("update", "ignore", "images", "Do not move pins of these images; `*` stands for anything."),
    Key("assume", "runtime", "runtime", "Containers run in Docker (since 20.10) or Podman, or in Kubernetes."),
    Key("assume", "low-ports", "flag", "Every user may listen on ports below 1024 where the image runs."),
    Key("assume", "writable", "folders", "The program writes in these folders of the image and in /tmp, nowhere else."),
    Key("assume", "arguments", "flag", "Containers start with arguments behind the name of the image."),
    Key("compose", "memory", "amount", "Give services without one this limit of memory, such as 512m."),
    Key("compose", "cpus", "number", "Give services without a limit this many processors, such as 1.5."),
    Key("compose", "pids", "count", "Give services without a limit this many processes and threads."),
    Key("compose", "log-size", "amount", "Let each log file of a service grow this large."),
    Key("compose", "log-files", "count", "Keep this many log files of a service."),
    Key("verify", "target", "string", "The stage to build."),
    Key("verify", "build-arg", "strings", "Build arguments, as NAME=VALUE."),
    Key("verify", "probe", "strings", "Ask these URLs of the container."),
    Key("verify", "run-cmd", "strings", "Run the image with these arguments; each run has to end."),
    Key("verify", "env", "strings", "Variables for the containers, as NAME=VALUE."),
    Key("verify", "port", "strings", "Publish these ports of the containers."),
    Key("verify", "timeout", "seconds", "Stop a build after this time."),
    Key("verify", "wait", "seconds", "Wait this long for the first answer."),
    Key("verify", "stop-timeout", "seconds", "Kill a container this long after its stop signal."),
    Key("verify", "times", "flag", "Time builds from nothing and after a change."),
    Key("verify", "no-times", "flag", "Do not time builds."),
    Key("verify", "touch", "file", "Change this source file of the context for the rebuild."),
    Key("verify", "engine", "string", "docker or podman, or a path.", is_own=True),
    Key("verify", "probe-cmd", "strings", "Run these commands beside the container.", is_own=True),
    Key("verify", "run-option", "strings", "Any other options of `docker run`.", is_own=True),
    Key("verify", "build-option", "strings", "Any other options of `docker build`.", is_own=True),
    Key("verify", "secret", "strings", "Secrets for the builds.", is_own=True),
)
TABLES = tuple(dict.fromkeys(key.table for key in KEYS if key.table))


def keys_in(table: str) -> dict[str, Kind]:
    """Return the keys of a table with the kinds of their values."""
    return {key.name: KINDS[key.kind] for key in KEYS if key.table == table}
