"""What BuildKit refuses after its line parser: names, flags, counts of arguments, and values (today's frontend).

`parse` reads what the line parser reads; `check` refuses, in BuildKit's own order, what the instructions and the
stages may not say. What depends on variables or on `--build-arg` is never refused.
"""

from __future__ import annotations

from collections.abc import Callable

from hardener.errors import DockerfileSyntaxError, UnusableError
from hardener.fast.patterns import regex
from hardener.syntax.dockerfile import nodes
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.keywords import BOOL, FLAGS, FLAGS_UNREAD, KEYWORDS, MANY
from hardener.syntax.dockerfile.nodes import Dockerfile, Instruction
from hardener.syntax.dockerfile.stage_checks import check_stages
from hardener.syntax.dockerfile.views import healthcheck_words, pairs, text_of, words
from hardener.syntax.dockerfile.words import opens_heredoc
from hardener.text import LineIndex

_STAGE_NAME = regex(r"[a-z][a-z0-9_.-]*")
_NETWORKS = ("default", "none", "host")
_SECURITY = ("insecure", "sandbox")


def check(tree: Dockerfile, filename: str | None = None) -> None:
    """Refuse what today's BuildKit would not build.

    Args:
        tree: a file as `parse` reads it.
        filename: for messages, and to tell what kind of file it is.

    Raises:
        DockerfileSyntaxError: with the place, and what was meant where that can be told.
    """
    try:
        _check_all(tree)
    except UnusableError as found:
        raise _located(tree, found, filename) from None


def _check_all(tree: Dockerfile) -> None:
    escape = tree.escape
    for instruction in tree.preamble:
        _check_one(instruction, escape)
        if not isinstance(instruction, nodes.Arg):
            raise UnusableError(
                instruction, f"{instruction.name} before the first FROM: only ARG may stand there", "", True
            )
    if not tree.stages:
        last = tree.preamble[-1] if tree.preamble else None
        raise UnusableError(
            last, "no FROM: a Dockerfile needs at least one" if last else "the file has no instructions", "", True
        )
    for stage in tree.stages:
        _check_one(stage.from_, escape)
        for instruction in stage.body:
            _check_one(instruction, escape)
    check_stages(tree, escape)


def _check_one(node: Instruction, escape: str) -> None:
    """Check one instruction by itself, as BuildKit's instruction parser does."""
    name = node.name
    if name not in KEYWORDS:
        from hardener.syntax.dockerfile.suggest import did_you_mean

        keyword = logical(node.keyword, escape).text.strip()
        hint = did_you_mean(keyword.upper().rstrip(":"), KEYWORDS)
        raise UnusableError(node, f"unknown instruction {keyword[:60]}{hint}", "", True)
    specific = _CHECKS.get(name)
    if specific is not None:
        specific(node, escape)
    if node.flags and name not in FLAGS_UNREAD:
        _check_flags(node, name)


def _check_flags(node: Instruction, name: str) -> None:
    if isinstance(node, nodes.Healthcheck) and healthcheck_words(node, "\\").is_none:
        return
    known = FLAGS[name]
    seen: set[str] = set()
    for flag in node.flags:
        plain = flag.plain
        if plain == "--":
            return
        key, equals, value = plain[2:].partition("=")
        kind = known.get(key)
        if kind is None:
            from hardener.syntax.dockerfile.suggest import did_you_mean

            hint = did_you_mean(key, known, "--") if known else f": {name} takes no flags"
            raise UnusableError(node, f"unknown flag --{key}{hint}", flag.text)
        if key in seen and kind != MANY:
            raise UnusableError(node, f"--{key} stands twice", flag.text)
        seen.add(key)
        if kind == BOOL:
            if (equals and not value) or value.lower() not in ("", "true", "false"):
                raise UnusableError(node, f"--{key} is true or false, not {value!r}", flag.text)
        elif not equals:
            raise UnusableError(node, f"--{key} needs a value", flag.text)
        _check_value(node, key, value, flag.text)


def _check_value(node: Instruction, key: str, value: str, shown: str) -> None:
    """Check the value of a flag that BuildKit reads before it knows any variable."""
    reason = None
    if isinstance(node, nodes.Healthcheck):
        from hardener.syntax.dockerfile import values  # few files have such a value

        reason = values.retries_fault(value) if key == "retries" else values.duration_fault(value)
    elif isinstance(node, nodes.Run):
        if key == "mount":
            from hardener.syntax.dockerfile import mounts

            try:
                reason = mounts.early_fault(mounts.read_mount(value))
            except ValueError:
                reason = "the quotes in --mount never end"
        elif key == "network" and value not in _NETWORKS:
            reason = f"{value!r} is no network: use one of {', '.join(_NETWORKS)}"
        elif key == "security" and value not in _SECURITY:
            reason = f"{value!r} is no security mode: use one of {', '.join(_SECURITY)}"
    if reason:
        raise UnusableError(node, reason, shown)


def _check_from(node: Instruction, escape: str) -> None:
    found = words(node, escape)
    if len(found) not in (1, 3) or (len(found) == 3 and found[1].lower() != "as"):
        shown = f"found {' '.join(found)[:80]}" if found else "found nothing"
        raise UnusableError(node, f"FROM needs `image` or `image AS name`: {shown}", found[1] if len(found) > 1 else "")
    if len(found) == 3 and not _STAGE_NAME.fullmatch(found[2].lower()):
        text = "a stage name starts with a letter and holds letters, digits, `-`, `_` and `.` only"
        raise UnusableError(node, f"invalid stage name {found[2]}: {text}", found[2])


