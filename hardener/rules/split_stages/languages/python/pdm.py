"""PDM: where `pdm install` and `pdm sync` put the packages, and which of pdm.lock they bring (S06, S11)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.knowledge.tags import read_tag
from hardener.packages.managers import manager_of
from hardener.project.python.manifests import table
from hardener.project.python.markers import admits
from hardener.rules.split_stages.languages.python.project import minor_of, pyproject
from hardener.rules.split_stages.languages.python.tools import is_started
from hardener.rules.split_stages.model import Call, Case, Verdict

#: settings that move the environment, or make none: in the Dockerfile or in pdm.toml
_MOVED = regex(
    r"__pypackages__|use[-_]venv|venv[._]in[-_]project|venv[._](location|backend|prompt)|PDM_PYTHON\b|PDM_USE_VENV|PDM_VENV"
    r"|PDM_PROJECT|install[._]cache|INSTALL_CACHE|VIRTUAL_ENV|CONDA_PREFIX|pdm\s+use\b|pdm\s+venv\b"
)
#: options that name another project, place or environment
_ELSEWHERE = frozenset(
    ("-p", "--project", "-g", "--global", "--venv", "--use-venv", "-L", "--lockfile", "-c", "--config")
)
#: versions before 2 make no environment
_OLD = regex(r"\bpdm\s*(\[[^\]]*\])?\s*(==\s*[01]\.|<\s*=?\s*[012]\b|~=\s*[01]\.)")


def installs(call: Call) -> bool:
    """Tell whether a command fills the environment of the project."""
    return call.name == "pdm" and verb_of(call) in ("install", "sync")


def verb_of(call: Call) -> str:
    """Return what pdm is told to do, "" for nothing."""
    return next((word for word in call.words if not word.startswith("-")), "")


def environment(case: Case, call: Call) -> str | None:
    """Return the environment that a command makes in the folder of the project; None where that is not certain."""
    return call.path(".venv") if installs(call) and doubt(case, call) is None else None


def doubt(case: Case, call: Call) -> Refusal | None:
    """Return why it cannot be told where the packages go, or why the image needs PDM itself; None where it can."""
    options = {word.partition("=")[0] for word in call.words}
    texts = [case.model.logical(node).text for node in case.stage.node.body]
    texts += [case.project.text(name) or "" for name in ("pdm.toml", ".pdm.toml")]
    moved = next((found for text in texts if (found := _MOVED.search(text)) is not None), None)
    if moved is not None or options & _ELSEWHERE or any(_OLD.search(text) for text in texts):
        why = f": {moved[0]}" if moved is not None else ""
        return Refusal("S06", f"cannot tell where `pdm {verb_of(call)}` puts the packages{why}", "leave it at .venv")
    left = next((name for name in (".pdm-python", ".venv", "__pypackages__") if case.project.has(name)), None)
    if left is not None:
        return Refusal("S06", f"{left} of the build context may choose another Python", "leave it out by .dockerignore")
    if not _takes_the_images_python(case):
        return Refusal(
            "S07",
            "pdm may take another Python than that of the image",
            "name a version in the tag that requires-python admits",
        )
    if is_started(case, "pdm"):
        return Refusal("S11", "the image starts pdm", "start the program of .venv/bin")
    return None


def _takes_the_images_python(case: Case) -> bool:
    """Tell whether the first Python on PATH, that of the image, is one that the project admits."""
    version, minor = read_tag(case.reference.tag or "").version or (), minor_of(case)
    patch = version[2] if len(version) > 2 else None
    wanted = table(pyproject(case), "project").get("requires-python", ">=3")
    return minor is not None and isinstance(wanted, str) and admits(wanted, minor, patch)


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of PDM; None where it installs the project by a link to its folder."""
    described = manager_of("pdm")
    if installs(call):
        refusal, settings = doubt(case, call), table(pyproject(case), "tool", "pdm")
        if refusal is not None:
            return refusal
        is_plain = {"--no-self", "--no-editable"} & set(call.words) or settings.get("distribution") is False
        venv = environment(case, call)
        return Verdict(build=True, makes=(venv,)) if is_plain and venv is not None else None
    if described is not None and verb_of(call) in described.build_only:
        return Verdict(build=True)
    return Refusal("S06", f"cannot tell where `pdm {verb_of(call)}` puts the packages", "write the two stages by hand")
