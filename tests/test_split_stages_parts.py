"""What split-stages makes of single instructions: what the runtime stage has of them, or why nothing is split."""

from __future__ import annotations

from typing import Any

import pytest

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.model import Model
from hardener.knowledge.splitting import table, words
from hardener.rules.split_stages.model import Target
from hardener.rules.split_stages.paths import is_same_again, root_of
from hardener.rules.split_stages.propose import Held, _carried
from hardener.rules.split_stages.rule import SplitStages
from hardener.rules.split_stages.runtime_base import other
from hardener.rules.split_stages.system_packages import Sorted, sort_out
from hardener.syntax.dockerfile.parser import parse
from tests.parts import known, last
from tests.splits import GO, case_of, go, runtime


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("COPY --from=alpine:3 /etc/x /etc/x", True), ("COPY --from=x:1 /opt/composer/x /opt/x", True),
        ("COPY --from=composer:2 /usr/bin/composer /usr/bin/composer", False), ("COPY --from=x:1 /uv /bin/", False),
        ("COPY --from=x:1 /a.phar /usr/bin/composer", False), ("COPY etc /etc/e", True), ("COPY main.go /src/", False),
        ("RUN touch /etc/m && chmod 600 /etc/m", True), ("COPY etc /etc/e\nRUN chmod 600 /etc/e/x", True),
        ("RUN chmod 600 /src/main.go", False), ("RUN rm -f /src/main.go", False), ("RUN mkdir -p /data", True),
        ("WORKDIR /data\nRUN chmod 700 /data\nWORKDIR /src", True), ("ENV A=1", True), ("ARG A=1", False),
        ("ARG A=1\nENV B=$A", True), ("EXPOSE 80", True), ("RUN useradd app", True), ("RUN true", False),
        ("RUN mkdir -p /src/run/x && chown 1000 /src/run/x", True),
        ("RUN mkdir -p /src/run/x && chown 1000 /src/run", True),
    ],
)  # fmt: skip
def test_what_the_runtime_stage_has_of_a_line(line: str, there: bool) -> None:
    found = go(line)
    assert found.startswith("FROM ")
    assert (f"\n{line.splitlines()[-1]}\n" in found) == there if "WORKDIR" not in line else line in found


@pytest.mark.parametrize(
    ("line", "spec"),
    [
        ("RUN chmod 600 /etc/x/y", "S22"), ("RUN chmod 600 /src/data/a.txt", "S23"), ("RUN rm /etc/zz", "S22"),
        ("RUN cp go.mod etc/ /etc/", "S22"), ("RUN cp $X /etc/", "S22"), ("RUN cp go.mod $X", "S22"),
        ("RUN cp -t /etc go.mod", "S22"), ("RUN A=1", "S22"), ("RUN unknown", "S22"), ("RUN cp *.txt /etc/", "S22"),
        ("RUN cd /etc && touch m", "S22"), ("RUN curl http://x", "S22"), ("RUN make", "S11"),
        ("RUN sleep 1 & touch /etc/m", "S22"), ("RUN f() { touch /etc/m; }; f", "S22"),
        ("RUN touch /etc/m &", "S22"), ("RUN touch /opt/m && gzip /opt/m", "S22"), ("ARG X\nCOPY etc $X", "S22"),
        ("ARG X\nWORKDIR $X\nWORKDIR /src\nRUN chmod 700 /data", "S22"),
    ],
)  # fmt: skip
def test_lines_that_cannot_be_split(line: str, spec: str) -> None:
    assert go(line) == spec


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("RUN cp go.mod /etc/m", "/etc/m"), ("RUN cp go.mod /etc/", "/etc/go.mod"),
        ("RUN cp go.mod /etc", "/etc/go.mod"),
        ("RUN cp data/a.txt /etc/.", "/etc/a.txt"), ("RUN mv go.mod /opt/x", "/opt/x"),
        ("RUN curl -o /etc/m http://x", "/etc/m"), ("RUN wget -qO /etc/m http://x", "/etc/m"),
        ("RUN wget --output-document /etc/m http://x", "/etc/m"),
    ],
)  # fmt: skip
def test_what_is_taken_from_the_build_stage(line: str, path: str) -> None:
    assert f"COPY --from=build {path} {path}\n" in go(line)


