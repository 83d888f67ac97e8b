"""What a container needs and no more: capabilities, writable places, system calls; each tried by running under it."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hardener.errors import VerifyError
from hardener.knowledge.confinement import fingerprint
from hardener.verify.container.engine import Engine
from hardener.verify.container.trace import TraceError, Tracer, machine_of
from hardener.verify.judge.bisect import largest_working, smallest_working
from hardener.verify.judge.compare import differs_only_in_text, failures
from hardener.verify.judge.measure import Image
from hardener.verify.judge.observe import Expected, observe
from hardener.verify.model import Behaviour, Plan
from hardener.verify.profile import seccomp

#: What engines give a container, the least likely to be needed first.
CAPABILITIES = (
    "AUDIT_WRITE", "MKNOD", "SETFCAP", "SETPCAP", "NET_RAW", "SYS_CHROOT", "FSETID", "KILL", "FOWNER",
    "NET_BIND_SERVICE", "DAC_OVERRIDE", "CHOWN", "SETGID", "SETUID",
)  # fmt: skip
#: Folders that may be empty at every start by convention, whatever the image has there.
_FLEETING = ("/tmp", "/var/tmp", "/run", "/var/run", "/dev/shm", "/var/lock")
#: what is written there and removed again leaves no trace: tried where what was seen is not enough
_SCRATCH = ("/run", "/var/tmp", "/tmp")
#: 2 has `memory_peak`
SCHEMA = "harden-profile/2"
#: Name of the seccomp profile beside profile.json.
SECCOMP_FILE = "seccomp.json"


@dataclass(frozen=True, slots=True)
class Profile:
    """What was found to be enough.

    Attributes:
        capabilities: to add after all were dropped; None where even all of the engine's are not enough.
        no_new_privileges: whether it works without new privileges.
        read_only: whether it works with a read-only root file system.
        tmpfs: folders that then have to be writable and may be empty at each start.
        volumes: paths that were written to and are no place for a tmpfs.
        seccomp: a profile in the engine's format; None where none was found or could be.
        architecture: that it is for, as profiles name it.
        options: all of it, as options of `docker run`; `{seccomp}` stands for the path of that profile.
        notes: what does not work, and why.
        memory: the most that it held while it was asked, in bytes; None where that could not be read.
    """

    capabilities: tuple[str, ...] | None
    no_new_privileges: bool
    read_only: bool
    tmpfs: tuple[str, ...]
    volumes: tuple[str, ...]
    seccomp: dict[str, Any] | None
    architecture: str
    options: tuple[str, ...]
    notes: tuple[str, ...]
    memory: int | None = None


@dataclass(slots=True)
class Profiler:
    """Derives the profile of one image.

    Args:
        engine: where.
        image: its id.
        facts: what lies in it.
        plan: how to run and what to ask.
        normal: what it does without restrictions.
        folder: for the seccomp profile while it is tried.
        say: gets a line about what is being done.
    """

    engine: Engine
    image: str
    facts: Image
    plan: Plan
    normal: Behaviour
    folder: Path
    say: Callable[[str], None]
    notes: list[str] = field(default_factory=list)
    again: Behaviour | None = None

    def run(self) -> Profile:
        """Derive and check the profile.

        Raises:
            EngineError: the engine failed.
        """
        parts: dict[str, tuple[str, ...]] = {}
        capabilities = self._capabilities()
        if capabilities is not None:
            parts["capabilities"] = _capability_options(capabilities)
        self.say("trying no-new-privileges")
        if self._works(("--security-opt=no-new-privileges",)):
            parts["no-new-privileges"] = ("--security-opt=no-new-privileges",)
        tmpfs, volumes = self._read_only()
        if tmpfs is not None:
            parts["read-only"] = _read_only_options(tmpfs)
        calls = self._seccomp()
        if calls is not None:
            parts["seccomp"] = (f"--security-opt=seccomp={self.folder / SECCOMP_FILE}",)
        self.say("checking all of it together")
        kept = largest_working(list(parts), lambda chosen: self._works(_options(parts, chosen)))
        for name in parts.keys() - kept:
            self.notes.append(f"{name} works alone, but not together with the others")
        written = tuple(o.replace(str(self.folder / SECCOMP_FILE), "{seccomp}") for o in _options(parts, kept))
        return Profile(
            capabilities if "capabilities" in kept else None,
            "no-new-privileges" in kept,
            "read-only" in kept,
            tuple(sorted(tmpfs or ())) if "read-only" in kept else (),
            volumes,
            calls if "seccomp" in kept else None,
            seccomp.ARCHITECTURES.get(machine_of(self.engine, self.image), ""),
            written,
            tuple(self.notes),
            self.normal.memory,
        )

    def _works(self, options: tuple[str, ...]) -> bool:
        return not self._worse(options)

    def _worse(self, options: tuple[str, ...]) -> tuple[str, ...]:
        """Run under `options` and return what is worse than without."""
        seen = observe(self.engine, self.image, self.plan, self._expected(), options=options, brief=True)
        found = failures(self.normal, seen, self.again)
        if found and self.again is None and differs_only_in_text(self.normal, seen):
            self.again = observe(self.engine, self.image, self.plan, self._expected(), brief=True)
            found = failures(self.normal, seen, self.again)
        return found

    def _expected(self) -> Expected:
        stops = self.normal.stop is not None and not self.normal.stop.killed
        return Expected(5 + 5 * self.normal.ready, tuple(a.status for a in self.normal.answers), stops)

    def _capabilities(self) -> tuple[str, ...] | None:
        if any(option.startswith(("--cap", "--privileged")) for option in self.plan.run_options):
            self.notes.append("capabilities were left as --run-option says")
            return None
        self.say("looking for the capabilities that it needs")
        found = smallest_working(CAPABILITIES, lambda chosen: self._works(_capability_options(tuple(sorted(chosen)))))
        if found is None:
            self.notes.append(
                "it does not work with the capabilities that the engine gives by default, dropped and added"
            )
        return None if found is None else tuple(sorted(found))

    def _read_only(self) -> tuple[frozenset[str] | None, tuple[str, ...]]:
        """Return the folders that need a tmpfs under a read-only root, None where that does not work."""
        self.say("trying a read-only root file system")
        wanted, volumes = places(self.normal.writes, self.facts)
        found = self._writable(wanted)
        if found is None:
            wanted = [*dict.fromkeys((*_SCRATCH, *wanted))]
            found = self._writable(wanted)
        if found is None:
            reason = "; ".join(self._worse(_read_only_options(frozenset(wanted))))
            self.notes.append(f"a read-only root file system does not work: {reason}")
            if volumes:
                self.notes.append(f"these would need a volume: {', '.join(volumes)}")
        return found, volumes if found is None else ()

    def _writable(self, folders: Sequence[str]) -> frozenset[str] | None:
        """Return those of the folders that are needed and enough, None where all of them are not."""
        return smallest_working(folders, lambda chosen: self._works(_read_only_options(chosen)))

    def _seccomp(self) -> dict[str, Any] | None:
        self.say("watching the system calls")
        machine = machine_of(self.engine, self.image)
        names: frozenset[str] = frozenset()
        try:
            if machine not in seccomp.ARCHITECTURES:
                raise TraceError(f"profiles have no name for {machine or 'the architecture'}")
            reason = ""
            for _ in range(2):  # what one run did not call another may
                expected = replace(self._expected(), wait=60, stops=True)
                tracer = Tracer(self.engine, self.image, self.plan, expected, self.facts.config, machine)
                names |= tracer.system_calls()
                found = seccomp.profile(names, machine)
                (self.folder / SECCOMP_FILE).write_text(json.dumps(found, indent=1), encoding="utf-8")
                self.say(f"running under a profile of {len(seccomp.allowed(names))} system calls")
                reason = "; ".join(self._worse((f"--security-opt=seccomp={self.folder / SECCOMP_FILE}",)))
                if not reason:
                    return found
            self.notes.append(f"no seccomp profile: under the derived one {reason}")
        except OSError as error:
            raise VerifyError(f"{self.folder / SECCOMP_FILE}: cannot be written: {error.strerror}") from None
        except TraceError as error:
            self.notes.append(f"no seccomp profile: {error}")
        return None


def places(writes: tuple[str, ...], facts: Image) -> tuple[list[str], tuple[str, ...]]:
    """Return the folders that a tmpfs can stand for, and the written paths that it cannot.

    Args:
        writes: what changed in the root file system, as "A /path".
        facts: of the image: a tmpfs would hide what lies in a folder.
    """
    changed = [line[2:] for line in writes if line[:2] in ("A ", "C ", "D ")]
    leaves = [path for path in changed if not any(other.startswith(path + "/") for other in changed)]
    tmpfs: dict[str, None] = {}
    volumes: list[str] = []
    for path in leaves:
        fleeting = next((place for place in _FLEETING if path == place or path.startswith(place + "/")), None)
        folder = fleeting or _empty_folder(path, facts)
        if folder:
            tmpfs[folder] = None
        else:
            volumes.append(path)
    return list(tmpfs), tuple(volumes)


def _empty_folder(path: str, facts: Image) -> str | None:
    """Return the folder of the image above `path` if nothing lies in it, else a new one below it; None: neither."""
    above = path
    below = None
    while above != "/":
        if above in facts.content.folders:
            return above if above not in facts.content.full else below
        below = above if above != path else None
        above = posixpath.dirname(above)
    return None


def _capability_options(names: tuple[str, ...]) -> tuple[str, ...]:
    return ("--cap-drop=ALL", *(f"--cap-add={name}" for name in names))


def _read_only_options(folders: frozenset[str]) -> tuple[str, ...]:
    return ("--read-only", *(f"--tmpfs={folder}" for folder in sorted(folders)))


def _options(parts: dict[str, tuple[str, ...]], chosen: frozenset[str]) -> tuple[str, ...]:
    return tuple(option for name, options in parts.items() if name in chosen for option in options)


def as_data(found: Profile, evidence: list[str], dockerfile: str, target: str = "") -> dict[str, Any]:
    """Return the profile as profile.json holds it.

    Args:
        found: the profile.
        evidence: what the probes were.
        dockerfile: the text that the image was built from: where it is the same, rules read the profile.
        target: the stage, "" for the last.
    """
    capabilities = None if found.capabilities is None else {"drop": ["ALL"], "add": list(found.capabilities)}
    entries = found.seccomp["syscalls"] if found.seccomp else []
    calls = found.seccomp and {
        "file": SECCOMP_FILE,
        "architectures": found.seccomp["architectures"],
        "allowed": sorted({name for entry in entries if "ALLOW" in entry["action"] for name in entry["names"]}),
    }
    return {
        "schema": SCHEMA,
        "dockerfile": fingerprint(dockerfile, target),
        "evidence": evidence,
        "capabilities": capabilities,
        "no_new_privileges": found.no_new_privileges,
        "read_only": found.read_only,
        "tmpfs": list(found.tmpfs),
        "volumes": list(found.volumes),
        "seccomp": calls,
        "memory_peak": found.memory,
        "run_options": [option.replace("{seccomp}", SECCOMP_FILE) for option in found.options],
        "notes": list(found.notes),
    }