def _check_something(node: Instruction, escape: str) -> None:
    if not text_of(node, escape).strip():
        what = "a command" if isinstance(node, nodes.Run) else "an argument"
        raise UnusableError(node, f"{node.name} needs {what}")


def _check_run(node: Instruction, escape: str) -> None:
    _check_something(node, escape)
    if isinstance(node.arguments, nodes.ExecForm) and not words(node, escape):
        raise UnusableError(node, "RUN needs a command", node.arguments.text)


def _check_copy(node: Instruction, escape: str) -> None:
    found = words(node, escape)
    if len(found) < 2:
        raise UnusableError(node, f"{node.name} needs at least two arguments: what to copy, and where to")
    if opens_heredoc(found[-1]):
        raise UnusableError(node, f"{node.name} cannot copy to a heredoc: name the target after it", found[-1])


def _check_pairs(node: Instruction, escape: str) -> None:
    found = pairs(node, escape)
    if not found:
        _check_something(node, escape)
        raise UnusableError(node, f"{node.name} needs an argument")
    for name, value in found:
        if not name:
            raise UnusableError(node, f"{node.name} needs a name before the `=`", f"={value or ''}")


def _check_volume(node: Instruction, escape: str) -> None:
    found = words(node, escape)
    if not found or not all(word.strip() for word in found):
        raise UnusableError(node, "VOLUME needs a path" if not found else "VOLUME: a path is empty")


def _check_shell(node: Instruction, escape: str) -> None:
    _check_something(node, escape)
    if not isinstance(node.arguments, nodes.ExecForm):
        raise UnusableError(node, 'SHELL needs a JSON array, such as SHELL ["/bin/bash", "-c"]', text_of(node, escape))
    if not words(node, escape):
        raise UnusableError(node, "SHELL needs a program", node.arguments.text)


def _check_healthcheck(node: Instruction, escape: str) -> None:
    _check_something(node, escape)
    arguments = node.arguments
    kind = (arguments.kind if isinstance(arguments, nodes.Probe) else text_of(node, escape)).strip()
    if kind.upper() == "NONE":
        if isinstance(arguments, nodes.Probe):
            raise UnusableError(node, "HEALTHCHECK NONE takes no arguments", arguments.form.code)
    elif kind.upper() != "CMD":
        raise UnusableError(node, f"HEALTHCHECK needs CMD or NONE, not {kind[:40]}", kind)
    elif not isinstance(arguments, nodes.Probe) or _is_empty_array(arguments.form):
        raise UnusableError(node, "HEALTHCHECK CMD needs a command", kind)


def _is_empty_array(form: nodes.ShellForm | nodes.ExecForm) -> bool:
    return isinstance(form, nodes.ExecForm) and not form.text.strip("[] \t\r\n\\`")


def _check_onbuild(node: Instruction, escape: str) -> None:
    trigger = node.arguments
    if not isinstance(trigger, nodes.Trigger):
        raise UnusableError(node, "ONBUILD needs an instruction")
    name = trigger.keyword.upper()
    if name in ("ONBUILD", "FROM", "MAINTAINER"):
        raise UnusableError(node, f"ONBUILD cannot hold {name}", trigger.keyword)


_CHECKS: dict[str, Callable[[Instruction, str], None]] = {
    "FROM": _check_from,
    "RUN": _check_run,
    **dict.fromkeys(("COPY", "ADD"), _check_copy),
    **dict.fromkeys(("ENV", "ARG", "LABEL"), _check_pairs),
    **dict.fromkeys(("EXPOSE", "USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER"), _check_something),
    "VOLUME": _check_volume,
    "SHELL": _check_shell,
    "HEALTHCHECK": _check_healthcheck,
    "ONBUILD": _check_onbuild,
}


def _located(tree: Dockerfile, found: UnusableError, filename: str | None) -> DockerfileSyntaxError:
    """Return the error with line and column of what it is about."""
    text = tree.code
    at = len(tree.bom)
    if found.node is not None:
        at = _start(tree, found.node)
        own = found.node.code[sum(len(line.code) for line in found.node.leading) + len(found.node.indent) :]
        at += max(own.find(found.word, len(found.node.keyword)), 0) if found.word else 0
    message = found.message
    if found.is_foreign:
        message += kind_hint(text, filename)
    line, column = LineIndex(text).position(at)
    source = text.split("\n")[line - 1].rstrip("\r")
    return DockerfileSyntaxError(message, filename=filename, line=line, column=column, source_line=source)


def kind_hint(text: str, filename: str | None) -> str:
    """Return the half sentence that says what a text that is no Dockerfile looks like; "" where that is unclear."""
    from hardener.syntax.dockerfile.suggest import looks_like

    kind = looks_like(text, filename)
    return f" (this looks like {kind}, not a Dockerfile)" if kind else ""


def _start(tree: Dockerfile, wanted: Instruction) -> int:
    """Return where the keyword of an instruction stands in the text."""
    at = len(tree.bom) + sum(len(directive.code) for directive in tree.header)
    for instruction in tree.instructions:
        if instruction is wanted:
            break
        at += len(instruction.code)
    return at + sum(len(line.code) for line in wanted.leading) + len(wanted.indent)
