"""What may be left out of a build context, each with why the builds do not need it, or why it has to stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.project.context_tree import ContextTree
from hardener.project.node.package_json import read_package
from hardener.rules.dockerignore.builds import Build, filled, is_filled_where_brought
from hardener.rules.dockerignore.git_uses import runs_git, sources_use_git

_VCS = (".git", ".hg", ".svn")
#: settings of editors, and caches that the next run of their tool makes again
_PERSONAL = (
    ".idea", ".vscode", ".vs", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".nox", ".nyc_output",
    ".DS_Store",
)  # fmt: skip
_ENVIRONMENTS = (".venv", "venv")
_NAMES_ENVIRONMENT = regex(r"(?<![\w-])\.?venv(?![\w-])")
_MAKES_ENVIRONMENT = regex(r"uv (?:sync|venv)|-m venv|virtualenv|poetry install|pdm (?:install|sync)")
_DOCKER = regex(
    r"\A(?:(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?\Z|[\w.-]+\.[Dd]ockerfile\Z|(?:docker-)?compose[\w.-]*\.ya?ml\Z"
    r"|\.dockerignore\Z)"
)
_ENV = regex(r"(?:^|/)\.env(?:\.[\w-]+)*\Z")
_ENV_EXAMPLE = regex(r"\.(?:example|sample|template|dist|defaults?|tpl)\Z")
#: what reads .env files, by itself or in the sources
_READS_ENV = (
    r"dotenv|(?<![\w)\]])\.env(?:[\"'`\s./]|\Z)|env_file|env-file|environs|decouple|BaseSettings|django-environ|environ\.Env|[Vv]ite\b"
    r"|\"next\"|react-scripts|nuxt|@nestjs/config|laravel|symfony|vue-cli|gatsby|astro\b|expo\b|viper|load_env|loadEnv"
    r"|\b[Ff]lask\b|[Pp]ipenv|foreman|honcho|overmind|prisma|\bbun\b|\bdeno\b"
)
_KEY_FILE = regex(r"(?:^|/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|[\w.-]+\.(?:pem|key))\Z")
_NPMRC = regex(r"(?:^|/)\.npmrc\Z")
_COMPILED = regex(r"__pycache__/\Z")
_OF_PYTHON = regex(r"(?:\.py|__pycache__/)\Z")
_TOKEN = regex(r"(?m)^[^#;\n]*(?:_authToken|_password|_auth)\s*=\s*(?!\$\{)\S")
#: a pattern with these characters alone means the path itself
_PLAIN = regex(r"[\w./@+-]+\Z")
_NEXT_BUILD = regex(r"\bnext build\b")
_BUILDS_SCRIPT = regex(r"\b(?:npm|yarn|pnpm|bun)(?: run)? build\b|\bnext build\b")
_CARGO, _MAVEN = regex(r"\bcargo (?:build|install|chef)\b"), regex(r"\bmvnw?\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pattern that would leave something out.

    Attributes:
        pattern: of .dockerignore.
        paths: of the context that it stands for: one a pattern, or several with the same name.
        is_there: the context has something of it now; else it is left out for the day that it has.
        refusal: why it has to stay; None where no build needs it.
        is_nameable: a COPY whose source is left to a variable may mean it.
        is_minor: not worth a change of a file that is there, only a line beside others.
        is_told: what has to stay is worth a finding.
    """

    pattern: str
    paths: tuple[str, ...]
    is_there: bool
    refusal: Refusal | None = None
    is_told: bool = False
    is_minor: bool = False
    is_nameable: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """What candidates are judged by: the names of the context, and all builds over it, the file itself first."""

    files: Files
    tree: ContextTree
    builds: tuple[Build, ...]

    def mention(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether a Dockerfile has a text."""
        return any(pattern.search(build.text) for build in self.builds)

    def bringing(self, path: str) -> tuple[Build, ...]:
        """Return the builds that bring a path along with its folder."""
        return tuple(build for build in self.builds if path_is_brought(build, path))


def path_is_brought(build: Build, path: str) -> bool:
    """Tell whether a Dockerfile brings a path along with its folder; one that cannot be read may."""
    return build.model is None or build.brings(path) is not None


def candidates(project: Project) -> Iterator[Candidate]:
    """Yield what may be left out, in the order of the lines."""
    is_open = any(None in build.named for build in project.builds)
    for make in (_vcs, _installed, _built, _python, _personal, _env_files, _keys, _npmrc, _docker_files):
        for found in make(project):
            if all(_PLAIN.match(path) for path in found.paths) and not (is_open and found.is_nameable):
                yield found


def _vcs(project: Project) -> Iterator[Candidate]:
    for name in _VCS:
        there = project.tree.has(name)
        if not there and name != ".git":
            continue
        needed = any(build.model is None or runs_git(build.model) for build in project.bringing(name))
        reason = "a RUN looks at the repository" if needed else ""
        if not reason and sources_use_git(project.files):
            reason = "a file of the project may read it, such as for a version"
        refusal = Refusal("D02", f"{reason}: {name} stays in the build context", "") if reason else None
        yield Candidate(name, (name,), there, refusal, is_told=there)


def _installed(project: Project) -> Iterator[Candidate]:
    """Yield the folders that installations fill: node_modules, obj, vendor (D06)."""
    known = {build: {one.path: one for one in filled(build, project.files, project.tree)} for build in project.builds}
    for path in dict.fromkeys(path for found in known.values() for path in found):
        there = project.tree.has(path)
        own = [(build, known[build].get(path)) for build in project.bringing(path)]
        held = any(one is None for _, one in own)
        if there and not held:
            whole = all(one is not None and one.is_whole for _, one in own)
            held = not whole or not all(is_filled_where_brought(build, path, project.tree) for build, _ in own)
        reason = f"a stage may use {path} of the build context, and not what is installed"
        refusal = Refusal("D06", reason, "install in each stage that needs it, with what builds need") if held else None
        yield Candidate(path, (path,), there, refusal, is_told=there)


def _built(project: Project) -> Iterator[Candidate]:
    """Yield folders of results that every build makes again (D05)."""
    for manifest, command, folder in (("Cargo.toml", _CARGO, "target"), ("pom.xml", _MAVEN, "target")):
        if project.tree.is_file(manifest) and _all_run(project, folder, command):
            yield Candidate(folder, (folder,), project.tree.has(folder), is_nameable=True)
    package = read_package(project.files, "") if project.tree.is_file("package.json") else None
    builds_next = package is not None and _NEXT_BUILD.search(package.scripts.get("build", "")) is not None
    if builds_next and _all_run(project, ".next", _BUILDS_SCRIPT):
        yield Candidate(".next", (".next",), project.tree.has(".next"), is_nameable=True)


def _all_run(project: Project, folder: str, command: re.Pattern[str]) -> bool:
    return all(build.model is not None and command.search(build.text) for build in project.bringing(folder))


def _python(project: Project) -> Iterator[Candidate]:
    tree = project.tree
    if not tree.found(_OF_PYTHON):
        return
    there = tuple(path.rstrip("/") for path in tree.found(_COMPILED))
    yield Candidate("**/__pycache__", there or ("__pycache__",), bool(there))
    for name in _ENVIRONMENTS:
        is_there = tree.has(f"{name}/pyvenv.cfg") or f"{name}/" in tree.paths
        if not is_there:
            continue
        used = project.mention(re.compile(r"(?<![\w-])\.?venv(?![\w-])")) and not _all_run(
            project, name, _MAKES_ENVIRONMENT
        )
        if not used and not project.files.mentions(rf"{re.escape(name)}/bin"):
            yield Candidate(name, (name,), is_there)


def _personal(project: Project) -> Iterator[Candidate]:
    for name in _PERSONAL:
        if project.tree.has(name) and not project.mention(re.compile(re.escape(name))):
            yield Candidate(name, (name,), is_there=True)


def _env_files(project: Project) -> Iterator[Candidate]:
    """Yield the files of settings and passwords that are there (D04)."""
    found = [path for path in project.tree.found(_ENV) if not _ENV_EXAMPLE.search(path)]
    for path in found:
        reason = f"the build or the program may read {path}, which may hold passwords"
        allow = "give the settings to the container when it runs, and add the file to .dockerignore"
        yield _unless_read(project, path, _READS_ENV, Refusal("D04", reason, allow))


def _keys(project: Project) -> Iterator[Candidate]:
    """Yield the private keys that are there and that nothing names (D10)."""
    for path in project.tree.found(_KEY_FILE):
        file = project.files.file(path)
        if file is None or b"PRIVATE KEY" not in file.head:
            continue
        folder, _, name = path.rpartition("/")
        around = rf"|{re.escape(folder.rpartition('/')[2])}/" if folder else ""
        pattern = re.escape(name) + around + (r"|\*" + re.escape(name[name.rfind(".") :]) if "." in name else "")
        reason = f"the build or the program may read {path}, a private key"
        allow = "mount it when the container runs, and add it to .dockerignore"
        yield _unless_read(project, path, pattern, Refusal("D10", reason, allow))


def _unless_read(project: Project, path: str, pattern: str, refusal: Refusal) -> Candidate:
    """Return a file that is there and may hold a secret; it stays in the context where something matches `pattern`."""
    read = project.mention(re.compile(pattern)) or project.files.mentions(pattern)
    held = refusal if read else None
    return Candidate(path, (path,), is_there=True, refusal=held, is_told=True, is_nameable=True)


def _npmrc(project: Project) -> Iterator[Candidate]:
    """Yield an .npmrc with a password in it: installations read it, so it is only told (D03)."""
    for path in project.tree.found(_NPMRC):
        if _TOKEN.search(project.files.text(path) or ""):
            reason = f"{path} holds a password, and the installation may read it"
            allow = "give it to the RUN as a secret: --mount=type=secret"
            yield Candidate(path, (path,), is_there=True, refusal=Refusal("D03", reason, allow), is_told=True)


def _docker_files(project: Project) -> Iterator[Candidate]:
    """Yield the files that are for the builder alone (D08)."""
    names = dict.fromkeys((*project.tree.found(_DOCKER), ".dockerignore"))
    if project.files.mentions(r"Dockerfile|Containerfile|compose[\w.-]*\.ya?ml|\.dockerignore"):
        return
    for name in names:
        if not any(re.search(rf"(?m)^\s*RUN\b.*{re.escape(name)}", build.text) for build in project.builds):
            yield Candidate(name, (name,), project.tree.has(name), is_minor=True, is_nameable=True)
