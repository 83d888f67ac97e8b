"""What a verification found as plain data: the JSON report (docs/verify.md), which the other reports are made of."""

from __future__ import annotations

from typing import Any

from hardener._version import __version__
from hardener.output.diff import unified_diff
from hardener.rules import all_rules
from hardener.rules.base import Safety
from hardener.verify.judge.reach import Reach
from hardener.verify.judge.verdict import Dropped, Side, Verdict
from hardener.verify.model import Behaviour, Plan
from hardener.verify.report.gone import gone

#: Name and version of the shape of the report.
SCHEMA = "harden-verify/4"


def report(verdict: Verdict, plan: Plan, *, level: Safety, engine: str, logs: str, seconds: float) -> dict[str, Any]:
    """Return the report.

    Args:
        verdict: what was found.
        plan: what was asked for.
        level: of the passes that were allowed.
        engine: program and version.
        logs: the folder that keeps them.
        seconds: how long all of it took.
    """
    codes = {rule.name: rule.code for rule in all_rules()}
    left_out = {dropped.rule for dropped in verdict.dropped if dropped.whole}
    return {
        "schema": SCHEMA,
        "harden": __version__,
        "engine": engine,
        "file": str(plan.dockerfile),
        "verdict": "unchanged" if not verdict.tried else "reduced" if verdict.dropped else "kept",
        "level": level.value,
        "evidence": _evidence(plan, verdict.before.trial.behaviour),
        "reach": _reach(verdict.reach),
        "proved": _proved(verdict, plan),
        "passes": [{"rule": name, "code": codes[name], "kept": name not in left_out} for name in verdict.tried],
        "dropped": [_dropped(entry, codes) for entry in verdict.dropped],
        "before": _side(verdict.before),
        "after": _side(verdict.after),
        "gone": [
            {"path": part.path, "bytes": part.size, "files": part.files}
            for part in gone(verdict.before.image.content.sizes, verdict.after.image.content.sizes)
        ],
        "diff": unified_diff(verdict.result),
        "dockerfile": verdict.result.code,
        "trials": verdict.trials,
        "notes": list(verdict.notes),
        "logs": logs,
        "seconds": round(seconds, 1),
        "profile": None,
        "minimal": None,
    }


def _reach(reach: Reach | None) -> dict[str, Any] | None:
    if reach is None:
        return None
    return {
        "found": reach.is_found,
        "routes": len(reach.routes),
        "percent": reach.percent,
        "alike": list(reach.answered),
        "other": [{"route": path, "why": why} for path, why in reach.other],
    }


def _proved(verdict: Verdict, plan: Plan) -> list[dict[str, Any]]:
    """Return what only the run proved, with what was asked; nothing where nothing was asked."""
    asked = _evidence(plan, verdict.before.trial.behaviour)
    return [
        {"rule": one.rule, "code": one.code, "line": one.line, "doubt": one.doubt, "by": asked}
        for one in verdict.proved
    ]


def _evidence(plan: Plan, behaviour: Behaviour | None) -> list[str]:
    found = [*plan.probes, *plan.probe_commands, *(" ".join(words) for words in plan.run_commands)]
    if behaviour is not None and behaviour.state == "ended":
        return [*found, "exit code and output"]
    return found or [f"stays up for {plan.settle:g} s"]


def _dropped(entry: Dropped, codes: dict[str, str]) -> dict[str, Any]:
    return {
        "rule": entry.rule,
        "code": codes[entry.rule],
        "lines": list(entry.lines),
        "whole": entry.whole,
        "failures": list(entry.failures),
        "tail": list(entry.tail),
    }


def _side(side: Side) -> dict[str, Any]:
    content = side.image.content
    seen = side.trial.behaviour
    return {
        "size": side.image.size,
        "layers": [{"bytes": size, "files": files} for size, files in content.layers],
        "files": content.files,
        "setuid": list(content.setuid),
        "compilers": list(content.compilers),
        "package_managers": list(content.package_managers),
        "config": side.image.config,
        "build_seconds": _rounded(side.times.cold),
        "rebuild_seconds": _rounded(side.times.rebuild),
        **(_behaviour(seen) if seen is not None else {}),
    }


def _behaviour(seen: Behaviour) -> dict[str, Any]:
    stop = seen.stop
    return {
        "state": seen.state,
        "exit_code": seen.code if seen.state == "ended" else None,
        "ready_seconds": _rounded(seen.ready),
        "answers": [
            {"probe": a.probe, "status": a.status, "bytes": len(a.body.encode()), "seconds": _rounded(a.seconds)}
            for a in (*seen.answers, *seen.commands)
        ],
        "healthy": seen.health,
        "uid": seen.uid,
        "capabilities": None if seen.capabilities is None else list(seen.capabilities),
        "zombies": seen.zombies,
        "reaps_orphans": seen.reaps,
        "ports": None if seen.ports is None else list(seen.ports),
        "writes": list(seen.writes),
        "stop": stop and {"seconds": _rounded(stop.seconds), "killed": stop.killed, "exit_code": stop.code},
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)
