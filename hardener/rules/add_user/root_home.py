"""What lives in root's home, where others cannot go: installed by path, by a tool, or loaded by a library (U05)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.data_folders import commands_of
from hardener.image.file_contents import text_at
from hardener.image.files import absolute
from hardener.image.model import Model, StageModel, State
from hardener.knowledge.reading import fills_home, harmless, npm_packages_that_fill_home
from hardener.project.context import Files
from hardener.shell import Command
from hardener.syntax.dockerfile.nodes import Instruction
from hardener.syntax.dockerfile.views import logical_line

_USING_PATHS = ("RUN", "ENV", "COPY", "ADD", "WORKDIR", "CMD", "ENTRYPOINT")
#: what is installed below root's home, by path or by the tool that puts it there (U05)
_ROOT_HOME = regex(
    r"(?<![\w.$}])/root(?=[/\s\"':;,]|\Z)|(?<![\w/])~/|\$HOME\b|\$\{HOME\b|install --user\b|\bnvm\b|\brustup(-init)?\b"
    r"|sh\.rustup\.rs|\bplaywright install\b"
    r"|\bpipx install\b|\bpoetry install\b|\bpipenv (install|sync)\b(?!.*--system)"
    r"|\buv python install\b|\bspacy download\b.*--user|nltk\.download|nltk\.downloader|from_pretrained|hf download"
    r"|huggingface-cli download|snapshot_download|get\.sdkman\.io|bun\.sh/install|deno\.land/.*install"
    r"|composer global|\bdotnet tool install (-g|--global)|\bcorepack (enable|prepare)\b|mix local\.|torch\.hub"
)
#: one of these stands wherever it matches
_HINTS = (
    "/root", "~/", "HOME", "install --user", "nvm", "rustup", "playwright install", "pipx install", "poetry install",
    "pipenv", "uv python install", "spacy download", "nltk", "from_pretrained", "hf download", "huggingface-cli",
    "snapshot_download", "get.sdkman.io", "bun.sh/install", "deno.land", "composer global", "dotnet tool install",
    "corepack", "mix local.", "torch.hub",
)  # fmt: skip
#: what only removes or tidies there
_TIDIES = regex(r"\brm +[^&|;]*|\brmdir +[^&|;]*|--mount=\S+|find /root[^&|;]*-delete")
_ALLOW = "install it elsewhere, with the variable of the tool for its path"
#: what a tool calls the folder where it keeps things
_VARIABLES = {
    r"playwright": "PLAYWRIGHT_BROWSERS_PATH",
    r"nltk": "NLTK_DATA",
    r"from_pretrained|hf download|huggingface-cli|snapshot_download": "HF_HOME",
    r"torch\.hub": "TORCH_HOME",
    r"uv python": "UV_PYTHON_INSTALL_DIR",
    r"pipx": "PIPX_HOME and PIPX_BIN_DIR",
    r"rustup": "RUSTUP_HOME and CARGO_HOME",
    r"corepack": "COREPACK_HOME",
}
_PYTHON = regex(r"python[\d.]*\Z")
_NODE = ("node", "nodejs")
#: options of Node.js before a text that it runs
_EVAL = frozenset(("-e", "--eval", "-p", "--print", "-pe"))
_INSTALLS_NODE = regex(
    r"\b(?:npm (?:ci|i|install|add)|yarn(?: install| add|\s*(?:&&|\Z))|pnpm (?:i|install|add))\b|\byarn\Z"
)
_ELSEWHERE = regex(
    r"PUPPETEER_(?:SKIP_\w*DOWNLOAD|CACHE_DIR|EXECUTABLE_PATH)|CYPRESS_(?:CACHE_FOLDER|INSTALL_BINARY)|PLAYWRIGHT_\w+"
)


def lives_in_home(model: Model, stage: StageModel, files: Files) -> Refusal | None:
    """Return why root's home is needed."""
    for link in stage.chain:
        for node in link.node.body:
            if node.name not in _USING_PATHS or _is_own(link, stage, node):
                continue
            refusal: Refusal | None = node.remembered(_names_home, model.escape)
            if refusal is not None:
                return refusal
        for run, command in commands_of(model, link):
            if link.states[run].is_root:
                library = _loads(model, link, command, link.states[run].workdir, files)
                if library:
                    reason = f"a RUN uses {library}, which may keep files in root's home, which others cannot enter"
                    return Refusal("U05", reason, _ALLOW)
                if command.name == "yarn" and _is_plug_and_play(link.states[run], files):
                    reason = "Yarn loads packages from its cache in root's home, which others cannot enter"
                    return Refusal("U05", reason, "set `nodeLinker: node-modules` in .yarnrc.yml")
    return _browsers(model, stage, files)


