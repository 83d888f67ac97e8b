"""Parts of add-user by themselves: what closes a folder to its owner, what compose files mount, what runs early."""

from __future__ import annotations

import pytest

from hardener.fast.records import replace
from hardener.knowledge.users import UserPlan
from hardener.project.builds import Mount, Service
from hardener.rules.add_user.closed_folders import closed_to_owner
from hardener.rules.add_user.compiled import compiled_language
from hardener.rules.add_user.data_places import program_folders
from hardener.rules.add_user.early_user import early_user
from hardener.rules.add_user.healthcheck import healthcheck_refusal
from hardener.rules.add_user.host_files import by_mounts
from hardener.rules.add_user.host_sources import builds_there
from hardener.rules.add_user.leaves_root import leaves_root
from hardener.rules.add_user.needs import Needs
from hardener.rules.add_user.ownership import Gift, gift
from hardener.rules.add_user.root_home import lives_in_home
from tests.parts import known, last


@pytest.mark.parametrize(
    ("line", "closed"),
    [
        ("RUN chmod 555 /data", True), ("RUN chmod 755 /data", False), ("RUN chmod -R 500 /data", True),
        ("RUN chmod u-w /data", True), ("RUN chmod g-w /data", False), ("RUN chmod 555 /other", False),
        ("RUN chmod 555 data", True), ("RUN chown 555 /data", False), ("RUN chmod 555", False),
        ("RUN echo chmod 555 /data", False), ("RUN chmod 555 '/data'", True), ('RUN chmod "555" /d"at"a', True),
        ("COPY --chmod=555 a /data/", True), ("COPY --chmod=755 a /data/", False),
        ("COPY --chmod=555 a /other/", False),
    ],
)  # fmt: skip
def test_what_closes_a_folder_to_its_owner(line: str, closed: bool) -> None:
    model, stage = last(line)
    refusal = closed_to_owner(model, stage, "/data")
    assert (refusal is not None) == closed
    if refusal is not None:
        assert refusal.spec == "U07"


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("COPY target/app.jar app.jar", "jvm"), ("COPY app.jar app.jar", None),
        ("ARG JAR=target/app.jar\nCOPY ${JAR} app.jar", "jvm"), ("ARG JAR\nCOPY ${JAR} app.jar", None),
        ("COPY ${DIR}/app.jar app.jar", None),
    ],
)  # fmt: skip
def test_in_which_language_a_program_is_written_that_is_built_outside(line: str, language: str | None) -> None:
    found = compiled_language(*last(line, base="eclipse-temurin:21-jre"), ("java", "-jar", "app.jar"))
    assert (found.name if found else None) == language


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("RUN go build -o /server", "RUN ls"), True), (("RUN go build -o /server .",), True),
        (("RUN go build -o /servers", "RUN ls"), False), (("RUN go install", "RUN ls"), False),
        (("RUN go build -o /x", "FROM debian:12 AS b", "RUN ls", "COPY --from=0 /x /x", "FROM debian:12",
          "COPY --from=b /x /server"), True),
        (("RUN ls", "FROM debian:12 AS b", "RUN ls", "COPY --from=0 /x /x", "FROM debian:12",
          "COPY --from=b /x /server"), False),
    ],
)  # fmt: skip
def test_a_program_that_its_own_stage_builds(lines: tuple[str, ...], found: bool) -> None:
    language = compiled_language(*last("COPY . .", *lines, base="golang:1.24"), ("/server",))
    assert (language.name if language else None) == ("go" if found else None)


@pytest.mark.parametrize(
    ("line", "folders"),
    [
        ("COPY app.py /opt/app/", ["/opt/app"]), ("COPY app.py /opt/app/app.py", ["/opt/app"]),
        ("COPY package.json /opt/app/", []), ("COPY app.py /opt/app/node_modules/x/", []),
        ("COPY app.py /etc/", []), ("COPY app.py /tmp/x/", []),
    ],
)  # fmt: skip
def test_where_a_copy_puts_files_of_the_program(line: str, folders: list[str]) -> None:
    files = known(texts={"app.py": "", "package.json": "{}"})
    assert list(program_folders(*last(line), files)) == folders


