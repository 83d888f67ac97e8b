"""npm, Yarn, pnpm and Bun held to their lock files (C16, S01, S03, S04)."""

from __future__ import annotations

import re
from posixpath import join

from hardener.errors import Refusal
from hardener.image.model import StageModel
from hardener.image.npm import npm_version
from hardener.packages.installs import Install
from hardener.project.missing_lock import NoLock
from hardener.project.node import package_json
from hardener.project.node.locks import Lock, lock_in_step, other_locks
from hardener.project.texts import joined
from hardener.rules.locked_install.development import needs_development
from hardener.rules.locked_install.site import Locked, Site, after_verb, refusal
from hardener.text import Edit, whole

_PRODUCTION = ("--omit", "--production", "--only", "--prod", "-P", "--include", "--dev", "-D", "--also", "-p")
_CI = ("ci", "clean-install", "install-clean")
#: options of `npm install` that mean the same, or nothing, to `npm ci`
_KEPT = frozenset(
    """
    --omit --production --only --include --no-audit --audit --no-fund --fund --silent -s --quiet -q --verbose --loglevel
    --legacy-peer-deps --force -f --prefer-offline --prefer-online --offline --no-optional --ignore-scripts
    --no-progress --progress --unsafe-perm --registry --cache --userconfig --foreground-scripts --strict-ssl
    --no-bin-links -d -dd -ddd --install-links --no-install-links --no-update-notifier --maxsockets --network-timeout
    --no-color --fetch-timeout --fetch-retries --include-workspace-root --ci --engine-strict --no-engine-strict
    --strict-peer-deps
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: format of pnpm-lock.yaml: major versions of pnpm that read it
_PNPM_READS = {"5.4": (7,), "6.0": (8,), "6.1": (8,), "9.0": (9, 10)}


def node_locked(site: Site, install: Install) -> Locked | Refusal | None:
    """Return what an installation of a Node project becomes."""
    folder = site.brought.folder_of("package.json", site.where)
    package = package_json.read_package(site.files, folder) if folder is not None else None
    if package is None or folder is None or install.has("--prefix", "-C", "--cwd", "--dir", "--filter", "-F"):
        return None
    manager = install.tool.name
    frozen = install.verb in _CI or install.has("--frozen-lockfile", "--immutable")
    unwanted = "" if frozen else _unwanted(site, install, package)
    if unwanted:
        return refusal(unwanted, "write the locked installation yourself")
    lock = lock_in_step(site.files, package, manager)
    if isinstance(lock, Refusal):
        return None if frozen else _without_lock(site, install, package, lock)
    missing = _missing(site, package, lock)
    if missing:
        if missing == lock.path and not frozen and not other_locks(site.files, folder, manager):
            return site.not_copied(missing)
        return None if frozen else refusal(f"{missing} is not copied before the installation", "copy it too")
    edits = [] if frozen else _edits(site, install, lock)
    if isinstance(edits, Refusal):
        return edits
    return _with_production(site, install, package, lock, edits)


def _unwanted(site: Site, install: Install, package: package_json.Package) -> str:
    """Return why the installation has no locked form."""
    name = install.tool.name
    if name == "npm":
        strange = sorted({o[0].partition("=")[0] for o in install.options} - _KEPT)
        if strange:
            return f"`npm ci` has no option {strange[0]}"
        if package_json.npm_settings(site.files, package.folder).get("package-lock") == "false":
            return ".npmrc says package-lock=false"
    if install.has(
        "--no-lockfile", "--no-frozen-lockfile", "--fix-lockfile", "--update-checksums", "--no-package-lock"
    ):
        return "an option says not to use the lock file"
    fixed = package.manager
    if fixed is not None and fixed[0] != name:
        return f"package.json names another package manager: {fixed[0]}"
    return ""


def _missing(site: Site, package: package_json.Package, lock: Lock) -> str:
    """Return a file that the locked installation reads and that is not in the image by then."""
    members = package_json.workspaces(site.files, package) or ()
    for path in (lock.path, *(member.path for member in members)):
        place = join(site.where, path[len(package.folder) :].lstrip("/") if package.folder else path)
        if site.brought.origin(place) != path:
            return path
    return ""


def _edits(site: Site, install: Install, lock: Lock) -> list[Edit] | Refusal:
    word = install.verb_word
    if lock.manager == "npm":
        npm = npm_version(site.model, site.stage)
        if lock.version.isdigit() and whole(lock.version) > 2 and npm is not None and npm < 7:
            return refusal(f"npm {npm} cannot read format {lock.version} of {lock.path}", "use a newer base image")
        if _lacks_ci(site.stage, npm):
            return refusal("the npm of the image has no `npm ci`", "use a newer base image")
        return [Edit(word.start, word.end, "ci")]
    if lock.manager == "berry":
        fixed = site.files.text(joined("", "package.json")) or ""
        settings = package_json.yarn_settings(site.files, lock.path.rpartition("/")[0])
        if "yarnPath" not in settings and not re.search(r'"packageManager"\s*:\s*"yarn@[2-9]', fixed):
            return refusal("cannot tell which Yarn runs: the lock file is from Yarn 2 or later", "set packageManager")
        return [after_verb(install, *(["install"] if not install.verb else []), "--immutable")]
    if lock.manager == "pnpm":
        version = _pnpm_version(site)
        if version is None or version not in _PNPM_READS.get(lock.version, ()):
            known = f"pnpm {version}" if version else "an unknown version of pnpm"
            return refusal(f"{known} may not read format {lock.version} of {lock.path}", "set packageManager")
    return [after_verb(install, *(["install"] if not install.verb else []), "--frozen-lockfile")]


def _pnpm_version(site: Site) -> int | None:
    package = package_json.read_package(site.files, "")
    fixed = package.manager if package is not None else None
    if fixed is not None and fixed[0] == "pnpm":
        return whole(fixed[1].partition(".")[0]) if fixed[1][:1].isdigit() else None
    texts = (node_.text for link in site.stage.chain for node_ in link.node.body)
    found = [m[1] for text in texts for m in re.finditer(r"\bpnpm@(\d+)\b", text)]
    return whole(found[-1]) if found else None


_OMITS = frozenset(("npm", "pnpm"))
_NO_PEERS = "without a lock file, cannot tell whether a dependency uses a development package that it finds"
_NPM_UNKNOWN = "cannot tell the version of npm: before 7 it does not read a lock file of format 3"


def _with_production(
    site: Site, install: Install, package: package_json.Package, lock: Lock, edits: list[Edit]
) -> Locked | None:
    """Add that development packages are left out, where they are not needed."""
    what = f"`{install.tool.name} {install.verb}`".replace(" `", "`")
    message = f"{what} may ignore {lock.path}" if edits else f"{what} installs"
    told = install.has(*_PRODUCTION) or site.value("NODE_ENV") != "" or lock.manager == "berry"

    why = "told" if told else needs_development(site, package, package.folder)
    is_new = bool(edits) and lock.manager == "npm" and lock.version == "3"
    doubt = _NPM_UNKNOWN if is_new and npm_version(site.model, site.stage) is None else ""
    if why:
        if not edits:
            return None
        if why != "told":
            message += f"; development packages stay: {why} [S03]"
        return Locked(tuple(edits), message, doubt)
    added = _omission(site, lock.manager)
    if edits:
        edits = [Edit(edits[0].start, edits[0].end, f"{edits[0].new} {added}")]
    else:
        edits = [after_verb(install, added)]
    message += " development packages" if message.endswith("installs") else ", and installs development packages"
    return Locked(tuple(edits), message, doubt)


def _without_lock(site: Site, install: Install, package: package_json.Package, why: Refusal) -> Locked | Refusal:
    """Return that development packages are left out where there is no lock file to hold the installation to."""
    manager = install.tool.name
    is_missing = isinstance(why, NoLock) and not why.is_ignored
    if not is_missing or manager not in _OMITS or other_locks(site.files, package.folder, manager):
        return why
    if install.verb not in ("install", "i"):
        return why
    if install.operands or install.has(*_PRODUCTION) or site.value("NODE_ENV") != "":
        return why
    if not package.development or needs_development(site, package, package.folder):
        return why
    message = f"`{manager} install` installs development packages, and no lock file holds the versions"
    doubt = _NO_PEERS + (f"; {why.allow}" if why.allow else "")
    return Locked((after_verb(install, _omission(site, manager)),), message, doubt)


def _omission(site: Site, manager: str) -> str:
    """Return the option that leaves development packages out."""
    npm = npm_version(site.model, site.stage)
    return {"npm": "--only=production" if npm is not None and npm < 7 else "--omit=dev", "pnpm": "--prod"}.get(
        manager, "--production"
    )


def _lacks_ci(stage: StageModel, npm: int | None) -> bool:
    """Tell whether npm is older than 5.7: it came with Node.js 8.12 and 10.3."""
    reference = stage.root.reference
    match = re.match(r"(\d+)(?:\.(\d+))?", (reference.tag if reference else None) or "")
    if npm != 5 or reference is None or match is None or not reference.repository.endswith("/library/node"):
        return npm is not None and npm < 5
    major, minor = whole(match[1]), whole(match[2]) if match[2] else None
    return major != 8 or (minor is not None and minor < 12)
