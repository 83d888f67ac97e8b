"""Where add-user looks for what a program writes, and what it must not touch: single decisions of its parts."""

from __future__ import annotations

import time

import pytest

from hardener import Options, Safety, harden
from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.setting_files import SettingFiles
from hardener.image.start_scripts import Startup
from hardener.knowledge.servers import server_of
from hardener.knowledge.writing import languages
from hardener.project.builds import Mount, Service
from hardener.project.context import Files, Lookup
from hardener.project.file_change import Writable
from hardener.rules.add_user.apache_needs import fpm_needs
from hardener.rules.add_user.beside_sources import paths_above
from hardener.rules.add_user.context_texts import ContextTexts
from hardener.rules.add_user.data_places import named_by_arguments, named_places
from hardener.rules.add_user.expanded import hinted
from hardener.rules.add_user.installs_alone import installs_alone
from hardener.rules.add_user.kept_root import kept_root
from hardener.rules.add_user.mounts import mounted
from hardener.rules.add_user.named_paths import paths_in_settings
from hardener.rules.add_user.needs import Needs
from hardener.rules.add_user.nginx_needs import nginx_needs
from hardener.rules.add_user.program_needs import program_needs
from hardener.rules.add_user.required_folders import required_folder
from hardener.rules.add_user.rootless import _plan
from hardener.rules.add_user.run_made import made_by_runs
from hardener.rules.add_user.server import Server
from hardener.rules.add_user.source_writes import examine
from hardener.rules.add_user.whatever_runs import whatever_runs
from hardener.rules.add_user.writable import needs
from tests.parts import known, last

FPM = server_of(image) if (image := last(base="php:8.3-fpm")[1].image) else None
NGINX = server_of(image) if (image := last(base="nginx:1.29")[1].image) else None


@pytest.mark.parametrize(
    ("line", "folders", "doubt"),
    [
        ("error_log = /opt/logs/e.log", ["/opt/logs"], False), ("pid = /opt/p/fpm.pid", ["/opt/p"], False),
        ("access.log = /proc/self/fd/2", [], False), ("slowlog = /dev/stderr", [], False),
        ("error_log = syslog", [], False),
        ("pid = run/fpm.pid", [], True), ("user = other", [], True), ("chroot = /x", [], True),
        ("pm = static", [], False),
    ],
)  # fmt: skip
def test_what_a_line_of_php_fpm_needs(line: str, folders: list[str], doubt: bool) -> None:
    assert FPM is not None
    out = Server(FPM, ("php-fpm",))
    assert fpm_needs(*last(base="php:8.3-fpm"), out, SettingFiles({"/etc/a.conf": f"[www]\n{line}\n"})) is None
    assert (out.folders, bool(out.doubt)) == (folders, doubt)


def test_a_server_of_nginx_that_takes_the_address_of_its_clients_stays_root() -> None:
    assert NGINX is not None
    settings = SettingFiles({NGINX.main: "stream { server { listen 8080; proxy_bind $remote_addr transparent; } }\n"})
    out = Server(NGINX, ("nginx", "-g", "daemon off;"))
    refusal = nginx_needs(*last(base="nginx:1.29"), out, settings, known())
    assert refusal is not None
    assert (refusal.spec, refusal.allow) == ("U20", "")
    assert "transparent" in refusal.reason


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ('d = Path(__file__).parent\nopen(d / "../x.db", "w")', "/app/x.db"),
        ('x = 1; d = Path(__file__).parent\nopen(d / "../x.db", "w")', "/app/x.db"),
        ('open(Path(__file__).parent.parent / "x.db", "w")', "/app/x.db"),
        ('open(dirname(dirname(__file__)) + "/x.db", "w")', "/app/x.db"),
        ('open(join(dirname(__file__), "..", "x.db"), "w")', "/app/x.db"),
        ('open(Path(__file__).parent / "x.db", "w")', None),
        ('open(Path(__file__).parent.parent / "x.py", "w")', None),
    ],
)
def test_a_file_of_data_above_the_folder_of_a_source(source: str, path: str | None) -> None:
    model, stage = last("WORKDIR /app", "COPY . .")
    texts = ContextTexts(known(texts={"code/a.py": f"{source}\n"}))
    assert list(paths_above(model, stage, texts)) == ([path] if path else [])


