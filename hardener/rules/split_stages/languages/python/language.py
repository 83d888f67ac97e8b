"""Python: pip, venv, uv, poetry, pipenv, pdm (S06 to S12, S27)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import State
from hardener.knowledge.tags import read_tag
from hardener.packages.commands import PackageCommand
from hardener.packages.managers import manager_of
from hardener.project.python.manifests import table
from hardener.project.python.markers import admits
from hardener.rules.split_stages import paths
from hardener.rules.split_stages.languages.python import needs as python_needs
from hardener.rules.split_stages.languages.python import pdm
from hardener.rules.split_stages.languages.python import places as python_places
from hardener.rules.split_stages.languages.python.project import is_package, minor_of, pyproject
from hardener.rules.split_stages.languages.python.tools import of_tools
from hardener.rules.split_stages.model import Call, Case, Ecosystem, Target, Verdict
from hardener.rules.split_stages.runtime_base import interpreter_base

_FAMILIES = frozenset(("python", "python-slim", "python-alpine"))
VENV = "/opt/venv"
_PYTHON = regex(r"python[\d.]*\Z")
_PIP = regex(r"pip[\d.]*\Z")
_MANAGERS = frozenset(("virtualenv", "pip-compile"))
_ELSEWHERE = ("--user", "--target", "-t", "--prefix", "--root", "--system", "--python")
#: commands of a project that write into its folder
_WRITES_HERE = regex(r"collectstatic|compilemessages|compress|build_ext|assets|compileall|tailwind")
_CHECKS = regex(r"pytest|flake8|mypy|ruff|black|isort|pylint|tox|unittest|check\b|pip check")
_PLACES = regex(r"/usr/local/(bin|lib)")


def claims(case: Case) -> bool:
    """Tell whether the image is one of Python's and the stage installs packages or makes an environment."""
    if case.image.family not in _FAMILIES:
        return False
    return any(_manager(call) or _makes_venv(call) for call in case.calls)


def _manager(call: Call) -> bool:
    return (call.package is not None and call.package.described.language == "python") or call.name in _MANAGERS


def _makes_venv(call: Call) -> str | None:
    """Return the folder of the virtual environment that a command makes."""
    plain = [word for word in call.words if not word.startswith("-")]
    if _PYTHON.match(call.name) and call.words[:2] in (("-m", "venv"), ("-m", "virtualenv")) and len(plain) > 1:
        return call.path(plain[-1])
    if call.name == "virtualenv" and plain:
        return call.path(plain[-1])
    if call.name == "uv" and plain[:1] == ["venv"]:
        return call.path(plain[1] if len(plain) > 1 else ".venv")
    return None


def environment(case: Case) -> str | None:
    """Return the virtual environment that the file makes itself, None where it uses the image's Python."""
    if "environment" not in case.memo:
        case.memo["environment"] = _environment(case)
    found: str | None = case.memo["environment"]
    return found


def _environment(case: Case) -> str | None:
    found = [venv for call in case.calls if (venv := _makes_venv(call))]
    if found:
        return found[0]
    for call in case.calls:
        if call.name == "uv" and "sync" in call.words:
            return call.state.values.get("UV_PROJECT_ENVIRONMENT") or call.path(".venv")
        if call.name == "poetry" and "install" in call.words and _in_project(case, call.state):
            return call.path(".venv")
        if pdm.installs(call):
            return pdm.environment(case, call)
    return None


def _in_project(case: Case, state: State) -> bool:
    text = (case.project.text("poetry.toml") or "").replace(" ", "")
    value = state.values.get("POETRY_VIRTUALENVS_IN_PROJECT") or ""
    configured = any(
        c.name == "poetry" and c.words[:3] == ("config", "virtualenvs.in-project", "true") for c in case.calls
    )
    return "in-project=true" in text or value.lower() in ("1", "true") or configured


