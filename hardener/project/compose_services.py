"""Reader of the services of a compose file: what they run in an image that they build (S01, S25).

Read as text, like the rest of a compose file (`build_files`): an entry that is not understood is left out.
Format: the Compose specification (services, build, command, entrypoint, healthcheck.test).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.project.builds import Service

_KEY = regex(r"[\"']?([\w.-]+)[\"']?\s*:(?:\s+(.*))?\Z")
_ITEM = regex(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^']|'')*)'|([^\s,\[\]\"'][^,\[\]]*)")
_FLOW_PAIR = regex(r"[{,]\s*[\"']?(context|dockerfile|target)[\"']?\s*:\s*([^\s,}]+)")
_QUOTED = regex(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^']|'')*)'")
_COMMENT = regex(r"\s#.*\Z")

Block = list[str]


def read_services(name: str, lines: list[str]) -> tuple[Service, ...]:
    """Return the services that the compose file `name` builds, or changes without naming an image.

    Args:
        name: of the file, for messages.
        lines: its lines without blank ones and comments.
    """
    found = []
    for key, _, block in _entries(lines):
        if key == "services":
            found += [service for _, _, inner in _entries(block) if (service := _service(name, inner)) is not None]
        elif key.startswith("x-"):  # a part that services take over by an alias
            service = _service(name, block)
            found += [service] if service is not None else []
    return tuple(found)


def _service(file: str, block: Block) -> Service | None:
    keys = {key: (rest, inner) for key, rest, inner in _entries(block)}
    if "image" in keys and "build" not in keys:
        return None
    build, parts = keys.get("build", ("", []))
    below = {key: rest for key, rest, _ in _entries(parts)} or dict(_FLOW_PAIR.findall(build))
    checks = {key: (rest, inner) for key, rest, inner in _entries(keys.get("healthcheck", ("", []))[1])}
    return Service(
        file,
        context=_plain(below.get("context", "") if below or build.startswith("{") else build),
        dockerfile=_plain(below.get("dockerfile", "")),
        target=_plain(below.get("target", "")),
        entrypoint=_words(*keys["entrypoint"]) if "entrypoint" in keys else (),
        command=_words(*keys["command"]) if "command" in keys else (),
        check=_words(*checks["test"]) if "test" in checks else (),
    )


def _entries(lines: Block) -> Iterator[tuple[str, str, Block]]:
    """Yield key, text behind it and lines below it for each entry of the mapping that begins with the first line."""
    depth = _depth(lines[0]) if lines else 0
    for index, line in enumerate(lines):
        match = _KEY.match(line.strip()) if _depth(line) == depth else None
        if match is None:
            continue
        below = []
        for inner in lines[index + 1 :]:
            if _depth(inner) < depth or (_depth(inner) == depth and not inner.lstrip().startswith("- ")):
                break
            below.append(inner)
        yield match[1], _scalar(match[2] or ""), below


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _scalar(text: str) -> str:
    text = text.strip()
    if text[:1] in ("&", "!"):  # an anchor or a tag stands before the value
        text = text.partition(" ")[2].strip()
    if text[:1] in ('"', "'") and text.find(text[0], 1) > 0:
        return text[: text.rindex(text[0]) + 1]
    return _COMMENT.sub("", text)


def _words(rest: str, below: Block) -> tuple[str, ...]:
    """Return a command as a list of words, from a string, a list, or a text over several lines."""
    if rest.startswith("["):
        flow = " ".join([rest, *(line.strip() for line in below)])
        return tuple(_unescaped(*match.groups()) for match in _ITEM.finditer(flow.strip("[] ")))
    if not rest and below and below[0].lstrip().startswith("- "):
        return tuple(_plain(_scalar(line.strip()[2:])) for line in below if line.lstrip().startswith("- "))
    text = " ".join(line.strip() for line in below) if rest[:1] in ("", ">", "|") else _plain(rest)
    return tuple(_split(text))


def _plain(text: str) -> str:
    """Return the value of a scalar, quoted or not."""
    match = _QUOTED.fullmatch(text)
    return _unescaped(match[1], match[2], None) if match is not None else _unescaped(None, None, text)


def _unescaped(double: str | None, single: str | None, plain: str | None) -> str:
    """Return a scalar without its quotes; `$$` is a dollar sign."""
    if double is not None:
        text = re.sub(r"\\(.)", r"\1", double)
    else:
        text = single.replace("''", "'") if single is not None else (plain or "").strip()
    return text.replace("$$", "$")


def _split(text: str) -> list[str]:
    """Split as Compose does: like a shell, without expanding anything."""
    import shlex

    try:
        return shlex.split(text)
    except ValueError:  # a quote without its end
        return text.split()