SORTS = Service("compose.yaml", context=".", command=("celery", "-A", "x", "beat"))


@pytest.mark.parametrize(
    ("workdir", "command", "folders"),
    [
        ("/app", "celery -A x beat", ["/app"]), ("$X", "celery -A x beat", []), ("/app", "python a.py", []),
        ("/app", "celery -A x beat -s /data/s", ["/data", "/app"]),
    ],
)  # fmt: skip
def test_folders_that_the_command_of_a_service_names(workdir: str, command: str, folders: list[str]) -> None:
    model, stage = last("ARG X", f"WORKDIR {workdir}", 'CMD ["python", "a.py"]')
    files = known(replace(SORTS, command=tuple(command.split())))
    assert list(named_by_arguments(model, stage, files, [("python", "a.py")])) == folders


@pytest.mark.parametrize(
    ("line", "folders"),
    [
        ("ENV HOME=/data", ["/data"]), ("ENV HOME=/home/me", []), ("ENV HOME=/home/me/", []),
        ("ENV HOME=/srv/me/", ["/srv/me"]),
        ("ENV HOME=$X", []), ("ENV DATA_DIR=/data", ["/data"]), ("ENV JAVA_HOME=/data", []),
    ],
)  # fmt: skip
def test_folders_that_a_variable_names(line: str, folders: list[str]) -> None:
    model, stage = last(line, "WORKDIR /app", 'CMD ["python", "a.py"]')
    assert named_places(model, stage, ContextTexts(known()), "/app", [("python", "a.py")]) == (folders, None)


@pytest.mark.parametrize(
    ("command", "alone"),
    [
        ("npm ci", True), ("npm --x ci", False), ("yarn", True), ("yarn --frozen-lockfile", True),
        ("yarn install", True), ("yarn build", False), ("npm ci && git status", False),
    ],
)  # fmt: skip
def test_runs_that_only_install(command: str, alone: bool) -> None:
    model, stage = last("WORKDIR /app", "COPY . .", f"RUN {command}", base="node:22")
    assert bool(installs_alone(model, stage, known(texts={"package.json": "{}"}))) == alone


MOUNTS = Service(
    "compose.yaml", context="/x", name="a", folder="/x", is_ours=True, volumes=(Mount("./d", "/data", is_bind=True),)
)
COMPOSE = "services:\n  a:\n    build: .\n    volumes: ['./d:/data']\n"


@pytest.mark.parametrize(
    ("service", "other", "stays"),
    [
        (MOUNTS, {}, True), (MOUNTS, {"drops": True}, False),
        (MOUNTS, {"extends": ("o.yaml", "b"), "context": ""}, False),
        (MOUNTS, {"extends": ("o.yaml", "b")}, True), (MOUNTS, {"is_ours": False}, False),
        (MOUNTS, {"name": "b"}, False),
        (MOUNTS, {"folder": ""}, False), (MOUNTS, {"file": "other.yaml"}, False),
        (MOUNTS, {"source": "docker"}, True),
    ],
)  # fmt: skip
def test_which_services_stay_root(service: Service, other: dict[str, object], stays: bool) -> None:
    """Root without CAP_DAC_OVERRIDE cannot write where the user of the image is the owner."""
    service = replace(service, **other)
    place = "/x/compose.yaml"
    files = Files({Lookup("writable", place): Writable("compose.yaml", place, COMPOSE)})
    model, stage = last('CMD ["python", "a.py"]')
    found = kept_root(model, stage, [service], (service,), files)
    assert (found is not None) == stays
    if found is not None:
        assert found.others[0].change.after == f"{COMPOSE}    user: root\n"


def test_what_to_do_about_a_file_that_compose_closes_to_others() -> None:
    found = mounted(*last('CMD ["/a"]'), known(Service("compose.yaml", context=".", closed=("/s",)))).reached
    assert str(found) == (
        "compose.yaml mounts /s with a mode that shuts out all but root [U07]; "
        "give it a mode for all (0444; a tmpfs 1777), or the number of the user, and add USER"
    )


