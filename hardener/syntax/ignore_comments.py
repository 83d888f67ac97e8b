"""The comments that tell harden to leave something alone: `# harden: ignore[add-user] reason`."""

from __future__ import annotations

from collections.abc import Mapping


def ignored_rules(comment: str) -> tuple[str, ...]:
    """Return the rules (names or codes) that `# harden: ignore[a, b] reason` names, () for another comment."""
    text = comment.strip().lstrip("#").strip()
    if not text.startswith("harden:"):
        return ()
    rest = text[len("harden:") :].strip()
    if not rest.startswith("ignore[") or "]" not in rest:
        return ()
    return tuple(part.strip() for part in rest[len("ignore[") : rest.index("]")].split(",") if part.strip())


def no_such_rule(name: str, known: Mapping[str, str]) -> str:
    """Return the warning about a comment that ignores what is no rule, with the name that was probably meant.

    Args:
        name: what the comment says.
        known: names and codes of all rules, each with the name.
    """
    from hardener.syntax.dockerfile.suggest import closest  # only where something is wrong

    best = closest(name, set(known.values()))  # a code close to another means nothing
    return f"ignore[{name}]: no such rule" + (f"; did you mean {best}?" if best else "")
