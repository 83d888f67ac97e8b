"""What becomes of each instruction: in which of the two stages it stands, and what takes its place (S22 to S24)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.records import dataclass, field
from hardener.image.files import is_within
from hardener.rules.split_stages import data_files, left_over, owners, paths
from hardener.rules.split_stages.commands import Read
from hardener.rules.split_stages.folder_modes import mode_again
from hardener.rules.split_stages.made_paths import Made
from hardener.rules.split_stages.model import Call, Case, Copied, Decision, Ecosystem, Target
from hardener.rules.split_stages.read_runs import INSTALLERS
from hardener.rules.split_stages.system_packages import (
    LISTS_FILES,
    Sorted,
    is_install,
    plain,
    reduced,
    whole_run,
    with_packages,
)
from hardener.syntax.dockerfile.nodes import Run

_RUNTIME_ONLY = frozenset(("CMD", "ENTRYPOINT", "EXPOSE", "LABEL", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "MAINTAINER"))
_BOTH = frozenset(("ENV", "WORKDIR", "SHELL", "USER"))
#: programs that another image gives, and that only the build calls
BUILD_TOOLS = frozenset(("uv", "uvx", "composer", "pnpm", "bun"))

#: what every image of a distribution has, or what commands may make there
_THERE = (
    "/etc/passwd", "/etc/group", "/etc/hosts", "/etc/timezone", "/etc/localtime", "/etc/locale.gen", "/etc/apt/",
    "/etc/default/locale", "/etc/nsswitch.conf", "/etc/profile", "/etc/environment", "/usr/local",
    "/usr/share/zoneinfo/",
    "/tmp", "/var/tmp", "/opt", "/srv", "/home/", "/root", "/etc/login.defs", "/etc/bash.bashrc", "/etc/security/",
)  # fmt: skip


@dataclass(slots=True)
class Decider:
    """Decides about the instructions of one stage."""

    case: Case
    ecosystem: Ecosystem
    target: Target
    packages: Sorted
    #: programs that the image starts
    started: frozenset[str]
    reads: dict[int, Read]
    last: int = -1
    #: where the additional packages go, None where they have a RUN of their own
    installs_at: int | None = None
    makes: Made | None = None
    #: what is only likely of the owners of files
    doubts: list[str] = field(default_factory=list)

    def decisions(self) -> tuple[Decision, ...] | Refusal:
        """Return a decision for each instruction, or why there is none."""
        found: list[Decision] = []
        for index, step in enumerate(self.case.steps):
            name = step.node.name
            if name in _RUNTIME_ONLY:
                found.append(Decision(False, True))
            elif name in _BOTH or name == "ARG":
                found.append(Decision(index < self.last, True))
            elif name in ("COPY", "ADD"):
                decision = self._copy(index)
                if isinstance(decision, Refusal):
                    return decision
                found.append(decision)
            elif isinstance(step.node, Run):
                decision = self._run(index)
                if isinstance(decision, Refusal):
                    return decision
                found.append(decision)
            else:
                return Refusal("P47", f"{name} is not split", "write the two stages by hand")
        return self._without_unused_arguments(found)

    @property
    def code(self) -> str:
        """What of the sources is of no use when the program runs."""
        return self.target.code or self.ecosystem.code

    def made(self) -> Made:
        """Return where which path is made."""
        if self.makes is None:
            self.makes = Made.of(self.reads)
        return self.makes

    def _copy(self, index: int) -> Decision | Refusal:
        step = self.case.steps[index]
        where = paths.target(self.case, step)
        if where is None:
            return Refusal("S22", f"cannot tell where {step.node.name} writes", "write the target without variables")
        builds = index < self.last
        if step.node.name == "ADD" and INSTALLERS.search(step.node.text):
            return Decision(True, False)
        if step.node.flag("from") is not None:
            tool = where.rstrip("/").rpartition("/")[2]
            named = {w.rpartition("/")[2] for w in paths.sources(self.case, step)} | {tool}
            only_built = named & BUILD_TOOLS and not named & self.started
            return Decision(builds or bool(only_built), not only_built)
        if self.made().whole_after(index, where):
            return Decision(True, False)
        if not self.target.sources and builds and is_within(where, self.target.root):
            found = data_files.read_at_run_time(self.case, step, self.code)
            return Decision(True, not self._is_covered(index)) if found is None else Decision(True, False, data=found)
        return Decision(builds, not (builds and (self._is_covered(index) or self._is_left_over(index))))

    def _is_left_over(self, index: int) -> bool:
        """Tell whether a COPY brings only what the installation read, and the runtime stage has no RUN that does."""
        later = (
            verdict.repeat for at in range(index + 1, len(self.case.steps)) for _, verdict in self.reads.get(at, ())
        )
        return not any(later) and left_over.only_installs(self.case, self.ecosystem, self.case.steps[index])

    def _is_covered(self, index: int) -> bool:
        """Tell whether a later COPY of the whole context brings the same files again, before anything uses them."""
        for later in range(index + 1, len(self.case.steps)):
            if any(verdict.repeat for _, verdict in self.reads.get(later, ())):
                return False
            if paths.is_same_again(self.case, self.case.steps[index], self.case.steps[later]):
                return True
        return False

    def _run(self, index: int) -> Decision | Refusal:
        copies = self._copies(index)
        if isinstance(copies, Refusal):
            return copies
        manager = self.case.image.pkg_manager or ""
        repeats: list[str] = []
        ahead: list[str] = []
        installs, after = list[str](), list[str]()
        same = not copies
        for call, verdict in self.reads[index]:
            if call.name == "mv" and self._is_brought_again(call):
                why = f"`{plain(call)[:50]}` moves what the program may read, and COPY brings it again"
                return Refusal("S22", why, "use cp")
            if verdict.packages:
                ahead, repeats = [*ahead, *repeats], []  # an installation may need what was done before it
                install = reduced(call, self.packages) if self.target.image.pkg_manager else ""
                installs += [install] if install else []
                same &= not is_install(call) or install == plain(call)
            elif verdict.repeat:
                again = self._again(index, call)
                if isinstance(again, Refusal):
                    return again
                waits = bool(copies) and call.name in LISTS_FILES
                (after if waits else repeats).extend([again] if again else [])
                same &= again == call.raw
            elif verdict.build and call.name != "rm":
                same = False
        extra = self.extra_packages() if self.installs_at == index else ()
        if self._lacks(installs or list(extra), [*ahead, *repeats, *after]):
            return Refusal("S09", f"{self.target.base} does not have the shell or package manager that a RUN needs")
        if (installs or ahead or repeats) and same and not extra:
            early = all(verdict.early for _, verdict in self.reads[index])
            return Decision(index < self.last, True, early=early)
        installs = with_packages(manager, installs, extra)
        return Decision(True, False, copies, whole_run(manager, installs, repeats, ahead), " && ".join(after))

    def _lacks(self, installs: list[str], others: list[str]) -> bool:
        """Tell whether the runtime image cannot run what is left of a RUN."""
        image = self.target.image
        foreign = bool(installs) and image.pkg_manager != self.case.image.pkg_manager
        return foreign or (bool(installs or others) and image.has_shell is False)

    def extra_packages(self) -> tuple[str, ...]:
        """Return the packages that the runtime stage gets besides those that the file installs."""
        there = {name for call in self.case.calls if call.package for name in call.package.packages}
        wanted = [*self.packages.libraries, *self.target.packages]
        return tuple(sorted({name for name in wanted if name not in there or name in self.packages.dropped}))

    def _again(self, index: int, call: Call) -> str | Refusal:
        """Return what the runtime stage runs too in the place of a command, "" for nothing (S22, S23)."""
        touched = paths.touched(call)
        if touched is None or any(word.startswith("--ref") for word in call.words):
            return Refusal("S22", f"cannot tell what `{' '.join(call.raw.split())[:50]}` changes", "name the paths")
        covered = [path for path in touched if self.made().whole_after(index, path)]
        own = [path for path in touched if not self.target.sources and self._is_source(path)]
        if call.name in ("mkdir", "touch") and not covered:
            return self._created(call, touched)
        if call.command.redirects and all(path.count("/") == 2 and path.startswith("/etc/") for path in touched):
            return call.raw
        taken = [path for path in touched if self.made().covers(path)]
        if call.name in ("chmod", "mkdir") and touched and {*covered, *taken} == set(touched):
            return mode_again(self.case, self.made(), index, call, touched)
        if taken and len(taken) == len(touched) and call.name not in ("chown", "chgrp"):
            return ""  # what it did to them in the build stage is copied
        hidden = covered or own or taken
        if not hidden:
            absent = next((path for path in touched if not self._is_there(index, path)), None)
            if absent is None:
                return call.raw
            return Refusal("S22", f"{self.target.base} may lack {absent}", "create it, or install its package")
        given = owners.given_again(self.case, self.made(), index, call, touched) if call.name == "chown" else None
        if given is not None:
            return given  # of the folder itself, and not of what is in it
        if len(own) == len(touched) and all(self._is_code(path) for path in own):
            return ""  # it is about sources, which are not there
        if len(own) == len(touched) and call.name == "rm":
            return call.raw if any(self._is_brought(path) for path in own) else ""
        return Refusal(
            "S23", f"`{' '.join(call.raw.split())[:50]}` changes files that COPY brings again", "use COPY --chown"
        )

    def _created(self, call: Call, touched: tuple[str, ...]) -> str | Refusal:
        """Return what the runtime stage runs for a `mkdir` or `touch`: a folder that COPY takes brings it."""
        below = [path for path in touched if self.made().is_below(path)]
        has_parents = any(re.match(r"-\w*p|--parents", word) for word in call.words)
        if below and len(below) < len(touched) and not has_parents:
            shown = " ".join(call.raw.split())[:50]
            return Refusal("S23", f"`{shown}` makes {below[0]}, which COPY brings", "make it in a command of its own")
        return "" if below and len(below) == len(touched) else call.raw

    def _is_source(self, path: str) -> bool:
        """Tell whether a path lies where a compiled program has its sources."""
        root = self.target.root
        if root != "/":
            return is_within(path, root)
        local = [s for s in self.case.steps if s.node.name == "COPY" and s.node.flag("from") is None]
        return any(is_within(path, paths.target(self.case, step) or "/") for step in local)

    def _is_brought(self, path: str) -> bool:
        """Tell whether the runtime stage gets a path, or something below it, as what the program may read."""
        for step in self.case.steps:
            if step.node.name != "COPY" or step.node.flag("from") is not None:
                continue
            found = data_files.read_at_run_time(self.case, step, self.code)
            places = [data.target for data in found] if found is not None else [paths.target(self.case, step) or "/"]
            if any(is_within(path, place) or is_within(place, path) for place in places):
                return True
        return False

    def _is_brought_again(self, call: Call) -> bool:
        """Tell whether a path that a command takes away comes from the build context into the runtime stage."""
        named = [call.path(word) for word in call.argv[1:-1] if word and not word.startswith("-")]
        own = [path for path in named if path and not self.target.sources and self._is_source(path)]
        return any(self._is_brought(path) for path in own if not self._is_code(path))

    def _is_code(self, path: str) -> bool:
        return re.search(self.code or r"(?!)", path.removeprefix(self.target.root).lstrip("/")) is not None

    def _is_there(self, index: int, path: str) -> bool:
        """Tell whether a path can be expected in the runtime stage when a command works on it."""
        if self.target.image.family == self.case.image.family or path.startswith(_THERE):
            return True
        made = {made for read in self.reads.values() for _, v in read for made in v.makes}
        made.add(self.case.steps[index].state.workdir or "/")
        for step in self.case.steps[:index]:
            made.add(step.state.workdir or "/")
            made.add((paths.target(self.case, step) or "/") if step.node.name in ("COPY", "ADD") else "/")
        for at in range(index + 1):
            for call, verdict in self.reads.get(at, ()):
                if verdict.repeat and (call.name in ("mkdir", "touch", "install") or call.command.redirects):
                    made.update(paths.touched(call) or ())
        return any(is_within(path, folder) for folder in made - {"/"})

    def _copies(self, index: int) -> tuple[Copied, ...] | Refusal:
        """Return what is taken from the build stage in the place of a RUN: what no later one makes again."""
        found: dict[str, Copied] = {}
        for _, verdict in self.reads[index]:
            for path in verdict.makes:
                if self.made().whole_after(index, path) or self.made().again_after(index, path):
                    continue
                if self._has_come(index, path):
                    continue
                owner = self._owner(index, path, verdict.whole)
                if isinstance(owner, Refusal):
                    return owner
                found[path] = Copied(path, owner)
        whole = [path for _, verdict in self.reads[index] if verdict.whole for path in verdict.makes]
        kept = [c for c in found.values() if not any(c.path != w and is_within(c.path, w) for w in whole)]
        return tuple(kept)

    def _has_come(self, index: int, path: str) -> bool:
        """Tell whether a folder around a path is copied above, as the build leaves it, with no COPY between."""
        for whole, at in self.made().wholes.items():
            between = (step.node.name for step in self.case.steps[at + 1 : index])
            if at < index and path != whole and is_within(path, whole) and not {"COPY", "ADD"} & set(between):
                return True
        return False

    def _owner(self, index: int, path: str, whole: bool) -> str | Refusal:
        """Return the value for --chown, and note where files of root go to the user that runs (S23)."""
        makers = [
            at for at, read in self.reads.items()
            if at <= index and any(is_within(made, path) for _, v in read for made in v.makes)
        ]  # fmt: skip
        found = owners.owner(self.case, makers, index, path, whole=whole)
        if isinstance(found, Refusal):
            return found
        if found.doubt:
            self.doubts.append(found.doubt)
        return found.value

    def _without_unused_arguments(self, found: list[Decision]) -> tuple[Decision, ...]:
        """Leave an ARG out of the runtime stage where nothing there names it."""
        for index, step in enumerate(self.case.steps):
            if step.node.name != "ARG" or not found[index].build:
                continue
            names = re.findall(r"(?:^|\s)(\w+)", self.case.model.logical(step.node).text)[:1]
            texts = [
                self.case.model.logical(later.node).text if decision.runtime else f"{decision.run} {decision.after}"
                for later, decision in zip(self.case.steps[index + 1 :], found[index + 1 :], strict=True)
            ]
            if not any(re.search(rf"\b{name}\b", text) for name in names for text in texts):
                found[index] = Decision(True, False)
        return tuple(found)
