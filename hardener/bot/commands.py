"""Commands in comments on requests: `/harden rebase`, `/harden ignore RULE`, `/harden explain ID`.

They count from people who may push to the repository. An answer ends with an invisible line that names the comment, so
that each is answered once, whichever ledger the next run has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from hardener.bot.forge.records import Comment, Forge, PullRequest, Repository
from hardener.fast.records import dataclass
from hardener.rules import every_rule

_LINE = re.compile(r"/harden (rebase|ignore|explain)(?: +\[?([A-Za-z0-9-]{1,40})\]?)? *")
_ANSWER = re.compile(r"<!-- harden answer ([0-9A-Za-z]+) -->")
#: requests of a branch whose comments are read, comments of one, and commands of one comment
_REQUESTS, _COMMENTS, _COMMANDS = 5, 1000, 5
#: of an answer, in characters
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a comment once its commands are done; `needs_rebuilt`: only if the branch was rebuilt."""

    request: PullRequest
    text: str
    needs_rebuilt: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What people asked for.

    Attributes:
        ignored: names of rules that are left out.
        answers: to comments on the open request.
    """

    ignored: frozenset[str] = frozenset()
    answers: tuple[Answer, ...] = ()

    @property
    def is_rebase(self) -> bool:
        """Whether the branch is to be rebuilt, whoever changed it."""
        return any(one.needs_rebuilt for one in self.answers)


def commands(text: str) -> list[tuple[str, str]]:
    """Return the commands of a comment: lines of their own, not in code and not quoted."""
    if "<!-- harden" in text:
        return []  # the bot's own
    found, is_code = [], False
    for line in text.splitlines():
        if line.startswith(("```", "~~~")):
            is_code = not is_code
        match = None if is_code else _LINE.fullmatch(line)
        if match:
            found.append((match[1], match[2] or ""))
    return found[:_COMMANDS]


def hear(forge: Forge, repository: Repository, requests: Iterable[PullRequest]) -> Heard:
    """Return what people who may push asked for on the requests of a branch, the newest first."""
    allowed: dict[str, bool] = {}
    ignored: set[str] = set()
    answers: list[Answer] = []
    for request in islice(requests, _REQUESTS):
        comments = list(islice(forge.comments(repository, request.number), _COMMENTS))
        done = {key for one in comments for key in _ANSWER.findall(one.text)}
        for comment, asked in _asked(comments):
            if comment.author not in allowed:
                allowed[comment.author] = forge.may_write(repository, comment)
            if not allowed[comment.author]:
                continue
            ignored.update(rule for verb, word in asked if verb == "ignore" and (rule := _rule(word)))
            if request.is_open and comment.key.isalnum() and comment.key not in done:
                answers.append(_answer(request, comment, asked))
    return Heard(frozenset(ignored), tuple(answers))


def _asked(comments: Iterable[Comment]) -> Iterator[tuple[Comment, list[tuple[str, str]]]]:
    for comment in comments:
        asked = commands(comment.text)
        if asked:
            yield comment, asked


def _rule(word: str) -> str:
    """Return the name of the rule with this name or code; "" for none."""
    return next((rule.name for rule in every_rule() if word.lower() in (rule.name, rule.code.lower())), "")


def _answer(request: PullRequest, comment: Comment, asked: list[tuple[str, str]]) -> Answer:
    parts = [_said(verb, word) for verb, word in asked]
    text = "\n\n".join(parts)[:_LONGEST]
    return Answer(request, f"{text}\n\n<!-- harden answer {comment.key} -->\n", any(v == "rebase" for v, _ in asked))


def _said(verb: str, word: str) -> str:
    if verb == "rebase":
        return "The branch was rebuilt on its base."
    if verb == "explain":
        return _page(word) or f"There is no rule and no reason `{word}`."
    rule = _rule(word)
    if not rule:
        return f"There is no rule `{word}`."
    return f'`{rule}` is left out here. To keep it out for good, write `ignore = ["{rule}"]` into a `harden.toml`.'


def _page(word: str) -> str | None:
    """Return harden's own page of a rule or a reason."""
    from hardener.output import reasons, rules

    name = _rule(word)
    if name:
        return rules.page(next(rule for rule in every_rule() if rule.name == name))
    found = reasons.reason(word.upper())
    return reasons.page(found) if found is not None else None