def read(case: Case, call: Call) -> Verdict | Refusal | None:
    """Return what becomes of a command of pip and its like, or of Python itself."""
    own = environment(case)
    venv = own or VENV
    tools = of_tools(case, call, own)
    if tools is not None:
        return tools
    if _makes_venv(call):
        return Verdict(build=True, makes=(venv,))
    if call.package is not None and call.package.manager in ("pip", "uv"):
        return _package_manager(case, call, venv)
    if call.name in ("poetry", "pipenv"):
        return _project_manager(case, call, venv)
    if call.name == "pdm":
        return pdm.read(case, call) or _linked(case, call, venv)
    if call.package is not None and call.package.described.language == "python":
        return _another(call.package)
    if call.name in (".", "source") and call.words[:1] and call.words[0].endswith("bin/activate"):
        return Verdict(build=True)
    if _PYTHON.match(call.name) or call.name in ("flask", "django-admin", "pytest", "alembic", "manage.py"):
        return _own_command(case, call, venv)
    return None


def _package_manager(case: Case, call: Call, venv: str) -> Verdict | Refusal:
    package = call.package
    assert package is not None
    if package.verb in package.described.build_only:
        return Verdict(build=True)
    if package.verb in ("add", "remove"):  # it writes to an environment of the project
        return _another(package)
    if package.verb not in package.described.fills:
        return Refusal("S22", f"cannot tell which files `{' '.join(call.raw.split())[:50]}` creates")
    if package.has(*_ELSEWHERE) or call.name == "pip2":
        return Refusal("S08", "packages are installed outside the usual places", "install into a virtual environment")
    if package.manager == "pip" and package.program.startswith("/") and not package.program.startswith(f"{venv}/"):
        return Refusal("S08", f"`{package.program}` belongs to another Python", "use one environment")
    if (
        package.has("-e", "--editable")
        or python_needs.installs_folders(case, call)
        or (package.verb in ("sync",) and package.manager == "uv")
    ):
        return _linked(case, call, venv)
    return Verdict(build=True, makes=(venv,))


def _another(package: PackageCommand) -> Verdict | Refusal:
    """A manager whose environments are not read: what only asks or configures may stay in the build stage."""
    if package.verb in package.described.build_only:
        return Verdict(build=True)
    shown = f"{package.program} {package.verb}".strip()
    return Refusal("S06", f"cannot tell where `{shown}` puts the packages", "write the two stages by hand")


def _linked(case: Case, call: Call, venv: str) -> Verdict | Refusal:
    """The project is installed by a link to its folder: that folder is copied with it (S12)."""
    if call.folder in (None, "/"):
        return Refusal(
            "S12", "the project is installed as a link: cannot tell to which folder", "install it without -e"
        )
    if call.package is not None and call.package.has("--no-install-project"):
        return Verdict(build=True, makes=(venv,))
    if call.package is not None and call.package.manager == "uv" and not is_package(case):
        return Verdict(build=True, makes=(venv,))
    return Verdict(
        build=True, makes=(call.folder, venv) if not venv.startswith(f"{call.folder}/") else (call.folder,), whole=True
    )


def _project_manager(case: Case, call: Call, venv: str) -> Verdict | Refusal:
    plain = [word for word in call.words if not word.startswith("-")]
    verb, described = plain[0] if plain else "", manager_of(call.name)
    if described is not None and verb in described.build_only:
        return Verdict(build=True)
    fills = described is not None and verb in described.fills
    if fills and call.name == "poetry":
        if environment(case) is None and not _no_virtualenv(case, call):
            return Refusal("S06", "cannot tell where poetry puts the environment", "set virtualenvs.in-project")
        return Verdict(build=True, makes=(venv,)) if "--no-root" in call.words else _linked(case, call, venv)
    if fills and call.name == "pipenv" and "--system" in call.words:
        return Verdict(build=True, makes=(venv,))
    return Refusal("S06", f"cannot tell where `{call.name} {verb}` puts the packages", "use a virtual environment")


def _no_virtualenv(case: Case, call: Call) -> bool:
    value = (call.state.values.get("POETRY_VIRTUALENVS_CREATE") or "").lower()
    said = any(c.name == "poetry" and c.words[:3] == ("config", "virtualenvs.create", "false") for c in case.calls)
    return value in ("0", "false") or said


