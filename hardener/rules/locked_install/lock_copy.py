"""The lock file beside its manifest in the COPY that brings the manifest (C16)."""

from __future__ import annotations

import re
from posixpath import basename, dirname

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.image.files import Copied
from hardener.rules.locked_install.site import MoreCopied, NotCopied, Site
from hardener.syntax.dockerfile.nodes import Copy, ExecForm, Words
from hardener.syntax.dockerfile.views import words

_NAME = regex(r"[\w./@+-]+\Z")
_FLAGS = frozenset(("chown", "chmod", "link"))


def site_with(site: Site, missing: NotCopied) -> tuple[Site, MoreCopied] | None:
    """Return the site as it is where the COPY of the manifest brings the lock file too; None where none can."""
    for one in reversed(site.brought.copies):
        after = _manifest_word(site, one, missing)
        if after:
            word = after[: len(after) - len(basename(after))] + basename(missing.path)
            more = replace(one, sources=(*one.sources, missing.path), names=(*one.names, missing.path), into=True)
            copies = tuple(more if other is one else other for other in site.brought.copies)
            return replace(site, brought=replace(site.brought, copies=copies)), MoreCopied(one.node, after, word)
    return None


def _manifest_word(site: Site, one: Copied, missing: NotCopied) -> str:
    """Return the source of a COPY that lies beside the lock file and arrives where that has to; "" for none."""
    node = one.node
    plain = isinstance(node, Copy) and not isinstance(node.arguments, ExecForm) and node in site.stage.node.body
    if not plain or not one.into or one.target != dirname(missing.place) or not _NAME.match(missing.path):
        return ""
    if {flag.name for flag in node.flags} - _FLAGS:
        return ""
    *sources, target = words(node, site.model.escape)
    if not re.match(r"[\w./${}-]+\Z", target):
        return ""
    for word in sources:
        path = word.removeprefix("./").lstrip("/")
        beside = path in one.names and site.tree.is_file(path) and dirname(path) == dirname(missing.path)
        if beside and _NAME.match(word) and len(_found(node.text, word)) == 1:
            return word
    return ""


def with_more(node: Copy, words: list[MoreCopied]) -> Copy:
    """Return a COPY that brings more files; a target that is a folder says so by its end."""
    text = node.text
    for more in words:
        at = _found(text, more.after)[0].end()
        text = f"{text[:at]} {more.word}{text[at:]}"
    target = text.rstrip().split()[-1]
    end = "./" if target == "." else target if target.endswith("/") else f"{target}/"
    return node.with_changes(arguments=Words(text.rstrip().removesuffix(target) + end))


def _found(text: str, word: str) -> list[re.Match[str]]:
    return list(re.finditer(rf"(?<!\S){re.escape(word)}(?=\s)", text))
