"""A web page that a Node program serves: the same server, and of the build only the folder that it serves (S20)."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.node.package_json import Package, read_package
from hardener.project.node.scripts import script_call, steps
from hardener.rules.split_stages.languages.node import language
from hardener.rules.split_stages.languages.node.project import manifest
from hardener.rules.split_stages.languages.node.static_output import of_command, output_of
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Target, Verdict
from hardener.rules.split_stages.runtime_base import interpreter_base
from hardener.syntax.dockerfile.nodes import Healthcheck
from hardener.syntax.dockerfile.views import healthcheck_words

#: servers: options that take no value, options that take one, whether the folder has to be named
_SERVERS = {
    "serve": (
        "-s --single -n --no-clipboard -u --no-compression -S --symlinks -C --cors -L --no-request-logging -d --debug "
        "-T --no-etag --no-port-switching",
        "-l --listen -p --port",
    ),
    "http-server": (
        "-d -i -g --gzip -b --brotli -s --silent -r --robots --cors --no-dotfiles -U --utc --log-ip --no-panic",
        "-p --port -a -e --ext -c -t",
    ),
    "sirv": ("-s --single -q --quiet -D --dev -e --etag -C --cors -G --gzip -B --brotli -H --host", "-p --port -m -M"),
}
_PACKAGES = {"sirv": "sirv-cli"}
_RUNNERS = frozenset(("npm", "yarn"))
_WORD = regex(r"[\w./:@=,%+-]+\Z")


@dataclass(frozen=True, slots=True)
class Site:
    """What the image serves.

    Attributes:
        folder: the absolute path of what is served, with all below it.
        package: the package of the server.
        is_local: the server is a dependency of the project, and lies in its node_modules.
        has_script: npm or yarn start it, and read package.json.
    """

    folder: str
    package: str
    is_local: bool
    has_script: bool


def site_of(case: Case) -> Site | None:
    """Return what the only program of the image serves, None where that is not certain."""
    if "site" not in case.memo:
        case.memo["site"] = _site(case)
    found: Site | None = case.memo["site"]
    return found


def _site(case: Case) -> Site | None:
    package = read_package(case.project.files)
    where = case.stage.end.workdir
    words = server_words(case)
    if package is None or where is None or not words:
        return None
    name = case.programs[0][0].rpartition("/")[2]
    has_script = name in _RUNNERS
    server = server_name(words)
    served = _served(server, words[1:])
    if served is None or ("/" in words[0] and not words[0].endswith(f"node_modules/.bin/{server}")):
        return None
    folder = posixpath.normpath(posixpath.join(where, served))
    wanted = _PACKAGES.get(server, server)
    is_local = wanted in {**package.runtime, **package.development}
    if has_script and not is_local and not _is_global(case, wanted):
        return None
    if name == server and not is_local and not _is_global(case, wanted):
        return None
    if name == server and "/" not in words[0] and not _is_global(case, wanted):
        return None  # it would have to be on PATH
    return Site(folder, wanted, is_local and not (name == server and "/" not in words[0]), has_script)


def server_words(case: Case, *, with_arguments: bool = False) -> tuple[str, ...]:
    """Return the command line of the only program, behind npx, npm or yarn; () where that is not certain.

    Args:
        case: the stage.
        with_arguments: a script may be given more words.
    """
    package = read_package(case.project.files)
    if len(case.programs) != 1:
        return ()
    words = case.programs[0]
    name = words[0].rpartition("/")[2]
    if name == "yarn" and any(call.name == "corepack" for call in case.calls):
        return ()  # another yarn than that of the image
    if name in _RUNNERS:
        return _script(package, words, with_arguments) if package is not None else ()
    if name == "npx":
        words = tuple(word for at, word in enumerate(words[1:]) if at or word not in ("-y", "--yes", "--no-install"))
        if words[:1] in (("-y",), ("--yes",), ("--no-install",)):
            words = words[1:]
    return words


def server_name(words: tuple[str, ...]) -> str:
    """Return the name of the program that a command line starts, without folder and version."""
    return re.sub(r"(?<=.)@.*", "", words[0].rpartition("/")[2])


def _script(package: Package, words: tuple[str, ...], with_arguments: bool) -> tuple[str, ...]:
    """Return what `npm start` or `yarn start` runs, () where it is more than one plain command."""
    call = script_call(words)
    if call is None or (call.arguments and not with_arguments):
        return ()
    found = steps(package, call.name)
    words = (*found[0][1].split(), *call.arguments) if len(found) == 1 else ()
    return words if all(_WORD.match(word) for word in words) else ()


def _served(server: str, words: tuple[str, ...]) -> str | None:
    """Return the folder in the arguments of a server, None where it names none or an option is not known."""
    if server not in _SERVERS:
        return None
    flags, valued = (options.split() for options in _SERVERS[server])
    found: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, _ = word.partition("=")
        if name in valued:
            if not equals:
                next(rest, "")
        elif word.startswith("-"):
            if name not in flags and not re.match(r"-[pcat]-?\d+\Z", word):
                return None
        else:
            found.append(word)
    return found[0] if len(found) == 1 else None


def _is_global(case: Case, package: str) -> bool:
    return any(package in _installed_globally(call) for call in case.calls)


def _installed_globally(call: Call) -> set[str]:
    """Return the packages that `npm install -g` or `yarn global add` installs."""
    words = call.words
    if call.name not in _RUNNERS or call.moved or not {"-g", "--global", "global"} & set(words):
        return set()
    return {re.sub(r"(?<=.)@.*", "", word) for word in words if not word.startswith("-")}


def claims(case: Case) -> bool:
    """Tell whether the stage builds with Node and starts a server of files alone."""
    return case.project.is_known and language.claims(case) and site_of(case) is not None


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command: the server is installed again, all else leaves what is served."""
    site = site_of(case)
    assert site is not None
    if site.package in _installed_globally(call):
        return Verdict(build=True, repeat=not site.is_local, early=True)
    if call.name in _RUNNERS and call.words[:2] == ("cache", "clean"):
        return Verdict(early=True)
    verdict = language.read(case, call)
    if not isinstance(verdict, Verdict):
        return verdict
    if verdict.repeat:
        return Verdict(build=True)
    makes = [path for path in verdict.makes if site.is_local and path.endswith("/node_modules")]
    # what a script writes outside of the folder is not served
    return Verdict(build=True, makes=(*makes, *([site.folder] if verdict.whole else [])))


