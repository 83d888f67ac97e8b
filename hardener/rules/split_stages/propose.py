"""Whether a stage can be split, and how: the checks that are the same for every language (S, B03, P47, S25, S28)."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, replace
from hardener.image.files import is_within
from hardener.image.model import Model, StageModel
from hardener.image.process import all_programs, services_of
from hardener.knowledge.splitting import table, words
from hardener.project.context import Files
from hardener.rules.split_stages import commands as reads_of
from hardener.rules.split_stages import decide, paths, read_runs
from hardener.rules.split_stages.languages import ecosystems, installs_with
from hardener.rules.split_stages.languages.node import run as node_run
from hardener.rules.split_stages.model import Case, Decision, Ecosystem, Plan, Target, Verdict
from hardener.rules.split_stages.project import Project
from hardener.rules.split_stages.system_packages import is_install, sort_out, whole_run, with_packages
from hardener.syntax.dockerfile.nodes import Healthcheck
from hardener.syntax.dockerfile.views import healthcheck_words

_INTERPRETERS = {
    "java": ("java",), "dotnet": ("dotnet",), "static site": ("serve", "http-server", "sirv", "npm", "npx", "yarn"),
}  # fmt: skip
_NAMES = ("build", "builder", "build-stage", "app-build")
#: entry points that only run their arguments
_PASSING = {("/usr/local/bin/mvn-entrypoint.sh",), ("/__cacert_entrypoint.sh",), None, ()}
_RELEASE = "name a release that still gets updates in the tag, such as -bookworm"
_SOURCES_OF_TOOLS = regex(r"[\w.+-]+")


@dataclass(frozen=True, slots=True)
class Held:
    """A split that is held back: why, and what it would look like as far as that is known."""

    refusal: Refusal
    outline: str = ""


def propose(model: Model, stage: StageModel, files: Files) -> Plan | Held | None:
    """Return how the final stage is to be split, why it is not, or None where there is nothing to split.

    Args:
        model: the file.
        stage: the one that may be split.
        files: the build context as far as it is known; what else is wanted is noted there.
    """
    case = case_of(model, stage, files)
    if case is None:
        return None
    ecosystem = next((known for known in ecosystems(case.stage.node) if known.claims(case)), None)
    if ecosystem is None:
        return _unread(case)
    target = ecosystem.target(case)
    if target is None:
        return None
    plan: Plan | Refusal | None
    if isinstance(target, Refusal):
        return Held(shape(case) or target)
    plan = shape(case) or _planned(case, ecosystem, target)
    return Held(plan, _outline(case, ecosystem, target)) if isinstance(plan, Refusal) else plan


def _unread(case: Case) -> Held | None:
    """Return why a RUN that names a package manager of a language cannot be read; None where there is none."""
    for step in case.steps:
        if isinstance(step.calls, Refusal) and installs_with(step.node.text):
            return Held(step.calls)
    return None


def _outline(case: Case, ecosystem: Ecosystem, target: Target) -> str:
    """Return what a person would do: where to build, where to run, what to copy."""
    made: list[str] = []
    for call in case.calls:
        verdict = ecosystem.read(case, call)
        made += verdict.makes if isinstance(verdict, Verdict) else ()
    image = target.build_base or case.written
    copied = f" with {', '.join(dict.fromkeys(made))} copied" if made else ""
    return f"build on {image}, run on {target.base}{copied}"


def case_of(model: Model, stage: StageModel, files: Files) -> Case | None:
    """Return what a decision is made from; None where the final stage does not build and run an application."""
    named = all_programs(model, stage, files)
    if stage.image is None or stage.reference is None or not named:
        return None
    if stage.entrypoint.argv is None or stage.cmd.argv is None:
        return None
    return Case(model, stage, stage.image, stage.reference, Project(files), read_runs.steps(model, stage), named)


def shape(case: Case) -> Refusal | None:
    """Return what in the file itself stands against a split."""
    if len(case.model.stages) > 1:
        return Refusal("S25", "the file has other stages, which --target may name", "split the stage by hand")
    body = case.stage.node.body
    if any(node.name == "ONBUILD" for node in body) or case.image.onbuild:
        return Refusal("P47", "ONBUILD runs in the builds of images based on this one")
    text = "".join(node.text for node in body)
    if case.image.archive_moved and "apt" in text:
        return Refusal("B17", "the package archive of this release is gone")
    if case.project.files.builds.doubt is not None:
        return case.project.files.builds.doubt
    if case.project.files.builds.worked_in is not None:
        return case.project.files.builds.worked_in
    if not case.project.is_known and any(_is_local(case, node.name, index) for index, node in enumerate(body)):
        return Refusal(
            "S30",
            "cannot tell which files are copied in: the build context is unknown",
            "name the build context with --context",
        )
    return None


def _is_local(case: Case, name: str, index: int) -> bool:
    node = case.stage.node.body[index]
    return name in ("COPY", "ADD") and node.flag("from") is None


def _planned(case: Case, ecosystem: Ecosystem, target: Target) -> Plan | Refusal | None:
    reads = reads_of.read_all(case, ecosystem)
    if isinstance(reads, Refusal):
        return reads
    last = reads_of.last_build(reads)
    if last < 0:
        return None
    same_base = target.image.family == case.image.family
    started, doubts = _started(case, ecosystem)
    packages = sort_out(case, target, started, certain=not doubts and case.project.is_known)
    if isinstance(packages, Refusal):
        return packages
    if not target.image.has_shell:
        packages = replace(packages, libraries=(), doubts=())  # what runs there is one static program
    if same_base and not (packages.lasting or target.epilogue or target.is_smaller):
        return target.stays  # nothing would be left out
    extra = _tools(case, started, same_base)
    if isinstance(extra, Refusal):
        return extra
    wanted = (*target.packages, *extra, *reads_of.config_packages(case, reads, same_base))
    own = () if target.image.pkg_manager else ("ca-certificates", "tzdata")  # distroless brings them
    full = replace(target, packages=tuple(sorted(set(wanted).difference(own))))
    decider = decide.Decider(case, ecosystem, full, packages, started, reads, last)
    decider.installs_at = _installs_at(case, reads) if decider.extra_packages() else None
    decisions = decider.decisions()
    if isinstance(decisions, Refusal):
        return decisions
    lost = None if target.sources else _lost_program(case, ecosystem, decisions)
    if lost is not None:
        return lost
    runs: tuple[str, ...] = ()
    if decider.extra_packages() and decider.installs_at is None:
        manager = target.image.pkg_manager or ""
        if manager not in ("apt", "apk"):
            return Refusal("S09", f"{target.base} has no package manager for {' '.join(decider.extra_packages())}")
        if manager == "apt" and (target.image.archive_moved or target.image.archive_may_have_moved):
            return Refusal("B17", f"the package archive of {target.base} may be gone", _RELEASE)
        runs = (whole_run(manager, with_packages(manager, [], decider.extra_packages()), []),)
    changed = _carried(case, target)
    if isinstance(changed, Refusal):
        return changed
    if not any(decision.copies for decision in decisions):
        return None  # nothing would come from the build stage: a smaller base is all there is to gain
    name = free_name(case.model, case.stage)
    every = (*target.doubts, *packages.doubts, *doubts, *dict.fromkeys(decider.doubts))
    return Plan(ecosystem.name, full, decisions, changed, runs, name, every)


def _carried(case: Case, target: Target) -> str | Refusal:
    """Return the WORKDIR that the runtime stage has to set; a Refusal where its image differs otherwise (B21)."""
    before, after = case.image, target.image
    declared = {node.name for node in case.stage.node.body}
    if before.runs_as_root != after.runs_as_root or (before.shell != after.shell and after.has_shell):
        return Refusal("B21", f"{target.base} has another user or shell")
    if "ENTRYPOINT" not in declared and before.entrypoint != after.entrypoint:
        scripts = {argv if isinstance(argv, tuple) else None for argv in (before.entrypoint, after.entrypoint)}
        if not scripts <= _PASSING:
            return Refusal("B21", f"{target.base} has another entry point", "declare ENTRYPOINT")
    if (before.stopsignal, before.healthcheck) != (after.stopsignal, after.healthcheck) and after.has_shell:
        return Refusal("B21", f"{target.base} has another stop signal or health check")
    first = next((node for node in case.stage.node.body if node.name == "WORKDIR"), None)
    if before.workdir == after.workdir or (first is not None and first.text.startswith(("/", "$"))):
        return ""
    return before.workdir if isinstance(before.workdir, str) else "/"


def _lost_program(case: Case, ecosystem: Ecosystem, decisions: tuple[Decision, ...]) -> Refusal | None:
    """Return why a program that the image starts would not be there (S14)."""
    copied = [copied.path for decision in decisions for copied in decision.copies]
    kept = [
        paths.target(case, step) or "/"
        for step, decision in zip(case.steps, decisions, strict=True)
        if step.node.name in ("COPY", "ADD") and decision.runtime
    ]
    kept += [data.target for decision in decisions for data in decision.data]
    for program in case.programs:
        name = program[0].rpartition("/")[2]
        if name in _INTERPRETERS.get(ecosystem.name, ()) or name in words("programs"):
            continue
        where = posixpath.normpath(posixpath.join(case.stage.end.workdir or "/", program[0]))
        if "/" in program[0] and any(is_within(where, path) for path in (*copied, *kept)):
            continue
        if "/" not in program[0] and any(p.endswith(f"/bin/{name}") or p == "/usr/local" for p in (*copied, *kept)):
            continue
        return Refusal("S14", f"cannot tell whether the build makes `{program[0]}`", "name what it makes with -o")
    return None


def _installs_at(case: Case, reads: dict[int, reads_of.Read]) -> int | None:
    """Return the RUN that already installs packages of the distribution as root."""
    for index, read in reads.items():
        if case.steps[index].state.is_root and any(v.packages and is_install(c) for c, v in read):
            return index
    return None


def _started(case: Case, ecosystem: Ecosystem) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the programs that the image starts by its configuration, scripts and sources, and what is not known."""
    names = {program[0].rpartition("/")[2] for program in case.programs}
    names |= {word for program in case.programs for word in program[1:]}
    for node in case.stage.node.body:
        if isinstance(node, Healthcheck):
            names |= set(_SOURCES_OF_TOOLS.findall(healthcheck_words(node, case.model.escape).command))
    for service in services_of(case.model, case.stage, case.project.files):
        names |= {name for word in service.check for name in _SOURCES_OF_TOOLS.findall(word)}
    if not case.project.is_known:
        return frozenset(names), ()
    known = (
        words("in_full")
        | {w for name, own in table("provides").items() for w in (name, *own.split())}
        | {*table("tools")}
        | decide.BUILD_TOOLS
    )
    found = case.project.started(ecosystem.sources, known, case.programs)
    if ecosystem.name == "node":
        names |= node_run.words_that_run(case) & known
    return frozenset(names | found.programs), found.doubts


def _tools(case: Case, started: frozenset[str], same_base: bool) -> tuple[str, ...] | Refusal:
    """Return the packages of the programs that are started and that a smaller image lacks (S11, S27)."""
    found = set()
    full = not same_base and case.image.distro != "alpine"  # Alpine's images have no more than BusyBox
    for name in sorted(started & words("in_full")) if full else ():
        package = table("tools")[name]
        if package == "!":
            return Refusal("S27", f"the image needs `{name}` at run time", "keep the image as it is")
        found.add(package)
    text = "".join(case.model.logical(node).text + " " for node in case.stage.node.body)
    if not same_base and ("zoneinfo" in text or re.search(r"\bTZ\b", text)):
        found.add("tzdata")
    if found & {"curl", "wget", "git"} or (not same_base and "/etc/ssl" in text):
        found.add("ca-certificates")
    return tuple(sorted(found - {""}))


def free_name(model: Model, stage: StageModel) -> str:
    """Return a name for the build stage that no other has."""
    taken = {other.name for other in model.stages}
    text = " ".join(flag.text for node in stage.node.body for flag in node.flags)
    return next((n for n in _NAMES if n not in taken and f"from={n}" not in text), "harden-build")
