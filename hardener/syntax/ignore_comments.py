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


def is_malformed(comment: str) -> bool:
    """Tell whether a comment means to ignore rules and does not say so in harden's form, so that it ignores nothing.

    That is `# harden: ignore add-user`, `# harden: ignore=DL3008`, and `# harden ignore[…]` without the colon.
    """
    words = comment.strip().lstrip("#").strip().replace("[", " [").replace("=", " =").split()
    if not words or words[0] not in ("harden", "harden:") or ignored_rules(comment):
        return False
    if words[0] == "harden":  # prose may begin with this word
        return len(words) > 2 and words[1] in ("ignore", "ignore:") and words[2][0] in "[="
    return words[1:2] == ["ignore"] or bool(words[2:] and words[2][0] == "[" and _resembles(words[1]))


def _resembles(word: str) -> bool:
    from hardener.syntax.dockerfile.suggest import closest  # only where something is wrong

    return bool(closest(word, {"ignore"}))


MALFORMED = "this comment ignores nothing: write `# harden: ignore[RULE]`, with names or codes of rules"


def no_such_rule(name: str, known: Mapping[str, str]) -> str:
    """Return the warning about a comment that ignores what is no rule, with the name that was probably meant.

    Args:
        name: what the comment says.
        known: names and codes of all rules, each with the name.
    """
    from hardener.syntax.rule_names import meant  # only where something is wrong

    return f"ignore[{name}]: no such rule{meant(name, known)}"