def test_what_is_fetched_into_a_folder_that_is_copied_is_not_fetched_again() -> None:
    body = ("WORKDIR /app", "COPY . .", "RUN curl -o /app/x http://x && useradd app", "RUN pip install -e .")
    text = "\n".join(("FROM python:3.12", *body, 'CMD ["python", "-m", "x"]', ""))
    found = runtime(text, {"pyproject.toml": '[project]\nname = "x"\nversion = "1"\n', "x.py": "import os\n"})
    assert "RUN useradd app\nCOPY --from=build /app /app\n" in found


def test_what_is_moved_out_of_a_folder_that_is_not_the_last_one() -> None:
    lines = ("WORKDIR /src", "COPY . .", "RUN mv go.mod x", "RUN go build -o /server .", "WORKDIR /run")
    model = Model(parse("\n".join(("FROM golang:1.22", *lines, 'CMD ["/server"]', ""))))
    held = SplitStages.plan(model, known(texts=GO))
    assert isinstance(held, Held)
    assert str(held.refusal) == "cannot tell what `mv go.mod x` moves [S22]; use cp"


def test_documents_are_taken_where_a_setting_names_them_and_not_where_another_document_does() -> None:
    for file, named in (("settings.json", True), ("README.md", False)):
        found = go(texts={**GO, file: '["docs/a.txt"]\n', "docs/a.txt": "a"})
        assert ("COPY docs /src/docs\n" in found) == named


def test_the_base_of_a_single_stage_is_asked_for() -> None:
    start = ("RUN go build -o /server .", 'CMD ["/server"]')
    assert len(SplitStages.bases(last(*start, base="golang:1.22")[0])) == 1
    assert SplitStages.bases(last("RUN true", "FROM golang:1.22", *start)[0]) == ()


def test_who_owns_what_is_taken() -> None:
    assert "COPY --from=build --chown=1000:1000 /server /server\n" in go("RUN touch /etc/m", "USER 1000:1000")
    assert "COPY --from=build /server /server\n" in go("RUN touch /etc/m")


def test_sources_below_the_root() -> None:
    build = "go build -o /server ./code"
    found = go("RUN chmod 700 /opt", workdir="/", copy="COPY . /code", build=build)
    assert "RUN chmod 700 /opt\n" in found
    assert "COPY data /code/data\n" in found
    assert "chmod" not in go("RUN chmod 600 /code/main.go", workdir="/", copy="COPY . /code", build=build)


@pytest.mark.parametrize(
    ("output", "cmd", "there"),
    [
        ("/server", "/server", True), ("/server", "/other", False), ("/opt/a/server", "server", False),
        ("/usr/local/bin/server", "server", True), ("/usr/local/bin/server", "other", False),
        ("server", "./server", True),
        ("server", "./other", False),
    ],
)  # fmt: skip
def test_the_program_that_starts_is_one_that_the_build_makes(output: str, cmd: str, there: bool) -> None:
    found = go(build=f"go build -o {output} .", cmd=cmd)
    assert found.startswith("FROM ") if there else found == "S14"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$A", "/x"), ('"$A"', "/x"), ('"$A/y z"', "/x/y z"), ("$A/y", "/x/y"), ("$B", None), ('"$B"', "/x /y"),
        ("$C", None), ('"$C"', "/x/*"), ("$A/*", None), ('"$A"/*', None), ("$A/?", None), ("$A/[a]", None),
        ("$A/{a,b}", None), ("~/$A", None), ("~", None), ("*", None), ("$A$(pwd)", None), ("$A`pwd`", None),
        ("$D", None),
    ],
)  # fmt: skip
def test_a_variable_is_a_path_where_a_shell_makes_one_word_of_it(path: str, value: str | None) -> None:
    calls = case_of('ENV A=/x B="/x /y" C=/x/*', f"RUN touch {path}").steps[-1].calls
    assert isinstance(calls, tuple)
    assert calls[-1].argv == ("touch", value)


PYTHON = {"requirements.txt": "flask==3.0.0\n", "app.py": "import flask\n", "run.bash": "exec python app.py\n"}


def python(*lines: str, cmd: str = 'CMD ["python", "app.py"]', app: str = "import flask\n") -> str:
    """Return what becomes of a list of packages, with lines below the installation."""
    body = ("WORKDIR /app", "COPY requirements.txt .", "RUN pip install -r requirements.txt", "COPY app.py .", *lines)
    return runtime("\n".join(("FROM python:3.12-bookworm", *body, cmd, "")), {**PYTHON, "app.py": app})