@pytest.mark.parametrize(
    ("check", "refused"),
    [
        ("CMD wget http://localhost/", True), ("CMD wget --spider http://localhost/", False),
        ("CMD wget -qO- http://localhost/", False), ("CMD wget --output-document=/dev/null http://localhost/", False),
        ('CMD ["wget", "http://localhost/"]', True), ('CMD ["wget", "--spider", "http://localhost/"]', False),
        ("CMD curl http://localhost/", False), ("CMD service nginx status && wget localhost", True), ("NONE", False),
    ],
)  # fmt: skip
def test_what_a_health_check_cannot_do_as_another_user(check: str, refused: bool) -> None:
    refusal = healthcheck_refusal(*last(f"HEALTHCHECK {check}"))
    assert (refusal.spec if refusal else None) == ("U29" if refused else None)


STARTED = Service(
    "compose.yaml", context=".", entrypoint=("/start.sh",), volumes=(Mount("./start.sh", "/start.sh", is_bind=True),)
)


@pytest.mark.parametrize(
    ("service", "spec"),
    [
        (STARTED, "U20"), (replace(STARTED, user="1000"), None), (replace(STARTED, context=""), None),
        (replace(STARTED, source="kubernetes"), None), (replace(STARTED, context="", dockerfile="Dockerfile"), "U20"),
        (replace(STARTED, entrypoint=("/other.sh",)), None), (replace(STARTED, entrypoint=()), None),
        (replace(STARTED, volumes=(Mount("start", "/start.sh", is_bind=False),)), None),
        (replace(STARTED, entrypoint=("/bin/sh", "/start.sh")), "U20"),
        (replace(STARTED, entrypoint=("/bin/sh", "-c", "/start.sh")), None),
        (replace(STARTED, volumes=(), read_only=("/start.sh",)), "U20"),
        (replace(STARTED, volumes=(), read_only=("/etc/ssl/private",)), "U07"),
        (replace(STARTED, volumes=(), read_only=("/etc/ssl/certs/ca.pem",)), None),
    ],
)  # fmt: skip
def test_what_compose_files_mount_that_may_need_root(service: Service, spec: str | None) -> None:
    refusal = by_mounts(*last(), known(service))
    assert (refusal.spec if refusal else None) == spec


@pytest.mark.parametrize(
    ("run", "here"),
    [("RUN npm install", True), ("RUN npm cache clean --force", False), ("RUN npm install\nRUN npm cache clean", True)],
)
def test_whether_the_runs_of_an_early_user_write_in_the_folder(run: str, here: bool) -> None:
    model, stage = last("WORKDIR /app", "COPY . .", *run.splitlines(), 'CMD ["node", "a.js"]', base="node:22")
    plan = UserPlan("app", 10001, 10001, None, "/home/app")
    early = early_user(model, stage, plan, "app", known(texts={"package.json": "{}"}))
    assert early is not None
    assert early.writes_here == here
    assert early.user in early.model.stages[-1].node.body[1:2]


BUILDS = Service("compose.yaml", context=".", command=("npm", "start"), volumes=(Mount(".", "/app", is_bind=True),))


@pytest.mark.parametrize(
    ("service", "spec"),
    [
        (BUILDS, "U13"), (replace(BUILDS, user="1000"), None), (replace(BUILDS, volumes=()), None),
        (replace(BUILDS, command=()), None), (replace(BUILDS, command=("npm", "run", "serve")), None),
        (replace(BUILDS, command=("tsc", "-w")), "U13"),
        (replace(BUILDS, command=(), entrypoint=("npm", "start")), "U13"),
        (replace(BUILDS, file="compose.dev.yaml"), None),
    ],
)  # fmt: skip
def test_services_that_build_into_sources_of_the_host(service: Service, spec: str | None) -> None:
    files = known(
        service, texts={"package.json": '{"scripts": {"start": "npm run build", "build": "tsc", "serve": "node a.js"}}'}
    )
    model, stage = last()
    refusal = builds_there(model, stage, files)
    assert (refusal.spec if refusal else None) == spec


