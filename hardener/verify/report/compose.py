"""The report on a compose file: as data, for a terminal, for a pull request, and as a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hardener._version import __version__
from hardener.output.diff import unified_diff
from hardener.output.escape import html as escape
from hardener.rules import all_rules, compose_rules
from hardener.verify.model import Behaviour
from hardener.verify.report.frame import change, dropped, page
from hardener.verify.report.table import cell, plain, printable, proof, reasons, seconds
from hardener.verify.stack.verdict import StackTrial, StackVerdict

#: Name and version of the shape of the report.
SCHEMA = "harden-verify-compose/1"


def compose_report(verdict: StackVerdict, path: Path, *, engine: str, logs: str, seconds: float) -> dict[str, Any]:
    """Return the report.

    Args:
        verdict: what was found.
        path: of the compose file.
        engine: program and version.
        logs: the folder that keeps them.
        seconds: how long all of it took.
    """
    codes = {rule.name: rule.code for rule in (*all_rules(), *compose_rules())}
    gone = {entry.rule for entry in verdict.dropped if entry.whole}
    return {
        "schema": SCHEMA,
        "harden": __version__,
        "engine": engine,
        "file": str(path),
        "verdict": "unchanged" if not verdict.tried else "reduced" if verdict.dropped else "kept",
        "evidence": list(verdict.evidence),
        "passes": [{"rule": name, "code": codes[name], "kept": name not in gone} for name in verdict.tried],
        "dropped": [
            {"rule": entry.rule, "code": codes[entry.rule], "lines": list(entry.lines), "whole": entry.whole,
             "failures": list(entry.failures), "tail": list(entry.tail)}
            for entry in verdict.dropped
        ],
        "proved": [
            {"rule": one.rule, "code": one.code, "line": one.line, "doubt": one.doubt} for one in verdict.proved
        ],
        "services": _services(verdict.before.seen, verdict.after.seen),
        "ready_seconds": [_ready(verdict.before), _ready(verdict.after)],
        "diff": unified_diff(verdict.result),
        "compose": verdict.result.code,
        "trials": verdict.trials,
        "notes": list(verdict.notes),
        "logs": logs,
        "seconds": round(seconds, 1),
    }  # fmt: skip


def _ready(trial: StackTrial) -> float:
    return round(trial.ready, 2)


def _services(before: Mapping[str, Behaviour], after: Mapping[str, Behaviour]) -> list[dict[str, Any]]:
    return [
        {"name": name, "before": _side(seen), "after": _side(after[name]) if name in after else None}
        for name, seen in before.items()
    ]


def _side(seen: Behaviour) -> dict[str, Any]:
    return {
        "state": seen.state,
        "exit_code": seen.code if seen.state == "ended" else None,
        "healthy": seen.health,
        "answers": [
            {"probe": answer.probe, "status": answer.status, "bytes": len(answer.body.encode())}
            for answer in seen.answers
        ],
    }


def headline(report: dict[str, Any]) -> str:
    """Return the verdict in one sentence."""
    kept = sum(entry["kept"] for entry in report["passes"])
    if report["verdict"] == "unchanged":
        return "harden has nothing to change here."
    rules = "its one rule is" if kept == 1 else f"{kept} rules are"
    if report["verdict"] == "kept":
        return f"The hardened services work like the original ones, also after a restart; {rules} kept."
    gone = ", ".join(f"{entry['rule']}{'' if entry['whole'] else ' in places'}" for entry in report["dropped"])
    if not kept:
        return "No rule is kept: the services work with none of them."
    return f"The hardened services work like the original ones without {gone}; {rules} kept."


def rows(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what, before, after."""
    found = [
        row for service in report["services"] for row in _rows_of(service["name"], service["before"], service["after"])
    ]
    times = [seconds(value) if value else "?" for value in report["ready_seconds"]]
    return [*found, ("ready after", times[0], times[1])]


def _rows_of(name: str, before: dict[str, Any], after: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    found = [(name, _state(before), _state(after))]
    answers = after["answers"] if after else []
    for index, answer in enumerate(before["answers"]):
        other = answers[index] if index < len(answers) else None
        found.append((answer["probe"], _answer(answer), _answer(other)))
    return found


def _state(side: dict[str, Any] | None) -> str:
    if side is None:
        return "gone"
    if side["state"] == "ended":
        return f"ended with {side['exit_code']}"
    health = {True: ", healthy", False: ", not healthy", None: ""}[side["healthy"]]
    return f"{side['state']}{health}"


def _answer(answer: dict[str, Any] | None) -> str:
    if answer is None or answer["status"] is None:
        return "no answer"
    return f"{answer['status']}, {answer['bytes']} bytes"


def _lines(report: dict[str, Any]) -> list[str]:
    proved = [f"proved by running: {e['code']} {e['rule']} (line {e['line']}): {e['doubt']}" for e in report["proved"]]
    return [*proved, *(f"note: {note}" for note in report["notes"])]


def text(report: dict[str, Any]) -> str:
    """Return the report for a terminal."""
    report = printable(report)
    table = [("", "before", "after"), *rows(report)]
    widths = [max(len(row[at]) for row in table) for at in (0, 1)]
    out = [f"{name:{widths[0]}}  {before:{widths[1]}}  {after}" for name, before, after in table]
    out += ["", headline(report), "Compared by: " + "; ".join(report["evidence"]) + "."]
    for reason, tail in reasons(report):
        out += [f"dropped {reason}", *(f"    | {line}" for line in tail)]
    return "\n".join([*out, *_lines(report), f"logs: {report['logs']}"]) + "\n"


def markdown(report: dict[str, Any]) -> str:
    """Return the report for a pull request."""
    report = printable(report)
    out = [
        f"### harden verify: {cell(report['file'])}",
        "",
        headline(report),
        "",
        "| | before | after |",
        "|---|---|---|",
    ]
    out += [f"| {cell(name)} | {cell(before)} | {cell(after)} |" for name, before, after in rows(report)]
    out += proof(report)
    return "\n".join([*out, *(f"- {plain(line)}" for line in _lines(report))]).rstrip("\n") + "\n"


def html(report: dict[str, Any]) -> str:
    """Return the page of a report."""
    report = printable(report)
    mood = "verdict reduced" if report["verdict"] == "reduced" else "verdict"
    cells = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(before)}</td><td>{escape(after)}</td></tr>"
        for name, before, after in rows(report)
    )
    parts = [
        f'<p class="{mood}">{escape(headline(report))}</p>',
        f'<p class="soft">Compared by: {escape("; ".join(report["evidence"]))}. '
        f"Engine: {escape(report['engine'])}.</p>",
        f"<h2>Services</h2><table><tr><th></th><th>before</th><th>after</th></tr>{cells}</table>",
        dropped(reasons(report)),
        change(report["diff"]),
        "".join(f'<p class="soft">{escape(line)}</p>' for line in _lines(report)),
    ]
    return page(f"harden verify: {report['file']}", parts)