@pytest.mark.parametrize(("program", "stays"), [("npm", False), ("node", True)])
def test_npm_runs_as_the_owner_of_the_folder(program: str, stays: bool) -> None:
    files = Files({Lookup("writable", "/x/compose.yaml"): Writable("compose.yaml", "/x/compose.yaml", COMPOSE)})
    model, stage = last("WORKDIR /app", f'ENTRYPOINT ["{program}", "start"]')
    assert (kept_root(model, stage, [MOUNTS], (MOUNTS,), files) is not None) == stays


@pytest.mark.parametrize(
    ("lines", "base", "folders"),
    [
        (("RUN mkdir -p /app/x/{a,b}y",), "fedora:42", ["/app/x", "/app/x/ay", "/app/x/by"]),
        (("RUN mkdir -p /app/x/{a,b}",), "debian:12", ["/app/x"]), (("RUN mkdir -p /app/{a,b}",), "alpine:3.22", []),
        (('SHELL ["/bin/bash", "-c"]', "RUN mkdir /app/{a,b}"), "debian:12", ["/app/a", "/app/b"]),
        (('SHELL ["/bin/bash", "-c"]', "RUN mkdir /app/{a,b}", 'SHELL ["/bin/sh", "-c"]'), "debian:12",
         ["/app/a", "/app/b"]),
        (('SHELL ["/bin/ash", "-c"]', "WORKDIR /app/x", "RUN mkdir -p {a,b}"), "fedora:42", ["/app/x"]),
        (('SHELL ["/bin/dash", "-c"]', "WORKDIR /app", "RUN mkdir -p x/{a,b}"), "fedora:42", ["/app/x"]),
        (("WORKDIR /app/x", "RUN mkdir /{a,b}"), "debian:12", []),
        (("RUN mkdir -p /app/x/y{a,b}",), "debian:12", ["/app/x"]),
        (("USER root", "RUN mkdir /app/{a,b}"), "example.com/x", ["/app/a", "/app/b"]),
        (("RUN mkdir /app/x{,/y}",), "fedora:42", ["/app/x", "/app/x/y"]),
        (("RUN mkdir /app/{1..3}",), "fedora:42", "U26"), (("RUN mkdir /app/{a,b}/{c,d}",), "fedora:42", "U26"),
        (("RUN mkdir /app/{a,$X}",), "fedora:42", "U26"), (("RUN mkdir /opt/{1..3}",), "fedora:42", []),
    ],
)  # fmt: skip
def test_folders_that_braces_name(lines: tuple[str, ...], base: str, folders: list[str] | str) -> None:
    made = made_by_runs(*last(*lines, base=base), ("/app",))
    assert (made.refusal.spec if made.refusal else made.folders) == folders


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("route: /thing/x", []), ("route: /var/x", ["/var/x"]), ("data: /thing/x", ["/thing/x"]),
        ("route: /thing/x.db", ["/thing/x.db"]),
        ("data_path: /thing/x", ["/thing/x"]), ("base_path: /thing/x", []), ("a: ${route:/thing/x}", []),
        ("a: ${data:/thing/x}", ["/thing/x"]),
    ],
)  # fmt: skip
def test_values_of_settings_that_are_paths(text: str, paths: list[str]) -> None:
    assert list(paths_in_settings(text)) == paths


