"""Texts of harden as Markdown for an editor; what comes from a file is made safe to show."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence

from lsprotocol import types

from hardener._version import DOCUMENTATION
from hardener.output.escape import shown
from hardener.output.findings import sentence
from hardener.output.reasons import Reason, reason
from hardener.output.style import reason_url
from hardener.rules import every_rule
from hardener.rules.base import AnyRule, Finding

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~])")


def code(text: str) -> str:
    """Return a text of a file as code on one line."""
    return f"`{shown(text).replace('`', chr(39))}`"


def content(text: str, kinds: Sequence[types.MarkupKind]) -> types.MarkupContent:
    """Return Markdown for a client that says it reads that, the same as plain text for any other."""
    kind = types.MarkupKind.Markdown if types.MarkupKind.Markdown in kinds else types.MarkupKind.PlainText
    return types.MarkupContent(kind, text)


def plain(text: str) -> str:
    """Return a text that Markdown does not read anything into."""
    return _SPECIAL.sub(r"\\\1", shown(text))


def rule_named(name: str) -> type[AnyRule] | None:
    """Return the rule with this name or code."""
    return next((rule for rule in every_rule() if name in (rule.name, rule.code)), None)


def rule_page(rule: type[AnyRule]) -> str:
    """Return the page of a rule."""
    url = f"{DOCUMENTATION}/rules/#{rule.code.lower()}-{rule.name}"
    body = inspect.cleandoc(rule.__doc__ or "").replace("\n## ", "\n#### ")
    return f"**[{rule.name}]({url})** ({rule.code}, {rule.safety.value})\n\n{body}"


def reason_page(one: Reason) -> str:
    """Return what an id means."""
    return f"**[{one.id}]({reason_url(one.id)})** {one.title}\n\n{one.text}\n\nSubject: {one.section.subject}"


def explained(names: list[str]) -> str:
    """Return the pages of rules and reasons by their names, those that exist."""
    pages = []
    for name in names:
        rule, known = rule_named(name), reason(name)
        pages += [rule_page(rule)] if rule else [reason_page(known)] if known else []
    return "\n\n---\n\n".join(pages)


def finding_line(finding: Finding) -> str:
    """Return a finding as an item of a list."""
    level = finding.safety.value if finding.safety else "held back"
    return f"* [{finding.rule}]({finding.url}) ({level}): {plain(sentence(finding))}"