def target(case: Case) -> Target | Refusal | None:
    """Return the two stages: the same server on the smaller image."""
    site = site_of(case)
    assert site is not None
    root = case.stage.end.workdir or "/"
    if site.folder == root or not site.folder.startswith(root.rstrip("/") + "/"):
        return Refusal("S20", f"the site is {site.folder}, the sources are in {root}", "serve the folder of the build")
    if (checked := _checks_with(case)) is not None:
        return Refusal("S11", f"HEALTHCHECK names {checked}, which is not served", "check the port instead")
    base = interpreter_base(case, "node")
    if isinstance(base, Refusal):
        return base
    text, image = base
    doubt = unwritten(case, site.folder, root)
    return Target(
        text, image, sources=False, root=root, doubts=(doubt,) if doubt else (), is_plain=True, is_smaller=True,
        epilogue=_pruned(case, site),
        gain="sources and build tools (the rule nginx-site leaves out Node too: S20)",
    )  # fmt: skip


def _checks_with(case: Case) -> str | None:
    """Return a file of the build context that a HEALTHCHECK names."""
    checks = [step.node for step in case.steps if isinstance(step.node, Healthcheck)]
    texts = [healthcheck_words(node, case.model.escape).command for node in checks]
    words = re.findall(r"[\w./-]+", " ".join(texts))
    return next((word for word in words if case.project.files.tree and case.project.files.tree.is_file(word)), None)


def unwritten(case: Case, folder: str, root: str) -> str:
    """Return that no build is known to write a folder of the sources in `root`; "" where one is."""
    files = case.project.files
    package = read_package(files)
    served = posixpath.relpath(folder, root)
    for call in case.calls:
        plain = [word for word in call.words if not word.startswith("-")]
        if package is None or call.folder != root:
            continue
        if call.name == "npx":
            made = of_command(files, " ".join(call.words), call.state.values)
        else:
            made = output_of(files, package, language.script_of(call, plain), call.state.values)
        if made == served or made.startswith(f"{served}/"):
            return ""
    return f"cannot tell whether the build writes {served}"


def _pruned(case: Case, site: Site) -> tuple[str, ...]:
    """Return the RUN that takes development dependencies out of the node_modules that the server lies in."""
    found = manifest(case)
    if not site.is_local or found is None or site.package not in found.section("dependencies"):
        return ()
    pruned = language.prune(case, found)
    return () if isinstance(pruned, Refusal) else pruned


def _with_script(case: Case) -> bool:
    site = site_of(case) if claims(case) else None
    return site is not None and site.has_script


#: nothing of the build context is read; npm and yarn read package.json
STATIC_BY_SCRIPT = Ecosystem("static site", _with_script, read, target, code=r"\A(?!package\.json\Z)")
STATIC = Ecosystem("static site", claims, read, target, code=r"\A")