def test_a_program_that_writes_in_a_folder_of_the_system() -> None:
    argv = ("celery", "-A", "x", "beat")
    model, stage = last("WORKDIR /etc", 'CMD ["celery", "-A", "x", "beat"]')
    refusal = program_needs(model, stage, argv, known(), Needs())
    assert refusal is not None
    assert (refusal.spec, refusal.allow) == ("U15", "set WORKDIR")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("RUN true", "DATA_DIR"), ("ENV DATA_DIR=/data", None), ("ARG DATA_DIR=/data", "DATA_DIR"),
        ("LABEL DATA_DIR=/data", "DATA_DIR"),
    ],
)  # fmt: skip
def test_a_folder_that_a_source_takes_from_a_variable(line: str, name: str | None) -> None:
    texts = ContextTexts(known(texts={"a.py": 'import os\nopen(os.environ["DATA_DIR"] + "/x", "w")\n'}))
    assert required_folder(*last(line), texts) == name


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('CMD ["a.exe"]', ""), ('CMD ["A.EXE", "x"]', ""), ('CMD ["a"]', "may run as root"),
        ("RUN true", "may run as root"),
        ('RUN apt-get install -y x\nCMD ["a"]', "runs as root"),
        ('RUN apt-get install -y x\nCMD ["bash"]', "may run as root"),
    ],
)  # fmt: skip
def test_what_is_said_of_an_unknown_image(lines: str, message: str) -> None:
    chosen = Options(level=Safety.UNSAFE, select=frozenset({"add-user"}))
    found = " ".join(finding.message for finding in harden(f"FROM example.com/a\n{lines}\n", options=chosen).findings)
    assert message in found
    assert bool(message) == bool(found)


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ('RUN python -c \'open("/app/x", "w")\'', True), ('RUN python -c \'open("/opt/x", "w")\'', False),
        ("RUN python a.py --output=/app/x", True), ("RUN python a.py --output=/opt/x", False),
        ('RUN python <<E\nopen("/app/x", "w")\nE', True), ('RUN python <<E\nopen("/opt/x", "w")\nE', False),
        ('RUN sh -c "cat > /app/x"', True), ("RUN python a.py /appendix", False),
        ("RUN python a.py </opt/app/x", False),
        ('SHELL ["python3", "-c"]\nRUN open("/app/x")', True), ("WORKDIR /app\nRUN python <<E\n1\nE", True),
        ("ARG X\nWORKDIR $X\nRUN python <<E\n1\nE", True), ("ARG X\nWORKDIR $X\nRUN ./made", True),
        ("RUN git clone https://x/y /app/x", True),
        ("RUN git clone https://x/y /opt/x", False), ("RUN touch /app", False),
        ("RUN ./made --output=app/x", True), ("RUN ./made -o app/x", True), ("RUN ./made --output=opt/x", False),
        ("RUN touch /app/{a,b}.db", True), ("RUN touch /opt/{a,b}.db", False), ("RUN echo a > /app/$X", True),
        ("ENV D=/app\nRUN touch $D/a.db", True), ("ENV D=/opt\nRUN touch $D/a.db", False),
        ("RUN D=/app && touch ${D}/a.db", True), ("RUN for d in /opt /app/x; do mkdir -p $d; done", True),
        ("RUN for d in /opt /x; do mkdir -p $d; done", False), ("ENV D=/app\nRUN ./made > $D/a.db", True),
        ("RUN echo PATH=/app/bin:$PATH >> $HOME/.rc", False), ("ENV D=/app\nRUN curl -o $D/a http://x", True),
        ("ENV D=/app\nRUN mkdir -p $D && touch ${D}s", False), ("ENV D=/app\nRUN mkdir -p $D/$X", True),
        ("ENV D=/app\nRUN cp a $D", True), ("ENV D=/app\nRUN ./made $D/a", True),
        ("ENV D=/app\nRUN cp -r /x $D/a", True), ("ENV D=/app\nRUN E=/x touch $D/${E}.db", True),
    ],
)  # fmt: skip
def test_a_run_elsewhere_that_names_the_folder_of_the_program(line: str, refused: bool) -> None:
    found = made_by_runs(*last(*line.splitlines()), ("/app",)).refusal
    assert (found.spec if found else None) == ("U26" if refused else None)