@pytest.mark.parametrize(
    ("script", "user"),
    [
        ('exec gosu app "$@"', "app"), ('exec gosu app:staff "$@"', "app"), ('exec su-exec 1000:1000 "$@"', "1000"),
        ('exec gosu root "$@"', None), ('exec gosu root:staff "$@"', None), ('exec gosu 0:0 "$@"', None),
        ('exec runuser -u app -- "$@"', "app"), ('exec setpriv --reuid=app "$@"', "app"), ('exec setpriv "$@"', None),
        ('exec "$@"', None), ('gosu app "$@"', None), ("exec gosu app node a.js", None),
        ('if [ "$(id -u)" = 0 ]; then exec gosu app "$@"; fi', "app"), ('if a; then exec gosu app "$@"; fi', None),
    ],
)  # fmt: skip
def test_whom_a_start_script_becomes(script: str, user: str | None) -> None:
    model, stage = last("COPY start.sh /start.sh", 'ENTRYPOINT ["/start.sh"]', 'CMD ["node", "a.js"]')
    files = known(texts={"start.sh": f"#!/bin/sh\n{script}\n"})
    assert stage.image is not None
    refusal = leaves_root(model, stage, stage.image, (("/start.sh", "node", "a.js"),), files)
    assert (refusal.reason.rpartition(" as ")[2] if refusal else None) == user


USER = UserPlan("app", 10001, 10001, "useradd app", "/home/app")


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("RUN true", "mkdir -p /data"), ("RUN chown root /data", "mkdir -p /data"),
        ("RUN chown 0:0 /data", "mkdir -p /data"), ("RUN chown :staff /data", "mkdir -p /data"),
        ("RUN chown www-data /data", "U19"), ("RUN chown 33 /data", "U19"), ("RUN chown -R app /data", "useradd app"),
        ("RUN chown 10001 /data", "mkdir -p /data"), ("VOLUME /data", "mkdir -p /data"),
    ],
)  # fmt: skip
def test_how_a_folder_is_given(line: str, outcome: str) -> None:
    found = gift(*last(line), USER, Needs(folders=["/data"], must=True))
    assert outcome in ((found.command or "") if isinstance(found, Gift) else found.spec)


def test_a_folder_of_a_volume_goes_to_a_user_with_a_number() -> None:
    nameless = replace(USER, uid=-1, gid=-1)
    found = gift(*last("VOLUME /data"), nameless, Needs(folders=["/data"], must=True))
    assert not isinstance(found, Gift)
    assert (found.spec, found.allow) == ("U13", "create it with a number (-u)")


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("RUN python -c 'import whisper'", True), ("RUN python -c 'import numpy; import json'", False),
        ("RUN python -c 'import django'", False), ("RUN python -m whisper", True), ("RUN python -m venv /venv", False),
        ("RUN python load.py", True), ("RUN python other.py", False), ("RUN whisper a.wav", True),
        ("RUN /venv/bin/whisper a.wav", True), ("RUN ls whisper", False),
        ("RUN node -e \"require('puppeteer')\"", True), ("RUN node -e \"require('fs')\"", False),
        ("RUN node --no-warnings --eval \"require('puppeteer')\"", True), ("RUN node a.js", False),
        ("RUN mkdir /root/x", True), ("RUN rm -rf /root/x", False), ("ENV A=/root/x", True), ("RUN mkdir /data", False),
    ],
)  # fmt: skip
def test_what_lives_in_the_home_of_root(line: str, held: bool) -> None:
    model, stage = last("WORKDIR /app", "COPY . .", line, 'CMD ["python", "a.py"]')
    refusal = lives_in_home(model, stage, known(texts={"load.py": "import whisper\n", "other.py": "import json\n"}))
    assert (refusal.spec if refusal else None) == ("U05" if held else None)
