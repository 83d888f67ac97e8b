"""What package.json and its lock file say about running a Node program (S01, S02, S05, S19, S20, S28)."""

from __future__ import annotations

import re
from typing import Any

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field
from hardener.image.files import brought_before
from hardener.knowledge.images import BaseImage
from hardener.knowledge.splitting import table, words
from hardener.project.node.scripts import script_call
from hardener.rules.split_stages.languages.libraries import packages_for
from hardener.rules.split_stages.languages.node import run as node_run
from hardener.rules.split_stages.languages.node.below import below, in_folder, installs_packages, unknown, unproved
from hardener.rules.split_stages.languages.node.members import named_start
from hardener.rules.split_stages.model import Case

_STATIC = regex(r"(?:^|[/ ])(serve|http-server|react-scripts|live-server|ng serve|gatsby serve)(?:\s|\Z)")
#: tools that run a program or serve what was built, and are fit for it: they need what is for development too
_RUNNERS = frozenset(("ts-node", "tsx", "vite", "nuxt", "astro"))
_DEVELOPMENT = regex(
    r"nodemon|ts-node-dev\b|ts-node\b.* --respawn|tsx watch|(next|nuxt|astro|remix) dev|vite(?! (preview|build))\b"
    r"|webpack[- ](dev-server|serve)|ng serve|react-scripts start|vue-cli-service serve|gulp|grunt|parcel serve|--watch"
)
#: options that leave packages for development out
PRODUCTION = frozenset(("--omit=dev", "--production", "--only=production", "--only=prod", "--prod", "-P", "--omit"))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What package.json and its lock file say; `prefix` is their folder in the build context, with its last "/"."""

    data: dict[str, Any]
    lock: dict[str, Any] = field(default_factory=dict)
    prefix: str = ""

    def section(self, name: str) -> dict[str, str]:
        """Return one of the tables of package.json."""
        found = self.data.get(name)
        return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}

    @property
    def locked(self) -> dict[str, dict[str, Any]]:
        """The packages of the lock file that are not only for development, by name."""
        entries = self.lock.get("packages")
        found: dict[str, dict[str, Any]] = {}
        for path, entry in entries.items() if isinstance(entries, dict) else ():
            if path and isinstance(entry, dict) and not entry.get("dev"):
                found[path.rpartition("node_modules/")[2]] = entry
        return found

    @property
    def entries(self) -> dict[str, dict[str, Any]]:
        """All packages of the lock file by name, those for development too."""
        found = self.lock.get("packages")
        every = found.items() if isinstance(found, dict) else ()
        return {path.rpartition("node_modules/")[2]: e for path, e in every if path and isinstance(e, dict)}

    @property
    def is_locked(self) -> bool:
        """Whether the lock file tells of every package (version 2 and later of npm's)."""
        return isinstance(self.lock.get("packages"), dict)


def manifest(case: Case, folder: str | None = None) -> Manifest | None:
    """Return what the package.json in a folder of the image says, None where there is none.

    Args:
        case: the stage.
        folder: absolute; None for the one that the image starts in, else the root of the build context.
    """
    key = f"manifest {folder}"
    if key not in case.memo:
        case.memo[key] = _manifest(case, folder)
    known: Manifest | None = case.memo[key]
    return known


def _manifest(case: Case, folder: str | None) -> Manifest | None:
    tree = case.project.files.tree
    where = folder or case.stage.end.workdir
    base = None
    if tree is not None and where is not None:
        base = brought_before(case.model, case.stage, case.stage.node.body[-1], tree).folder_of("package.json", where)
    if base is None:
        if folder is not None and folder != case.stage.end.workdir:
            return None
        installed = installs_in(case) if folder is None and where is not None else None
        if installed not in (None, where):
            return manifest(case, installed)
        base = ""
    prefix = f"{base}/" if base else ""
    data = case.project.json(f"{prefix}package.json")
    lock = case.project.json(f"{prefix}package-lock.json") or case.project.json(f"{prefix}npm-shrinkwrap.json")
    return Manifest(data, lock if isinstance(lock, dict) else {}, prefix) if isinstance(data, dict) else None


def installs_in(case: Case) -> str | None:
    """Return the only folder that packages of the project are installed in; None where it is not one."""
    folders = {in_folder(call).folder for call in case.calls if installs_packages(call)}
    return folders.pop() if len(folders) == 1 else None


def refusal_of(case: Case, found: Manifest | None, *, linked: bool = False) -> Refusal | None:
    """Return what in the project stands against a split; `linked` packages of a workspace are copied with it."""
    if found is None:
        return Refusal("S19", "there is no package.json where the image starts", "set WORKDIR to its folder")
    links = ("file:", "link:", "portal:") if linked else ("file:", "link:", "portal:", "workspace:")
    for section in ("dependencies", "optionalDependencies"):
        local = [n for n, v in found.section(section).items() if v.startswith(links)]
        if local:
            return Refusal("S19", f"{local[0]} is a link to a folder", "publish it, or split by hand")
    for program in case.programs:
        folder, words_ = named_start(case, program) if linked else ("", program)
        data = case.project.json(f"{folder}/package.json") if folder else found.data
        started = Manifest(data if isinstance(data, dict) else {})
        refusal = _start_refusal(started, words_, _with_development(case, started))
        if refusal is not None:
            return refusal
    return None


def _with_development(case: Case, found: Manifest) -> frozenset[str]:
    """Return the packages for development that the build stage installs, and that go into the runtime stage."""
    installs = [call for call in case.calls if call.name in ("npm", "yarn", "pnpm")]
    left_out = any(set(call.words) & PRODUCTION for call in installs)
    if left_out or any(call.state.values.get("NODE_ENV") == "production" for call in installs):
        return frozenset()
    return frozenset(found.section("devDependencies"))


def _start_refusal(found: Manifest, program: tuple[str, ...], development: frozenset[str]) -> Refusal | None:
    """Return why what the image starts needs more than the runtime stage has (S01, S20, S28)."""
    line = " ".join(program)
    name = program[0].rpartition("/")[2]
    if name in ("npm", "yarn", "pnpm"):
        call = script_call(program)
        script = call.name if call is not None else ""
        line = found.section("scripts").get(script, "")
        if not line and call is not None and call.is_program:
            line = " ".join((call.name, *call.arguments))
        if not line:
            return Refusal(
                "S01", f"there is no script {script or 'to start'} in package.json", "name the program in CMD"
            )
    if name in ("npx", "bunx"):
        line = " ".join(w for w in program[1:] if not w.startswith("-"))
    if _STATIC.search(line) and not _DEVELOPMENT.search(line):
        return Refusal(
            "S20", "a static site",
            "build it in a stage, and serve its output with nginx: mind the port and the fallback of single-page sites",
        )  # fmt: skip
    if _DEVELOPMENT.search(line):
        return Refusal("S28", f"`{line[:50]}` is a development server", "start the program that the build makes")
    first = next((w for w in line.split() if "=" not in w and w not in ("cross-env", "exec")), "")
    first = first.removeprefix("./").removeprefix("node_modules/.bin/")
    if re.search(r"&&|;|\|", line) or (
        name in ("npm", "yarn", "pnpm") and first not in ("node", "next", "nest", "nuxt")
    ):
        known = {*found.section("dependencies"), "node", *(development & _RUNNERS)}
        if first not in known or re.search(r"&&|;|\|", line):
            return Refusal(
                "S01",
                f"cannot tell whether the runtime stage has what `{line[:50]}` starts",
                "start node itself in CMD",
            )
    own = {"nest": "@nestjs/cli"}.get(first, first)
    if first in ("next", "nuxt", "nest") and own not in {*found.section("dependencies"), *development}:
        return Refusal("S01", f"`{line[:50]}` runs a development dependency", "move it to dependencies")
    return None


def _browser_refusal(case: Case, found: Manifest) -> Refusal | None:
    """Return why a package has what it fetches in the home folder, which is not copied (S05, S11)."""
    if any("SKIP" in name and "DOWNLOAD" in name for name in case.stage.end.values):
        return None
    for name in sorted({*found.locked, *found.section("dependencies")}):
        if name in words("node", "browsers"):
            return Refusal(
                "S11", f"{name} keeps its browser in the home folder", "write the two stages by hand, with its cache"
            )
    return None


def needs_of(
    case: Case, found: Manifest | None, image: BaseImage, same: bool
) -> tuple[tuple[str, ...], tuple[str, ...]] | Refusal:
    """Return the packages that the dependencies need at run time, and what is not known of them (S02, S05, S10)."""
    if found is None:
        return (), ()
    if same:
        return _browser_refusal(case, found) or ((), ())
    packages: set[str] = set()
    doubts: list[str] = []
    locked, direct = found.locked, found.section("dependencies")
    others = None if found.is_locked else below(case, found.prefix, {*direct, *found.section("optionalDependencies")})
    used = _used_in_development(case, found)
    for name in sorted({*locked, *direct, *(others or ()), *used, *node_run.installed_globally(case)}):
        tool = table("node", "tools").get(name)
        if tool:
            return Refusal("S11", f"{name} starts {tool} at run time", "write the two stages by hand")
        need = table("node", "libraries").get(name, "")
        made = packages_for(name, need.split(), image)
        if isinstance(made, Refusal):
            return made
        packages |= made
        if locked.get(name, {}).get("hasInstallScript") and not need and name not in words("node", "scripts"):
            doubts.append(f"cannot tell what the install script of {name} needs at run time")
    doubts += _unsure(direct, others) if not found.is_locked else []
    return tuple(sorted(packages)), tuple(doubts)


def _used_in_development(case: Case, found: Manifest) -> list[str]:
    """Return the packages for development that need something of the system, and that the program may use (S11)."""
    needing = table("node", "tools").keys() | table("node", "libraries").keys()
    names = sorted(needing & found.section("devDependencies").keys())
    return [name for name in names if node_run.uses_development(case, (name,), {})]


def _unsure(direct: dict[str, str], others: dict[str, bool] | None) -> list[str]:
    """Return what is not known of the packages, by the lock file of Yarn or pnpm, else by the names in package.json."""
    if others is not None:
        return [f"cannot tell what {name}, which holds machine code, needs at run time" for name in unproved(others)]
    names = unknown(direct)
    shown = f"{', '.join(names[:4])}{' …' * (len(names) > 4)}"
    return [f"cannot tell the packages below {shown} without a lock file"] if names else []