@pytest.mark.parametrize(
    ("line", "spec"),
    [
        ("RUN chmod 700 /tmp/x", None), ("RUN chmod 700 /data", "U07"), ("RUN chmod 777 /data", None),
        ("RUN umask 077 && touch /data/x", "U07"), ("RUN umask 022 && touch /data/x", None),
        ("RUN chmod 600 /etc/shadow", None), ("RUN umask 026 && touch /data/x", "U07"),
        ("RUN umask u=rwx,go= && touch /data/x", "U07"), ("RUN umask u=rwx,go=rx && touch /data/x", None),
        ("RUN umask && touch /data/x", None), ("RUN chmod 757 /data", None), ("RUN umask -S 0027", "U07"),
        ("RUN chmod a-r /data", "U07"), ("RUN chmod a+r /data", None), ("RUN chmod ug-w /data", None),
        ("COPY --chmod=600 a /data", "U07"), ("COPY --chmod=go-rwx a /data", "U07"), ("COPY --chmod=a+r a /d", None),
        ("COPY --chown=1000 a /data", None), ("RUN ssh-keygen -t rsa -f /data/k", "U07"),
        ("RUN ssh-keygen -t rsa -f /data/k && chmod 644 /data/k", None), ("RUN other -f /data/k", None),
    ],
)  # fmt: skip
def test_what_a_run_closes_to_others(line: str, spec: str | None) -> None:
    model, stage = last(line, 'CMD ["python", "a.py"]', base="python:3.13")
    assert stage.image is not None
    refusal = whatever_runs(model, stage, stage.image, known(), is_served=False)
    assert (refusal.spec if refusal else None) == spec


@pytest.mark.parametrize(
    ("program", "source", "kept"),
    [("python", "print(1)\n", False), ("python", "eval(x)\n", True), ("./made", "", True)],
)
def test_a_service_stays_root_where_its_program_may_write(program: str, source: str, kept: bool) -> None:
    place = "/x/compose.yaml"
    facts = known(MOUNTS, texts={"a.py": source}).facts
    files = Files({**facts, Lookup("writable", place): Writable("compose.yaml", place, COMPOSE)})
    model, stage = last("WORKDIR /app", "COPY . .", f'CMD ["{program}", "a.py"]', base="python:3.13")
    found = needs(model, stage, Startup(programs=[(program, "a.py")]), ContextTexts(files))
    assert isinstance(found, Needs)
    assert (found.kept is not None) == kept


@pytest.mark.parametrize(("why", "spec"), [("it needs root", "U08"), (None, None)])
def test_an_image_that_starts_what_its_base_starts(why: str | None, spec: str | None) -> None:
    model, stage = last("RUN true", base="nginx:1.29")
    assert stage.image is not None
    image = replace(stage.image, expose=(), drops_privileges=None, needs_root=why)
    found = _plan(model, replace(stage, image=image), ContextTexts(known()))
    assert (found.spec if isinstance(found, Refusal) else found) == spec


def test_paths_that_stand_beside_a_sign_of_writing() -> None:
    python = next(each for each in languages() if each.name == "python")
    for text in ("\"/data/x\", open(b, 'w')\n", "a = 1\n\"/data/x\", open(b, 'w')"):
        found = examine(python, "", known(texts={"a.py": text}))
        assert found is not None
        assert found.paths == ("/data/x",)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("java.util.List", True), ("com.me.app.Other", True), ("com.me.app.made.Proto", True), ("com.me.other.X", False)],
)
def test_imports_of_the_jvm_that_are_known_not_to_write(name: str, shown: bool) -> None:
    texts = {"src/main/java/A.java": f"package com.me.app;\nimport {name};\nclass A {{}}\n"}
    found = examine(next(each for each in languages() if each.name == "jvm"), "", known(texts=texts))
    assert found is not None
    assert found.is_shown == shown


def test_a_run_is_read_once_for_all_its_words() -> None:
    """What variables get is looked for once: 8,000 words of one RUN took 12 seconds."""
    text = "for d in /a /b; do x; done; d=/c y=d=/e"
    assert list(hinted("$d/x", text, {"d": "/f"})) == ["/f/x", "/a/x", "/b/x", "/c/x", "/e/x"]
    words = [f"$V{at}/x" for at in range(3000)]
    start = time.monotonic()
    assert not [path for word in words for path in hinted(word, " ".join(words), {})]
    assert time.monotonic() - start < 2
