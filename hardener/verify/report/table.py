"""The comparison as rows of words, for people: the text and the Markdown report."""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

from hardener.output.escape import shown, shown_lines

#: parts of a report whose lines stay lines
_LINES = ("diff", "stage")


class Row(NamedTuple):
    """One line of the table; `better` is None where neither side is."""

    name: str
    before: str
    after: str
    better: bool | None = None


def rows(report: dict[str, Any]) -> list[Row]:
    """Return the rows of a report's table; what neither side has is left out."""
    before, after = report["before"], report["after"]
    found = [
        _row("image size", before["size"], after["size"], size),
        _row("layers", len(before["layers"]), len(after["layers"]), str),
        _row("files", before["files"], after["files"], str),
        _row("setuid files", len(before["setuid"]), len(after["setuid"]), str),
        _names("compilers", before["compilers"], after["compilers"]),
        _names("package managers", before["package_managers"], after["package_managers"]),
        _row("build from nothing", before["build_seconds"], after["build_seconds"], seconds),
        _row("rebuild after a source change", before["rebuild_seconds"], after["rebuild_seconds"], seconds),
        _row("ready after", before.get("ready_seconds"), after.get("ready_seconds"), seconds, judge=False),
        *(_answer(old, new) for old, new in zip(before.get("answers", []), after.get("answers", []), strict=False)),
        _row("health check", before.get("healthy"), after.get("healthy"), _passes, judge=False),
        _row("user id", before.get("uid"), after.get("uid"), str, judge=False),
        _capabilities(before.get("capabilities"), after.get("capabilities")),
        _stop(before.get("stop"), after.get("stop")),
        _row("zombies", before.get("zombies"), after.get("zombies"), str),
        _row("PID 1 collects orphans", before.get("reaps_orphans"), after.get("reaps_orphans"), _yes, judge=False),
        _names("listens on", before.get("ports"), after.get("ports"), judge=False),
        _row("paths written to", len(before.get("writes", [])), len(after.get("writes", [])), str, judge=False),
    ]
    return [row for row in found if row is not None and (row.before, row.after) != ("?", "?")]


def _row(name: str, before: Any, after: Any, show: Any, *, judge: bool = True) -> Row:
    known = before is not None and after is not None and judge and before != after
    texts = ["?" if value is None else show(value) for value in (before, after)]
    return Row(name, texts[0], texts[1], bool(after < before) if known and texts[0] != texts[1] else None)


def _names(name: str, before: list[str] | None, after: list[str] | None, *, judge: bool = True) -> Row:
    return Row(name, _list(before), _list(after), _fewer(before, after) if judge else None)


def _fewer(before: list[str] | None, after: list[str] | None) -> bool | None:
    return None if before is None or after is None or len(before) == len(after) else len(after) < len(before)


def _list(names: list[str] | None) -> str:
    if names is None:
        return "?"
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return (", ".join(names[:6]) + more) or "none"


def _capabilities(before: list[str] | None, after: list[str] | None) -> Row:
    def show(names: list[str] | None) -> str:
        return "?" if names is None else str(len(names)) if len(names) > 3 else _list(names)

    return Row("effective capabilities", show(before), show(after), _fewer(before, after))


def _answer(old: dict[str, Any], new: dict[str, Any]) -> Row:
    def show(answer: dict[str, Any]) -> str:
        return "no answer" if answer["status"] is None else f"{answer['status']}, {answer['bytes']} bytes"

    return Row(old["probe"], show(old), show(new))


def _stop(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Row | None:
    def show(stop: dict[str, Any] | None) -> str:
        return "?" if stop is None else seconds(stop["seconds"]) + (", killed" if stop["killed"] else "")

    if before is None and after is None:
        return None
    gain = before["seconds"] - after["seconds"] if before and after else 0.0
    return Row("stops in", show(before), show(after), None if abs(gain) < 0.5 else gain > 0)


def _passes(value: bool) -> str:
    return "passes" if value else "fails"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def size(number: int) -> str:
    """Return a number of bytes for people."""
    value = float(number)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.2f} GB"


def seconds(number: float) -> str:
    """Return a time for people."""
    return f"{number:.2f} s" if number < 10 else f"{number:.0f} s"


