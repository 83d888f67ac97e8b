"""Joining the bodies of adjacent RUN instructions into one that means the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from posixpath import basename, normpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.rules.merge_run.group import Past, exports
from hardener.rules.merge_run.steps import is_undone
from hardener.rules.merge_run.worth import Step, Why, spans
from hardener.shell import Body, Wrap, as_left, as_right
from hardener.shell.programs import SHELLS
from hardener.syntax.dockerfile.continuations import comment_lines, logical
from hardener.syntax.dockerfile.nodes import Comment, Instruction, Run, ShellForm
from hardener.syntax.dockerfile.views import mounts
from hardener.syntax.dockerfile.writer import Style
from hardener.text import encode

#: comments that tools read, and that hold for the next instruction alone (P36)
_PRAGMA = regex(
    r"#\s*(hadolint|check\s*=|tally|kics|trivy|checkov|dockle|semgrep|nosem|nosec|snyk|sonar|NOSONAR|shellcheck"
    r"|renovate|harden|dockerfile-lint|droast|grype|tfsec|buildifier|x-release-please|cspell)\b|#\s*check="
    r"|#\s*(nosec|NOSONAR)",
    re.IGNORECASE,
)
#: what starts something that stays (M25)
_DAEMONS = frozenset(
    """
    apache2ctl apachectl containerd dockerd initctl invoke-rc.d mariadbd mongod mysqld mysqld_safe nginx nohup pg_ctl
    pg_ctlcluster postgres rc-service redis-server service slapd start-stop-daemon supervisord systemctl Xvfb
    """.split()  # noqa: SIM905
)
_READ = regex(r"\$(?:([A-Za-z_]\w*)|\{[#!]?([A-Za-z_]\w*))")
#: columns of an indent that is taken over from another line
_DEEPEST = 8
#: bytes: Linux takes 131,072 in one argument of `sh -c`
_BODY_BUDGET = 100_000
#: bytes: BuildKit takes 65,535 in one line, and the keyword, flags and operators come on top
_LINE_BUDGET = 65_000
#: commands of one RUN: with more of them the chain is nested too deeply to be read again
_COMMANDS = 400


@dataclass(frozen=True, slots=True)
class ShellFacts:
    """What reads the RUN instructions at a place: whether it is known, and whether it stops at a failing command."""

    known: bool
    errexit: bool


def shell_facts(stage: StageModel, run: Instruction, model: Model) -> ShellFacts | Refusal:
    """Return what is known of the shell at `run`, or why bodies cannot be joined under it (M18, M20, M26, M27).

    An image that nobody knows most likely reads RUN with `/bin/sh -c`: the answer says that this is not known.
    """
    if stage.is_windows:
        return Refusal("M20", "cmd and PowerShell treat `&&` differently")
    state = stage.states[run]
    if "BASH_ENV" in state.values:
        return Refusal("M26", "BASH_ENV names a file that every RUN reads again")
    shell = state.shell
    if shell is None:
        if not stage.is_posix:
            return Refusal("M20", "the base image is unknown and `# escape=` hints at Windows")
        return ShellFacts(False, False)
    if not shell or basename(shell[0]) not in SHELLS:
        return Refusal("M27", f"SHELL is {shell[0] if shell else 'empty'}, not a POSIX shell")
    options = "".join(word[1:] for word in shell[1:] if re.match(r"-[a-z]+\Z", word))
    longer = [word for word in shell[1:] if word.startswith(("--", "+"))]
    if not options.endswith("c") or set(options) - set("ceuxo") or longer:
        return Refusal("M26", "SHELL has options other than -e, -u, -x and -o: it may read files at every start")
    named = [word for word in shell[1:] if not word.startswith("-")]
    return ShellFacts(True, "e" in options or "errexit" in named)


def refusal_to_join(stage: StageModel, model: Model, past: Past, step: Step) -> Refusal | None:
    """Return why `step` cannot be joined to those that stand right before it."""
    last = past.last
    shell = shell_facts(stage, step.run, model)
    if isinstance(shell, Refusal):
        return shell
    refusal = _pair_refusal(last.run, step.run) or _leftover(past, step, stage.states[step.run].workdir)
    if refusal is not None:
        return refusal
    left, right = as_left(last.body), as_right(step.body)
    name = _set_and_read(past, step)
    if name:
        return Refusal("M07", f"an earlier step sets {name}, and the next one would see that value")
    if isinstance(left, Refusal):
        return left
    if isinstance(right, Refusal):
        return right
    opaque = any(command.name in ("eval", ".", "source", None) for command in last.body.commands)
    if shell.errexit and (last.body.sequenced or last.body.functions or opaque):
        return Refusal("M08", "SHELL has `-e`, which the shell ignores on the left of `&&`")
    return None


def compelled(
    stage: StageModel, model: Model, steps: Sequence[Step | None], shipped: bool
) -> tuple[list[Why | None], dict[int, tuple[Why, Refusal]]]:
    """Return for each pair of neighbours why it has to share a layer, and the pairs where that is refused.

    Half of such a span would gain nothing, so one refusal in it leaves all of it as it is.
    """
    whys: list[Why | None] = [None] * (len(steps) - 1)
    refused: dict[int, tuple[Why, Refusal]] = {}
    for first, last, why in spans(steps, shipped):
        known = [step for step in steps[first : last + 1] if step is not None]
        answers = [refusal_to_join(stage, model, Past.of(a), b) for a, b in pairwise(known)]
        refusals = [(first + place, answer) for place, answer in enumerate(answers) if answer is not None]
        if refusals:
            place, refusal = refusals[0]
            refused.setdefault(place, (why, refusal))
        else:
            whys[first:last] = [max(old or why, why) for old in whys[first:last]]
    return whys, refused


def is_script(body: Body) -> bool:
    """Tell whether a body relies on `set -e`: it may stand last in a chain, but is no step among others (M08)."""
    left = as_left(body)
    return isinstance(left, Refusal) and left.spec == "M08"


def _pair_refusal(first: Run, second: Run) -> Refusal | None:
    """Return why two adjacent RUN cannot share an instruction, judging by all but their bodies."""
    for comment in (*first.leading, *second.leading):
        text = comment.text.strip()
        if _PRAGMA.match(text):
            return Refusal("P36", f"`{text[:60]}` applies to one instruction only", "move or remove the comment")
    if [flag.text for flag in first.flags] != [flag.text for flag in second.flags]:
        return Refusal("M14", "their flags differ: a mount or a network would apply to the other one too")
    if any(mount.forgets for mount in mounts(first)):
        return Refusal("M15", "the second would not see what the first writes to its mount")
    if first.eol.strip(" \t\r\n"):
        return Refusal("P44", "the first ends with a line continuation")
    return None


def _leftover(past: Past, step: Step, workdir: str | None) -> Refusal | None:
    """Return what the steps before leave in their container that a new one would not have."""
    facts = past.facts
    again = facts.upgrades & step.facts.tools
    if again:
        return Refusal("M24", f"`{min(again)}` upgrades itself; a shell that already ran it may call the old one")
    if past.per_run:
        return Refusal("M07", "/etc/hosts, /etc/resolv.conf and /dev/shm are new in every RUN")
    if facts.tools & _DAEMONS or past.services:
        return Refusal("M25", "an earlier step may leave a service running, which ends with its RUN today")
    here = normpath(workdir) if workdir else "/"
    if here != "/" and is_undone((here,), (path for path in facts.removes if path.startswith("/"))):
        return Refusal("M06", f"an earlier step removes or moves {here}, where the next one starts")
    return None


def _set_and_read(past: Past, step: Step) -> str:
    """Return a variable that a step sets in its own shell and a later one reads or exports, "" for none.

    In a subshell it would not leak, but people and shellcheck (SC2031) would read the text as if it should.
    """
    if not past.names:
        return ""
    read = {plain or braced for plain, braced in _READ.findall(step.body.text)}
    return min(past.names & (read | exports(step)), default="")


def join_runs(runs: Sequence[Instruction], bodies: Sequence[Body], style: Style) -> Instruction | Refusal:
    """Return one RUN that does what `runs` do one after the other, built from their nodes (M01-M03, M05-M09, M23).

    Comments between them stay above their command, as does a comment at the end of a body.

    Args:
        runs: at least two adjacent instructions without a refusal of `refusal_to_join`.
        bodies: what `parse_shell` reads in each.
        style: of the file.
    """
    leading = runs[0].leading
    indent, leads = _layout(runs)
    parts: list[str] = []
    for index, (run, body) in enumerate(zip(runs, bodies, strict=True)):
        is_last = index == len(runs) - 1
        wrap = _wrap(body, is_first=index == 0, is_last=is_last)
        if isinstance(wrap, Refusal):
            return wrap
        line = logical(run.text, style.escape)
        end = len(run.text) if is_last and not wrap.suffix else line.raw_end(wrap.end)
        notes = _notes(run.text[end:], line.text[wrap.end :] if end < len(run.text) else "")
        if index:
            parts.append((" " if leads else " && ") + style.continuation(indent))
            above = [trivia.text.strip() for trivia in run.leading if isinstance(trivia, Comment)]
            gaps = "".join([run.gap, *(flag.gap for flag in run.flags)])
            parts += [note + style.newline + indent for note in (*above, *_notes(gaps, ""), *notes)]
            parts += ["&& "] * leads
        else:
            leading += tuple(Comment(note + style.newline) for note in notes)
        parts.append(wrap.prefix + run.text[line.raw(wrap.start) : end] + wrap.suffix)
    text = "".join(parts)
    data = encode(text)
    if sum(len(body.commands) for body in bodies) > _COMMANDS:
        return Refusal("P39", "the joined RUN has too many commands")
    if len(data) > _BODY_BUDGET or max(map(len, data.split(b"\n"))) > _LINE_BUDGET:
        return Refusal("P39", "the joined RUN is too long for the builder")
    return runs[0].with_changes(leading=leading, arguments=ShellForm(text), eol=runs[-1].eol)


def _layout(runs: Sequence[Instruction]) -> tuple[str, bool]:
    """Return how a chain of several lines in `runs` is laid out: its indent, and whether its lines begin with `&&`."""
    text = [line for run in runs for line in run.text.split("\n")[1:]]
    lines = [line for line in text if line.strip() and not line.lstrip().startswith("#")]
    leading = next((line for line in lines if line.lstrip().startswith("&& ")), "")
    first = leading or (lines[0] if lines else "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    # a deep one lines up with something in its own text
    return indent if 0 < len(indent.expandtabs()) <= _DEEPEST else "    ", bool(leading)


def _wrap(body: Body, *, is_first: bool, is_last: bool) -> Wrap | Refusal:
    """Return how a body is written at its place in a chain of `&&`; in the middle both sides count."""
    if is_last:
        return as_right(body)
    left = as_left(body)
    if is_first or isinstance(left, Refusal) or left.prefix:
        return left
    right = as_right(body)
    return right if isinstance(right, Refusal) else Wrap(left.start, left.end, right.prefix, right.suffix)


def _notes(raw: str, tail: str) -> tuple[str, ...]:
    """Return the comments in what is cut off a body: whole lines of the file, and one that the shell reads."""
    lines = tuple(comment_lines(raw))
    at = tail.find("#")
    return lines if at < 0 else (*lines, tail[at:].strip())
