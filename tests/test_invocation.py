"""Which program a command really runs: wrappers, `python -m`, `uv pip`, corepack, npx; and what is not known."""

from __future__ import annotations

import pytest

from hardener.packages.commands import package_command, package_commands
from hardener.packages.managers import gate, manager_of, managers
from hardener.shell import Body, parse_shell
from hardener.shell.invocation import invocation

#: command line; program; words after it; wrappers; what only calls it; marks: "open", "user"
FORMS = [
    ("npm install", "npm", "install", "", "", ""),
    ("/usr/bin/npm ci", "npm", "ci", "", "", ""),
    ("$VENV/bin/pip install x", "pip", "install x", "", "", ""),
    ("$TOOL install x", "", "install x", "", "", ""),
    ("sudo npm install", "npm", "install", "sudo", "", ""),
    ("sudo -EH npm install", "npm", "install", "sudo", "", ""),
    ("sudo -u app npm install", "npm", "install", "sudo", "", "user"),
    ("sudo -uapp -- npm install", "npm", "install", "sudo", "", "user"),
    ("sudo --user=app A=1 npm install", "npm", "install", "sudo", "", "user"),
    ("sudo --preserve-env=A npm install", "npm", "install", "sudo", "", ""),
    ("sudo -n env CI=1 B= npm install", "npm", "install", "sudo env", "", ""),
    ("doas -u app npm install", "npm", "install", "doas", "", "user"),
    ("doas npm install", "npm", "install", "doas", "", ""),
    ("env -i -u A PATH=/bin npm ci", "npm", "ci", "env", "", ""),
    ("cross-env CI=1 npm ci", "npm", "ci", "cross-env", "", ""),
    ("nice npm ci", "npm", "ci", "nice", "", ""),
    ("nice -n 10 npm ci", "npm", "ci", "nice", "", ""),
    ("nice -10 npm ci", "npm", "ci", "nice", "", ""),
    ("ionice -c2 -n 7 npm ci", "npm", "ci", "ionice", "", ""),
    ("time -p npm ci", "npm", "ci", "time", "", ""),
    ("timeout -k 5 --signal=INT 10m npm ci", "npm", "ci", "timeout", "", ""),
    ("timeout $T npm ci", "npm", "ci", "timeout", "", ""),
    ("nohup npm ci", "npm", "ci", "nohup", "", ""),
    ("stdbuf -oL npm ci", "npm", "ci", "stdbuf", "", ""),
    ("command -p npm ci", "npm", "ci", "command", "", ""),
    ("exec -a name npm ci", "npm", "ci", "exec", "", ""),
    ("eatmydata apt-get install x", "apt-get", "install x", "eatmydata", "", ""),
    ("xargs -0 -n1 pip install", "pip", "install", "xargs", "", "open"),
    ("gosu app npm ci", "npm", "ci", "gosu", "", "user"),
    ("su-exec app:app npm ci", "npm", "ci", "su-exec", "", "user"),
    ("setpriv --reuid=1 --clear-groups npm ci", "npm", "ci", "setpriv", "", "user"),
    ("setpriv --no-new-privs npm ci", "npm", "ci", "setpriv", "", ""),
    ("runuser -u app -- npm ci", "npm", "ci", "runuser", "", "user"),
    ("retry 3 npm ci", "npm", "ci", "retry", "", ""),
    ("retry -t 3 -- npm ci", "npm", "ci", "retry", "", ""),
    ("flock /lock npm ci", "npm", "ci", "flock", "", ""),
    ("busybox sh -c x", "sh", "-c x", "busybox", "", ""),
    ("tini -s -- node a.js", "node", "a.js", "tini", "", ""),
    ("exec", "", "", "exec", "", ""),
    ("env", "", "", "env", "", ""),
    ("python3.12 -m pip install x", "pip", "install x", "", "python3.12", ""),
    ("python -u -X utf8 -m pip install x", "pip", "install x", "", "python", ""),
    ("pypy3 -m poetry install", "poetry", "install", "", "pypy3", ""),
    ("python -m uv pip install x", "pip", "install x", "", "uv", ""),
    ("python app.py -m pip", "python", "app.py -m pip", "", "", ""),
    ("uv pip install x", "pip", "install x", "", "uv", ""),
    ("uv -q --cache-dir /c pip sync r.txt", "pip", "sync r.txt", "", "uv", ""),
    ("uv sync", "uv", "sync", "", "", ""),
    ("corepack yarn@4.1.0 install", "yarn", "install", "", "corepack", ""),
    ("corepack enable", "corepack", "enable", "", "", ""),
    ("npx -y pnpm@9 install", "pnpm", "install", "", "npx", ""),
    ("npx @angular/cli@17 build", "cli", "build", "", "npx", ""),
    ("npm exec -- playwright install", "playwright", "install", "", "npm", ""),
    ("pnpm dlx playwright install", "playwright", "install", "", "pnpm", ""),
    ("pnpm exec tsc", "tsc", "", "", "pnpm", ""),
    ("yarn dlx tsc", "tsc", "", "", "yarn", ""),
    ("bunx tsc", "tsc", "", "", "bunx", ""),
    ("pipx run black .", "black", ".", "", "pipx", ""),
    ("sudo -E nice python3 -m pip install x", "pip", "install x", "sudo nice", "python3", ""),
]