def _is_plug_and_play(state: State, files: Files) -> bool:
    """Tell whether Yarn leaves packages in a cache in the home of its user, where programs load them from."""
    lock = files.text("yarn.lock")
    if not lock or "__metadata:" not in lock:
        return False
    from hardener.project.node.yarn_cache import is_elsewhere, loads_from_home

    settings = files.text(".yarnrc.yml") or ""
    return loads_from_home(settings, lock, state.values) and not is_elsewhere(settings, state.values)


def _names_home(node: Instruction, escape: str) -> Refusal | None:
    text = logical_line(node, escape).text
    if node.name == "RUN":
        text += "".join(h.body for h in getattr(node, "heredocs", ()))
    if not any(hint in text for hint in _HINTS):
        return None
    if node.name == "RUN":
        text = _TIDIES.sub("", text)
    found = _ROOT_HOME.search(text)
    return _in_home(found[0], text) if found is not None else None


def _in_home(found: str, text: str) -> Refusal:
    """Return the reason for what a text names or runs, with the variable that the tool has for its place."""
    variable = next((name for pattern, name in _VARIABLES.items() if re.search(pattern, found)), "")
    if not variable:
        return Refusal("U05", "files that the program needs lie in root's home, which others cannot enter", _ALLOW)
    why = f"`{' '.join(found.split())}` keeps files in root's home, which others cannot enter"
    needs_root = "--with-deps installs system packages; " if "--with-deps" in text else ""
    return Refusal("U05", why, f"{needs_root}set {variable} to a folder that all can read, or add USER before that RUN")


def _is_own(link: StageModel, stage: StageModel, node: Instruction) -> bool:
    """Tell whether a RUN is run by the user that runs the image, whose home it is."""
    return node.name == "RUN" and not stage.end.is_root and link.states[node].user == stage.end.user


def _loads(model: Model, link: StageModel, command: Command, folder: str | None, files: Files) -> str | None:
    """Return the library of a program in a RUN that may load models or browsers into the home of its user."""
    name = posixpath.basename(command.name or "")
    is_python = _PYTHON.match(name) is not None
    if not is_python and name not in _NODE:
        return name if fills_home(name) else None
    words = [word.value if word.value is not None else word.raw for word in command.words[1:]]
    if is_python:
        if "-c" in words[:-1]:
            code = words[words.index("-c") + 1].strip("'\"")
            return next((top for top in _python_modules(code) if not _is_known(top)), None)
        if "-m" in words[:-1]:
            top = words[words.index("-m") + 1].partition(".")[0]
            return top if fills_home(top) else None
        script = next((word for word in words if not word.startswith("-")), "")
        place = absolute(folder, script) if script else None
        text = text_at(model, link, place, files) if place is not None else None
        return next((top for top in _python_modules(text or "") if fills_home(top)), None)
    if _EVAL.isdisjoint(words):
        return None
    needed = re.findall(r"""(?:require|import)\(\s*['"]([^'"]+)""", " ".join(words))
    known = harmless("node")
    return next((one for one in needed if one not in known.modules | known.packages and one not in known.partial), None)


def _python_modules(code: str) -> Iterator[str]:
    lines = re.sub(r";\s*", "\n", code.replace("\\n", "\n"))
    from hardener.rules.add_user.shown import imported

    for name in imported(lines):
        top = name.partition(".")[0]
        if top:
            yield top


def _is_known(top: str) -> bool:
    known = harmless("python")
    return top in known.modules | known.packages or top in known.partial or top in ("django", "numpy", "pandas")


def _browsers(model: Model, stage: StageModel, files: Files) -> Refusal | None:
    """Return why the packages of npm that are installed need root's home."""
    texts = [
        model.logical(node).text
        for link in stage.chain
        for node in link.node.body
        if node.name in ("RUN", "ENV") and not _is_own(link, stage, node)
    ]
    whole = "\n".join(texts)
    if not ("npm" in whole or "yarn" in whole) or not _INSTALLS_NODE.search(whole) or _ELSEWHERE.search(whole):
        return None
    from hardener.project.node.package_json import read_package

    package = read_package(files)
    names = npm_packages_that_fill_home() & set(package.runtime if package is not None else ())
    if not names:
        return None
    reason = f"{min(names)} keeps what it downloads in root's home, which others cannot enter"
    return Refusal("U05", reason, _ALLOW)


__all__ = ["lives_in_home"]