def headline(report: dict[str, Any]) -> str:
    """Return the verdict in one sentence."""
    kept = [entry["rule"] for entry in report["passes"] if entry["kept"]]
    if report["verdict"] == "unchanged":
        return "harden has nothing to change here."
    if report["verdict"] == "kept":
        return f"The hardened image works like the original; {_kept(len(kept), 'all ')} kept."
    if not kept:
        return "No rule is kept: the application works with none of them."
    gone = [f"{entry['rule']}{'' if entry['whole'] else ' in places'}" for entry in report["dropped"]]
    return f"The hardened image works like the original without {', '.join(gone)}; {_kept(len(kept))} kept."


def _kept(count: int, all_of_them: str = "") -> str:
    return "its one rule is" if count == 1 else f"{all_of_them}{count} rules are"


def reasons(report: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return for each dropped pass what was dropped and why, and the last lines of its log."""
    found = []
    for entry in report["dropped"]:
        lines = ", ".join(map(str, entry["lines"]))
        place = f" (line{'s' * (len(entry['lines']) > 1)} {lines})" if lines else ""
        found.append((f"{entry['code']} {entry['rule']}{place}: {'; '.join(entry['failures'])}", entry["tail"]))
    return found


def _unrouted(report: dict[str, Any]) -> list[str]:
    """Return what the proof of an application says that is not asked over HTTP."""
    asked, state = list(report["evidence"]), report["before"]["state"]
    found = ["that it takes connections and greets alike"] * any(one.startswith("tcp://") for one in asked)
    own = ("tcp://", "exit code and output", "stays up for ")
    commands = [f"`{one}`" for one in asked if not one.startswith(own)]
    found += [f"what comes of {', '.join(commands)}"] * bool(commands)
    found += ["exit code and output of one run"] * (state == "ended")
    return found or ["that it stays up and listens where it did"]


def reach_lines(report: dict[str, Any]) -> list[str]:
    """Return how far the proof reaches, and what it alone proved, a line each."""
    lines = []
    reach = report["reach"]
    if reach is not None:
        rest = [f"{entry['route']} ({entry['why']})" for entry in reach["other"]]
        asked = f"{len(reach['alike'])} of {reach['routes']} known routes answer, and alike"
        lines.append(f"reach: {asked}" + (f"; not: {_list(rest)}" if rest else ""))
    else:
        lines.append(f"reach: no route is known; all that is proved: {_list(_unrouted(report))}")
    for entry in report["proved"]:
        lines.append(f"proved by running: {entry['code']} {entry['rule']} (line {entry['line']}): {entry['doubt']}")
    return lines


def profile_lines(report: dict[str, Any]) -> list[str]:
    """Return what --profile found, a line each; [] where it was not asked for."""
    found = report["profile"]
    if found is None:
        return []
    capabilities, calls = found["capabilities"], found["seccomp"]
    added = "as the engine gives them" if capabilities is None else _list(capabilities["add"])
    lines = [
        f"profile: capabilities: {added}",
        f"profile: no new privileges: {'works' if found['no_new_privileges'] else 'does not work'}",
        "profile: read-only root: "
        + (f"works, tmpfs: {_list(found['tmpfs'])}" if found["read_only"] else "does not work"),
        "profile: system calls: "
        + (f"{len(calls['allowed'])} allowed on {', '.join(calls['architectures'])}" if calls else "no profile"),
    ]
    peak = found.get("memory_peak")
    if peak is not None:
        lines.append(f"profile: memory: {size(peak)} at most while it was asked")
    engine = report["engine"].partition(" ")[0]
    lines.append(f"profile: tried with {engine} alone, on no Kubernetes and no other engine")
    return lines + [f"profile: {note}" for note in found["notes"]]


def minimal_lines(report: dict[str, Any]) -> list[str]:
    """Return what --minimal found, a line each; [] where it was not asked for."""
    found = report.get("minimal")
    if found is None:
        return []
    if found["problem"]:
        return [f"minimal: no stage: {found['problem']}", *(f"minimal: {note}" for note in found["notes"])]
    old, new = report["after"], found
    lines = [
        f"minimal: {size(new['size'])} instead of {size(old['size'])}, {new['files']} files instead of {old['files']}, "
        f"on {found['base']}; proved by the same probes",
        "minimal: only what was asked was seen: other code may need more",
    ]
    largest = [f"{part['path']} ({size(part['bytes'])})" for part in found["gone"][:8]]
    lines += [f"minimal: gone: {', '.join(largest)}"] * bool(largest)
    names = found["packages_gone"]
    lines += [f"minimal: nothing is left of {len(names)} of {found['packages']} packages: {_list(names)}"] * bool(names)
    return lines + [f"minimal: {note}" for note in found["notes"]]


def minimal_stage(report: dict[str, Any]) -> str:
    """Return the stage that --minimal wrote, "" where it is not proved."""
    found = report.get("minimal")
    return "" if found is None or found["problem"] else str(found["stage"]).rstrip("\n")


def printable(value: Any) -> Any:
    """Return a part of a report with all control characters in its texts escaped: containers and others wrote them."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {shown(key): printable(item) if key not in _LINES else shown_lines(item) for key, item in value.items()}
    return [printable(item) for item in value] if isinstance(value, list) else value


def text(report: dict[str, Any]) -> str:
    """Return the report for a terminal."""
    report = printable(report)
    table = rows(report)
    name = max(len(row.name) for row in table)
    old = max(len(row.before) for row in table)
    out = [f"{'':{name}}  {'before':{old}}  after"]
    out += [f"{row.name:{name}}  {row.before:{old}}  {row.after}" for row in table]
    out += ["", headline(report), "Compared by: " + "; ".join(report["evidence"]) + "."]
    out += reach_lines(report)
    for reason, tail in reasons(report):
        out += [f"dropped {reason}", *(f"    | {line}" for line in tail)]
    out += [*profile_lines(report), *minimal_lines(report)]
    if stage := minimal_stage(report):
        out += ["", stage, ""]
    out += [f"    | {line}" for line in (report.get("minimal") or {}).get("tail", ())]
    out += [f"note: {note}" for note in report["notes"]]
    out.append(f"logs: {report['logs']}")
    return "\n".join(out) + "\n"


def proof(report: dict[str, Any]) -> list[str]:
    """Return the lines of Markdown with what was compared, what was dropped, and the change."""
    out = ["", "Compared by: " + "; ".join(code(item) for item in report["evidence"]) + ".", ""]
    for reason, tail in reasons(report):
        out += [f"Dropped {plain(reason)}", "", fenced("\n".join(tail), "text"), ""]
    if report["diff"]:
        out += ["<details><summary>The change</summary>", "", fenced(report["diff"].rstrip("\n"), "diff"), ""]
        out += ["</details>", ""]
    if stage := minimal_stage(report):
        out += ["<details><summary>The stage of what the probes touched</summary>", "", fenced(stage, "dockerfile")]
        out += ["", "</details>", ""]
    return out


def markdown(report: dict[str, Any]) -> str:
    """Return the report for a pull request."""
    report = printable(report)
    out = [f"### harden verify: {cell(report['file'])}", "", headline(report), ""]
    out += ["| | before | after |", "|---|---|---|"]
    for row in rows(report):
        after = f"**{cell(row.after)}**" if row.better else cell(row.after)
        out.append(f"| {cell(row.name)} | {cell(row.before)} | {after} |")
    out += proof(report)
    out += [f"- {plain(note)}" for note in _said(report)]
    return "\n".join(out).rstrip("\n") + "\n"


def _said(report: dict[str, Any]) -> list[str]:
    return [*reach_lines(report), *profile_lines(report), *minimal_lines(report), *report["notes"]]


def cell(value: str) -> str:
    """Return a text of others for a cell of a Markdown table."""
    return plain(value).replace("|", "\\|")


def plain(value: str) -> str:
    """Return a text of others for Markdown: no HTML, no link, no image."""
    return escape(value, quote=False).replace("[", "\\[")


def code(value: str) -> str:
    """Return a text as code in a line of Markdown."""
    fence = "``" if "`" in value else "`"
    return f"{fence}{value.replace('``', '`')}{fence}"


def fenced(body: str, language: str) -> str:
    """Return a text as a block of code in Markdown, which it cannot end."""
    fence = "```"
    while fence in body:
        fence += "`"
    return f"{fence}{language}\n{body}\n{fence}"