@pytest.mark.parametrize(
    ("line", "cmd", "app", "there"),
    [
        ("ENV B=1", 'CMD ["python", "app.py"]', "", False),
        ("ENV B=1", "ENTRYPOINT python app.py < requirements.txt", "", True),
        ("ENV B=1", "CMD python app.py < requirements.txt", "", True),
        ("ENV B=1", 'CMD ["python", "app.py", "requirements.txt"]', "", True),
        ("ENV B=requirements.txt", 'CMD ["python", "app.py"]', "", True),
        ("HEALTHCHECK CMD test -f requirements.txt", 'CMD ["python", "app.py"]', "", True),
        ("ENV B=1", 'CMD ["python", "app.py"]', "open('requirements.txt')\n", True),
        ("ENV B=1", 'CMD ["pip", "check"]', "", True),
    ],
)  # fmt: skip
def test_a_list_of_packages_stays_where_something_reads_it(line: str, cmd: str, app: str, there: bool) -> None:
    found = python(line, cmd=cmd, app=f"import flask\n{app}")
    assert found.startswith("FROM python:3.12-slim-bookworm\n")
    assert ("COPY requirements.txt .\n" in found) == there


@pytest.mark.parametrize(
    ("line", "root"),
    [
        ("COPY . /src", "/src"), ("ADD . /src", "/src"), ("COPY . /src/app", "/src/app"), ("COPY . /", "/src/app"),
        ("COPY --from=x:1 / /src", "/src/app"), ("COPY . /other", "/src/app"), ("RUN true", "/src/app"),
    ],
)  # fmt: skip
def test_the_outermost_folder_of_the_sources(line: str, root: str) -> None:
    assert root_of(case_of(line), "/src/app") == root


def test_which_files_are_scripts() -> None:
    texts = dict.fromkeys(("run.bash", "a.sh", "docker-entrypoint.txt", "start", "a.txt", "LICENSE", ".x", "b.py"), "x")
    assert set(case_of(texts=texts).project.scripts) >= {"run.bash", "a.sh", "docker-entrypoint.txt"}
    assert not {"a.txt", "LICENSE", ".x", "b.py"} & set(case_of(texts=texts).project.scripts)


@pytest.mark.parametrize(
    ("line", "other", "outcome"),
    [
        ("RUN true", {}, ""), ("RUN true", {"stopsignal": "SIGQUIT"}, "B21"),
        ("RUN true", {"runs_as_root": False}, "B21"),
        ("RUN true", {"stopsignal": "SIGQUIT", "has_shell": False}, ""),
        ("RUN true", {"shell": ("/bin/x", "-c")}, "B21"),
        ("RUN true", {"entrypoint": ("/start",)}, "B21"), ('ENTRYPOINT ["/a"]', {"entrypoint": ("/start",)}, ""),
        ("RUN true", {"entrypoint": ("/__cacert_entrypoint.sh",)}, ""), ("RUN true", {"workdir": "/x"}, "/"),
        ("WORKDIR /a", {"workdir": "/x"}, ""), ("WORKDIR a", {"workdir": "/x"}, "/"),
    ],
)  # fmt: skip
def test_what_a_runtime_image_says_otherwise(line: str, other: dict[str, Any], outcome: str) -> None:
    case = case_of(line)
    found = _carried(case, Target("x", replace(case.image, **other)))
    assert (found.spec if isinstance(found, Refusal) else found) == outcome


PIPE = "curl -LsSf https://astral.sh/uv/install.sh | sh"
POETRY = "curl -sSL https://install.python-poetry.org | python3 -"


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        (PIPE, "uv"), (f"true && {PIPE}", "uv"), (f"true; {PIPE}", "uv"), (f"true || {PIPE}", ""), (f"! {PIPE}", ""),
        (POETRY, "poetry"), (f"true && {POETRY}", "poetry"), ("curl -LsSf https://example.com/x.sh | sh", ""),
        (f"if true; then {PIPE}; fi", ""),
    ],
)  # fmt: skip
def test_the_installers_of_tools_are_known(command: str, tool: str) -> None:
    calls = case_of(f"RUN {command}").steps[-1].calls
    assert (calls[-1].name if isinstance(calls, tuple) else "") == tool


def test_why_nothing_is_split() -> None:
    assert "no build of a kind" in SplitStages.unneeded(last()[1])
    assert "several stages" in SplitStages.unneeded(last("FROM debian:12")[1])
    assert "cannot tell" in SplitStages.unneeded(last(base="example.com/a:1")[1])


