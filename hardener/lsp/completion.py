"""Names of rules inside of `# harden: ignore[`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lsprotocol import types

from hardener.lsp.pages import content, rule_page
from hardener.lsp.positions import Positions
from hardener.rules.base import AnyRule

_OPEN = re.compile(r"\s*(?:#+|//)\s*harden:\s*ignore\[(?P<before>[^\]]*,)?\s*(?P<begun>[\w-]*)\Z")


def completions(
    positions: Positions, offset: int, kinds: Sequence[types.MarkupKind], rules: Iterable[type[AnyRule]]
) -> list[types.CompletionItem]:
    """Return the rules that may be named at `offset`; those that stand there already are left out.

    Args:
        positions: of the text.
        offset: where the next character will stand.
        kinds: of texts that the client shows; () where it does not say.
        rules: those that act on such a text.
    """
    text = positions.text
    start = text.rfind("\n", 0, offset) + 1
    found = _OPEN.match(text[start:offset])
    if found is None:
        return []
    named = {part.strip() for part in (found["before"] or "").split(",")}
    where = positions.span(start + found.start("begun"), offset)
    return [
        types.CompletionItem(
            rule.name,
            kind=types.CompletionItemKind.EnumMember,
            detail=f"{rule.code}, {rule.safety.value}",
            documentation=content(rule_page(rule), kinds) if kinds else rule_page(rule),
            filter_text=rule.name,
            text_edit=types.TextEdit(where, rule.name),
        )
        for rule in sorted(rules, key=lambda rule: rule.name)
        if not named & {rule.name, rule.code}
    ]