def _own_command(case: Case, call: Call, venv: str) -> Verdict | Refusal:
    line = " ".join(call.words)
    # the module alone says whether it checks: what another one is told may name a checker
    told = call.words[1] if call.words[:1] == ("-m",) and len(call.words) > 1 else f"{call.name} {line}"
    if _CHECKS.search(told):
        return Verdict(build=True)
    if call.words[:3] == ("-m", "spacy", "download"):  # it calls pip
        return Verdict(build=True, makes=(venv,))
    if re.match(r"setup\.py (install|build)\b", line) or re.match(r"-m (build|ensurepip|compileall)\b", line):
        return Verdict(build=True, makes=(venv,))
    if _WRITES_HERE.search(line) and call.folder not in (None, "/"):
        root = paths.root_of(case, call.folder or "/")
        away = python_places.static_root(case, root) if "collectstatic" in line or "compress" in line else ""
        if away:
            return Refusal("S22", f"STATIC_ROOT ({away[:40]}) may lie outside of {root}", "write it as a folder there")
        return Verdict(build=True, makes=(root,), whole=True)
    return Refusal(
        "S22", f"cannot tell what `{' '.join(call.raw.split())[:50]}` writes", "write the two stages by hand"
    )


def target(case: Case) -> Target | Refusal | None:
    """Return the stages of a Python program."""
    venv = environment(case)
    text = " ".join(case.model.logical(node).text for node in case.stage.node.body)
    refusal = _refusal(case, venv, text)
    if refusal is not None:
        return refusal
    base = interpreter_base(case, "python")
    if isinstance(base, Refusal):
        return base
    tag, image = base
    needs = python_needs.needs_of(case, image, same=image.family == case.image.family)
    if isinstance(needs, Refusal):
        return needs
    packages, doubts = needs
    is_plain = not doubts
    doubts = () if image.family == case.image.family else doubts
    new = venv is None
    env = f"VIRTUAL_ENV={VENV} PATH={VENV}/bin:$PATH" if new else ""
    prologue = (f"python -m venv {VENV}",) if new else ()
    return Target(
        tag,
        image,
        packages=packages,
        env=env,
        prologue=prologue,
        doubts=doubts,
        is_plain=is_plain,
        gain="compilers and headers",
    )


def _refusal(case: Case, venv: str | None, text: str) -> Refusal | None:
    """Return what stands against a virtual environment that is copied (S06, S07)."""
    version = read_tag(case.reference.tag or "").version
    if version is not None and version[0] < 3:
        return Refusal("S06", "Python 2 has no virtual environments of its own", "use virtualenv")
    if venv is None and (found := _PLACES.search(text)):
        return Refusal(
            "S06", f"the file names {found[0]}, and packages would move to a virtual environment", "use names"
        )
    if venv is None and re.search(
        r"\b(PYTHONHOME|PYTHONUSERBASE|PIP_TARGET|PIP_PREFIX|PIP_USER|UV_SYSTEM_PYTHON)\b", text
    ):
        return Refusal("S08", "a variable moves the packages elsewhere", "install into a virtual environment")
    if venv is None and any(
        p[0].rpartition("/")[2] in ("cron", "su", "sudo", "gosu", "supervisord") for p in case.programs
    ):
        return Refusal(
            "S24", f"{case.programs[0][0]} starts programs with a PATH of its own", "use a virtual environment"
        )
    away = python_places.named(case) if venv is None else ""
    if away:
        return Refusal("S06", f"{away}, and packages would move to a virtual environment", "use names")
    if any(call.name == "uv" and "sync" in call.words for call in case.calls):
        return _managed(case)
    return None


def _managed(case: Case) -> Refusal | None:
    """Return why the interpreter of an environment may be one that uv fetched (S07)."""
    values, minor = case.stage.end.values, minor_of(case)
    if values.get("UV_PYTHON_DOWNLOADS") in ("0", "never") or values.get("UV_NO_MANAGED_PYTHON"):
        return None
    if values.get("UV_PYTHON_PREFERENCE") == "only-system":
        return None
    told = (case.project.text(".python-version") or "").strip()
    if told not in ("", f"3.{minor}"):
        return Refusal("S07", "uv may fetch the Python that .python-version names", "set UV_PYTHON_DOWNLOADS=never")
    wanted = table(pyproject(case), "project").get("requires-python")
    version = read_tag(case.reference.tag or "").version or ()
    patch = version[2] if len(version) > 2 else None
    if minor is None or not isinstance(wanted, str) or not admits(wanted, minor, patch):
        return Refusal("S07", "uv may fetch a Python of its own", "set UV_PYTHON_DOWNLOADS=never")
    return None


PYTHON = Ecosystem("python", claims, read, target, sources=("py", "pyx"))