@pytest.mark.parametrize(
    ("base", "package", "dropped", "libraries"),
    [
        ("python:3.12-bookworm", "gcc", True, ()), ("python:3.12-bookworm", "python3-dev", True, ()),
        ("python:3.12-bookworm", "libpq-dev", True, ("libpq5",)), ("python:3.12-bookworm", "libpq5", False, ()),
        ("python:3.12-bookworm", "default-jdk", False, ()), ("golang:1.24-bookworm", "default-jdk", True, ()),
        ("python:3.12-bookworm", "started", False, ()), ("python:3.12-bookworm", "curl", True, ()),
    ],
)  # fmt: skip
def test_which_packages_only_the_build_needs(
    base: str, package: str, dropped: bool, libraries: tuple[str, ...]
) -> None:
    case = case_of(f"RUN apt-get update && apt-get install -y {package} && curl -o /a http://x", base=base)
    found = sort_out(case, Target("x", case.image, is_plain=True), frozenset({"started"}), certain=True)
    assert isinstance(found, Sorted)
    assert (package in found.dropped, found.libraries) == (dropped, libraries)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("COPY a.py ./", "COPY . .", True), ("COPY a.py b.py ./", "COPY . .", True), ("COPY *.py ./", "COPY . .", True),
        ("COPY a.py /other/", "COPY . .", False), ("COPY d ./d", "COPY . .", True), ("COPY d ./", "COPY . .", False),
        ("COPY d/c.py ./d/", "COPY . .", True), ("COPY d/c.py ./", "COPY . .", False), ("COPY . .", "COPY . .", True),
        ("COPY a.py ./b.py", "COPY . .", False), ("COPY a.py ./", "COPY d .", False),
        ("ADD a.py ./", "COPY . .", False),
        ("COPY --chown=1 a.py ./", "COPY . .", True), ("COPY --chown=1 d ./d", "COPY . .", False),
        ("COPY --from=x:1 a.py ./", "COPY . .", False),
    ],
)  # fmt: skip
def test_what_a_copy_of_the_context_brings_again(first: str, second: str, same: bool) -> None:
    case = case_of("WORKDIR /app", first, second, texts=dict.fromkeys(("a.py", "b.py", "d/c.py"), ""))
    assert is_same_again(case, *case.steps[1:]) == same


@pytest.mark.parametrize("script", ["curl http://x\n", "if true; curl http://x\n", "# wget\nif true; curl http://x\n"])
def test_programs_that_a_script_starts(script: str) -> None:
    project = case_of(texts={"run.sh": script}).project
    assert project.started((), frozenset({"curl", "wget"}), (("/run.sh",),)).programs == {"curl"}


def test_the_program_that_starts_may_be_copied() -> None:
    assert "COPY etc/x /start\n" in go("COPY etc/x /start", cmd="/start")
    assert "COPY --from=x:1 /a /start\n" in go("COPY --from=x:1 /a /start", cmd="/start")


@pytest.mark.parametrize(
    ("run", "found"),
    [
        ("true", ""), ("mkdir /venv && chgrp 1000 /venv", "S23"), ("mkdir -p /venv/a && chown -R 1000 /venv/a", "S23"),
        ("mkdir /venv && chmod 700 /venv", ""), ("mkdir /venv && rmdir /venv", "S22"),
    ],
)  # fmt: skip
def test_what_is_done_to_a_folder_before_it_is_copied(run: str, found: str) -> None:
    """COPY keeps modes, but neither users nor groups."""
    build = "RUN python -m venv /venv && /venv/bin/pip install -r requirements.txt"
    body = ("WORKDIR /app", "COPY requirements.txt .", f"RUN {run}", build, "COPY app.py .")
    split = runtime("\n".join(("FROM python:3.12", *body, 'CMD ["/venv/bin/python", "app.py"]', "")), PYTHON)
    assert split == found if found else "COPY --from=build /venv /venv\n" in split


def test_an_image_that_nobody_has_described_is_no_base() -> None:
    assert isinstance(other("example.com/x:1"), Refusal)
    assert isinstance(other("not an image"), Refusal)
    assert isinstance(other("debian:12-slim"), tuple)


def test_for_each_program_of_a_full_image_it_is_said_which_package_has_it() -> None:
    assert words("in_full") <= table("tools").keys()