@pytest.mark.parametrize("form", FORMS, ids=[f[0] for f in FORMS])
def test_forms(form: tuple[str, ...]) -> None:
    line, program, after, wrappers, host, marks = form
    words = line.split()
    found = invocation(words)
    assert found is not None
    assert (found.program, words[found.rest :]) == (program, after.split())
    assert (found.wrappers, found.host) == (tuple(wrappers.split()), host)
    assert (found.is_open, found.changes_user) == ("open" in marks, "user" in marks)


@pytest.mark.parametrize(
    "line",
    ["sudo -i npm ci", "sudo -D /app npm ci", "sudo --frob npm ci", "sudo -R / npm ci", "env -C /app npm ci",
     "env -S 'npm ci'", "env --frob npm ci", "nice --frob npm ci", "timeout --frob 5 npm ci", "timeout 5 --",
     "xargs --frob npm", "command -v npm", "doas -C f npm", "setpriv --frob npm", "gosu", "stdbuf -z npm",
     "busybox --list", "time --frob npm", "exec -z npm"],
)  # fmt: skip
def test_unknown(line: str) -> None:
    words = line.split()
    found = invocation(words)
    assert found is None or not found.program
    assert package_commands(line) == ()


WRAPPED = ("", "sudo ", "nice -n 5 ", "time ", "doas ", "env CI=1 ", "timeout 60 ", "command ", "stdbuf -oL ")
PROGRAMS = sorted({program for m in managers().values() if m.verbs or m.runs_any for program in m.programs})


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_is_read_alike_everywhere(program: str) -> None:
    described = manager_of(program)
    assert described is not None
    verb = next((v for v in described.verbs if v), "package")
    for prefix in WRAPPED:
        text = f"{prefix}{program} {verb} x"
        body = parse_shell(text)
        assert isinstance(body, Body)
        (command,) = body.commands
        found = package_command(command)
        assert found is not None
        assert (found.manager, found.prefix, found.unknown) == (described.name, prefix, "")
        if described.kind == "language":
            assert gate().search(text)
            assert not described.language or gate(described.language).search(text)


@pytest.mark.parametrize("program", [p for p in PROGRAMS if not manager_of(p).runs_any])  # type: ignore[union-attr]
def test_an_unknown_verb_of_a_known_manager_is_told(program: str) -> None:
    (found,) = package_commands(f"{program} frobnicate x")
    assert not found.meanings
    assert found.unknown == f"cannot tell what `{program} frobnicate` does"


def test_no_program_belongs_to_two_managers() -> None:
    named = [program for m in managers().values() for program in m.programs]
    assert len(named) == len(set(named))
