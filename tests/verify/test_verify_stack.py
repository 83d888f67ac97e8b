"""A compose file of strangers as a project that keeps to itself, and its variables; without an engine."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from hardener.errors import VerifyError
from hardener.project.compose.model import read_compose
from hardener.project.compose.variables import Variables, read_env_file
from hardener.verify.container.engine import Engine
from hardener.verify.stack.among import run_options, split
from hardener.verify.stack.confined import confined
from hardener.verify.stack.copies import copy_folders
from hardener.verify.stack.find import service_of
from hardener.verify.stack.limits import without_new_privileges
from hardener.verify.stack.model import Bounds, Room, Stack
from hardener.verify.stack.project import Project

KNOWN = {"A": "one", "EMPTY": ""}


def stack(folder: Path, text: str, wanted: str = "", **given: str) -> Stack:
    bounds = Bounds(folder, folder, folder / "copies", "dev.harden.verify=x")
    return confined(read_compose(text).values[0], bounds, given, wanted)


def service(folder: Path, text: str, **given: str) -> Any:
    body = "".join(f"    {line}\n" for line in text.splitlines())
    return stack(folder, f"services:\n  app:\n    image: app\n{body}", **given).data["services"]["app"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$A-${A}", "one-one"), ("$$A", "$A"), ("${NO:-x}", "x"), ("${EMPTY:-x}", "x"), ("${EMPTY-x}", ""),
        ("${NO:-${A}}/b", "one/b"), ("${A:+yes}${NO:+no}", "yes"), ("${A?needed}", "one"), ("1$", "1$"),
        ("${NO:-{}}", "{}"), ("a.$", "a.$"),
    ],
)  # fmt: skip
def test_variables_are_filled_in(text: str, said: str) -> None:
    assert Variables(KNOWN).in_text(text) == said


def test_what_has_no_value_is_named() -> None:
    variables = Variables(KNOWN)
    assert variables.in_value({"x": ["${B}", "${C:-c}", 1], "y": "$B"}) == {"x": ["", "c", 1], "y": ""}
    assert list(variables.missing) == ["B"]


@pytest.mark.parametrize("text", ["${B?}", "${B:?say it}", "${A", "${1}", "${A!}"])
def test_what_cannot_be_filled_in_is_an_error(text: str) -> None:
    with pytest.raises(VerifyError):
        Variables(KNOWN).in_text(text)


def test_a_file_of_variables() -> None:
    text = '# c\nexport A=1\nB = two words # c\nC=\'$A\'\nD="$A\\n\\$A"\nE=${A}${X}\nF="x\ny"\nnot a line\nG=\n'
    assert read_env_file(text, {"X": "x"}) == {
        "A": "1", "B": "two words", "C": "$A", "D": "1\n$A", "E": "1x", "F": "x\ny", "G": ""
    }  # fmt: skip


def test_the_services_that_one_depends_on_start_with_it(tmp_path: Path) -> None:
    text = """
services:
  web: {image: w, depends_on: {api: {condition: service_healthy}}}
  api: {image: a, depends_on: [db], links: ["cache:c"]}
  db: {image: d}
  cache: {image: c}
  other: {image: o}
  tool: {image: t, profiles: [tools]}
"""
    assert stack(tmp_path, text, "web").services == ("web", "api", "db", "cache")
    assert stack(tmp_path, text).services == ("web", "api", "db", "cache", "other")
    assert stack(tmp_path, text, "tool").services == ("tool",)
    with pytest.raises(VerifyError, match="no service `nope`; it has web, api"):
        stack(tmp_path, text, "nope")


def test_what_reaches_out_of_the_project_is_replaced_or_left_out(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "away").symlink_to("/etc")
    text = """
services:
  app:
    image: app
    container_name: its-name
    ports: ["80:8080", "127.0.0.1:53:53/udp", {target: 9000, published: 9}]
    volumes:
      - ./site:/site:ro
      - ./away:/away
      - /var/run/docker.sock:/var/run/docker.sock
      - ~/.ssh:/root/.ssh
      - data:/data
      - shared:/shared:ro
      - /anonymous
    networks: [front]
    extra_hosts: ["host.docker.internal:host-gateway"]
    labels: {traefik.enable: "true"}
networks: {front: {external: true, name: theirs}}
volumes: {data: {name: their-data}, shared: {external: true}}
"""
    found = stack(tmp_path, text)
    app = found.data["services"]["app"]
    assert app["volumes"] == [
        {"type": "bind", "source": str(tmp_path / "copies" / "0-site"), "target": "/site", "read_only": True},
        {"type": "volume", "target": "/data", "source": "data"},
        {"type": "volume", "target": "/shared", "source": "shared", "read_only": True},
        {"type": "volume", "target": "/anonymous"},
    ]
    assert (app["ports"], found.ports) == (["127.0.0.1::8080", "127.0.0.1::9000"], {"app": (8080, 9000)})
    assert app["networks"] == {"front": {"aliases": ["its-name"]}}
    label = {"labels": {"dev.harden.verify": "x"}}
    assert (found.data["networks"], found.data["volumes"]) == ({"front": label}, {"data": label, "shared": label})
    assert (app["labels"], "container_name" in app) == (label["labels"], False)
    assert found.data_places == (("app", "/data"),)
    assert found.folders == ((tmp_path / "site", tmp_path / "copies" / "0-site"),)
    assert len(found.notes) == 6
    assert found.notes[0] == "service `app`: `extra_hosts` is left out"


@pytest.mark.parametrize(
    "text",
    [
        "privileged: true", "network_mode: host", "network_mode: container:x", "pid: host", "ipc: host",
        "devices: [/dev/kvm]", "cap_add: [SYS_ADMIN]", "cap_add: [ALL]", "security_opt: [seccomp=unconfined]",
        "extends: {service: x}", "volumes: [{type: npipe, source: a, target: b}]", "build: ../elsewhere",
        "build: https://example.com/x.git", "build: {context: ., ssh: [default]}", "build: {context: ., network: host}",
        "build: {context: ., dockerfile: /etc/passwd}",
    ],
)  # fmt: skip
def test_what_makes_a_container_more_than_a_container_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(VerifyError):
        service(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "services: {a: {image: a, volumes: ['d:/d']}}\nvolumes: {d: {driver_opts: {o: bind, type: none, device: /}}}",
        "services: {a: {image: a, networks: [n]}}\nnetworks: {n: {driver: macvlan}}",
        "include: [other.yaml]\nservices: {a: {image: a}}",
        "services: {}",
    ],
)
def test_so_are_drivers_that_reach_the_machine(tmp_path: Path, text: str) -> None:
    with pytest.raises(VerifyError):
        stack(tmp_path, text)


def test_settings_of_a_container_stay(tmp_path: Path) -> None:
    text = "read_only: true\ntmpfs: [/tmp]\ncap_drop: [ALL]\ncap_add: [CHOWN]\nsecurity_opt: [no-new-privileges:true]\n"
    found = service(tmp_path, text + "user: '1000'\ncommand: [a, '$$HOME']\ndeploy: {replicas: 3}\n")
    assert (found["read_only"], found["tmpfs"], found["cap_add"], found["user"]) == (True, ["/tmp"], ["CHOWN"], "1000")
    assert (found["command"], found["pids_limit"]) == (["a", "$HOME"], 4096)
    assert "deploy" not in found


@pytest.mark.parametrize(
    ("text", "limits", "notes"),
    [
        ("init: true", (1 << 30, 3, 4096), 0),
        ("mem_limit: 512m\ncpus: '0.5'\npids_limit: 9", (512 << 20, 0.5, 9), 0),
        ("deploy: {resources: {limits: {memory: 0.5gb, cpus: '2', pids: 7}}}", (1 << 29, 2, 7), 0),
        ("mem_limit: 64g\nmemswap_limit: -1\ncpus: 64\npids_limit: 100000", (1 << 30, 3, 4096), 3),
        ("mem_limit: 0\npids_limit: -1\noom_score_adj: -1000\nlogging: {driver: none}", (1 << 30, 3, 4096), 1),
        ("mem_limit: .inf\ncpus: .nan\npids_limit: 1" + "0" * 400, (1 << 30, 3, 4096), 0),
        ("mem_limit: 1" + "0" * 400 + "g\ndeploy: {resources: x}", (1 << 30, 3, 4096), 0),
    ],
)
def test_a_service_is_held_to_limits(tmp_path: Path, text: str, limits: tuple[float, ...], notes: int) -> None:
    bounds = Bounds(tmp_path, tmp_path, tmp_path, "l=x", room=Room(1 << 30, 3))
    body = "".join(f"    {line}\n" for line in text.splitlines())
    found = confined(read_compose(f"services:\n  app:\n    image: app\n{body}").values[0], bounds, {})
    app = found.data["services"]["app"]
    assert (app["mem_limit"], app["cpus"], app["pids_limit"]) == limits
    assert app["memswap_limit"] == app["mem_limit"], "no swap"
    assert (app["logging"]["options"], len(found.notes)) == ({"max-size": "8m"}, notes)
    assert not app.keys() & {"deploy", "oom_score_adj"}


def test_no_service_gets_new_privileges_whatever_it_says(tmp_path: Path) -> None:
    found = without_new_privileges(
        stack(tmp_path, "services: {a: {image: a, security_opt: ['no-new-privileges:false']}, b: {image: b}}")
    )
    assert [said["security_opt"] for said in found.data["services"].values()] == [["no-new-privileges:true"]] * 2


def test_the_tag_of_what_is_built_stays_with_the_person(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    found = service(tmp_path, "build: {context: api, args: [V, W=2], target: run}", V="1")
    assert "image" not in found
    assert found["build"] == {
        "args": {"V": "1", "W": "2"}, "target": "run", "context": str(tmp_path / "api"),
        "labels": {"dev.harden.verify": "x"},
    }  # fmt: skip


def test_variables_files_and_secrets_that_are_missing_are_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FROM_FILE=f\n")
    (tmp_path / "app.env").write_text("X=1\nY=${FROM_FILE}\n")
    (tmp_path / "token.txt").write_text("t")
    text = """
services:
  app:
    image: app:${TAG:-1}
    env_file: [app.env, {path: no.env}, {path: maybe.env, required: false}]
    environment: [X=2, Z, FROM_FILE, "P=${P}"]
    secrets: [token, lost, theirs]
secrets: {token: {file: token.txt}, lost: {file: lost.txt}, theirs: {external: true}}
"""
    found = stack(tmp_path, text)
    app = found.data["services"]["app"]
    assert app["environment"] == {"X": "2", "Y": "f", "FROM_FILE": "f", "P": ""}
    assert app["secrets"] == ["token"]
    assert set(found.missing) == {
        "variable Z", "variable P", "env_file no.env of `app`", "secret lost of `app` (file lost.txt)",
        "secret theirs of `app` (external)",
    }  # fmt: skip
    assert stack(tmp_path, text, P="p", Z="z").data["services"]["app"]["environment"]["Z"] == "z"


def test_what_is_mounted_is_a_copy(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "page").write_text("one")
    found = stack(tmp_path, "services: {a: {image: a, volumes: ['./site:/s', './none:/n']}}")
    copy_folders(found.folders)
    (tmp_path / "copies" / "0-site" / "page").write_text("two")
    assert (tmp_path / "site" / "page").read_text() == "one"
    assert (tmp_path / "copies" / "1-none").is_dir()
    copy_folders(found.folders)
    assert (tmp_path / "copies" / "0-site" / "page").read_text() == "one"


def test_the_service_of_a_dockerfile_is_found(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "api").mkdir()
    file = tmp_path / "api" / "Dockerfile"
    file.write_text("FROM scratch\n")
    compose = tmp_path / "compose.yaml"
    compose.write_text(
        "services:\n  job: {build: api}\n  api: {build: {context: api}, depends_on: [db]}\n  db: {image: d}\n"
        "  test: {build: {context: api, target: test}}\n  other: {build: .}\n"
    )
    found = service_of(file, ("",))
    assert found is not None
    assert (found.file, found.service) == (compose, "api")
    assert getattr(service_of(file, ("test",)), "service", "") == "test"
    assert service_of(file, ("lost",)) is None
    compose.write_text("services: [\n")
    assert service_of(file, ("",)) is None, "what cannot be read says nothing"


def test_a_service_as_options_of_docker_run(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t")
    text = """
services:
  app:
    image: app
    user: "7"
    read_only: true
    tmpfs: /tmp
    cap_drop: [ALL]
    init: true
    volumes: ["data:/data:ro", ./token:/t, {type: tmpfs, target: /run}]
    secrets: [token, {source: token, target: other}]
    networks: {back: {aliases: [it]}}
    depends_on: [db]
  db: {image: db, networks: [back], ports: ["1:1"]}
networks: {back: {internal: true}}
volumes: {data: {}}
secrets: {token: {file: token}}
"""
    own, others = split(stack(tmp_path, text), "app")
    copy = tmp_path / "copies" / "0-token"
    assert run_options(own, "p") == [
        "--user=7", "--cap-drop=ALL", "--tmpfs=/tmp", "--init", "--read-only",
        "--mount=type=volume,dst=/data,readonly,src=p_data", f"--mount=type=bind,dst=/t,src={copy}", "--tmpfs=/run",
        f"--mount=type=bind,src={copy},dst=/run/secrets/token,readonly",
        f"--mount=type=bind,src={copy},dst=/run/secrets/other,readonly",
    ]  # fmt: skip
    assert others.services == ("db",)
    assert others.data["services"]["db"]["networks"] == {"default": {}}
    assert "ports" not in others.data["services"]["db"]
    assert list(others.data["networks"]) == ["default"]


def test_copies_and_values_do_not_stay_in_the_logs(tmp_path: Path) -> None:
    (tmp_path / "mounts" / "0-site").mkdir(parents=True)
    (tmp_path / "compose.json").write_text("{}")
    (tmp_path / "build.log").write_text("")
    project = Project(Engine("docker", "x"), tmp_path, 1)
    project.forget()
    project.forget()
    assert [path.name for path in tmp_path.iterdir()] == ["build.log"]


@pytest.mark.parametrize("kind", ["secrets", "configs"])
def test_a_name_of_a_secret_or_configuration_leads_nowhere(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    name = "x/../../../stolen"
    text = f"services: {{a: {{image: a, {kind}: ['{name}']}}}}\n{kind}: {{'{name}': {{content: theirs}}}}\n"
    found = stack(folder, text)
    assert not (tmp_path / "stolen").exists()
    assert Path(found.data[kind][name]["file"]).parent == folder / "copies"


def test_two_of_a_kind_do_not_share_a_file(tmp_path: Path) -> None:
    text = "services: {a: {image: a, configs: [x, y]}, b: {image: b, configs: [y]}}\n"
    found = stack(tmp_path, text + "configs: {x: {content: one}, y: {content: two}}\n").data["configs"]
    assert [Path(found[name]["file"]).read_text() for name in ("x", "y")] == ["one", "two"]


LAUGHS = "A=" + "a" * 99 + "\nB=" + "$A" * 400 + "\nC=" + "$B" * 400 + "\nD=" + "$C" * 400 + "\n"
BOMBS = {
    "values of values": LAUGHS,
    "doubling": "C0=aaaaaaaaaa\n" + "".join(f"C{i}=$C{i - 1}$C{i - 1}\n" for i in range(1, 60)),
    "the same again": "A=" + "a" * 500_000 + "\n" + "".join(f"B{i}=$A\n" for i in range(40_000)),
    "defaults in defaults": "A=" + "${B:-" * 10_000 + "}" * 10_000 + "\n",
    "no end": "A=" + "${B:-" * 10_000 + "\n",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_variables_that_would_fill_the_memory(text: str) -> None:
    with pytest.raises(VerifyError):
        read_env_file(text, {})


LONG = {
    "lines": "".join(f"C{i}=b\n" for i in range(80_000)),
    "a value of many lines": "A='\n" + "b\n" * 200_000,
    "names": "A=" + "".join(f"${{A{i}}}" for i in range(80_000)),
    "blanks": "A=a" + " \t" * 200_000 + "b\n",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_files_of_variables_take_no_long_time(text: str) -> None:
    begun = time.process_time()
    assert read_env_file(text, {})
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "body",
    ["a: {image: a, networks: 1}", "a: {image: a, depends_on: 1}", "a: {build: 1.5}",
     "a: {image: a, volumes: [1]}", "a: {image: a, cap_add: 1}", "a: {image: a, ports: 1}",
     "a: {image: a, environment: 1}", "a: {image: a, secrets: 1}", "a: {image: a, security_opt: true}"],
)  # fmt: skip
def test_values_of_another_kind_are_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(VerifyError):
        stack(tmp_path, f"services: {{{body}}}\n")


@pytest.mark.parametrize("kind", ["secrets", "configs", "volumes", "networks"])
def test_a_list_in_place_of_definitions_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(VerifyError):
        stack(tmp_path, f"services: {{a: {{image: a, {kind}: ['x:/x']}}}}\n{kind}: [x]\n")


@pytest.mark.parametrize(
    "said",
    ["volumes: ['/etc:/e']", "volumes: ['link:/e', './link:/f']", "volumes: ['../..:/e']", "env_file: link",
     "env_file: ../secret", "secrets: [s]", "configs: [s]"],
)  # fmt: skip
def test_nothing_outside_of_the_project_comes_in(tmp_path: Path, said: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "secret").write_text("KEY=stolen")
    (folder / "link").symlink_to("../secret")
    top = "secrets: {s: {file: link}}\nconfigs: {s: {file: ../secret}}\n"
    found = stack(folder, f"x-a: &a {{{said}}}\nservices: {{a: {{<<: *a, image: a}}}}\n{top}")
    assert not found.folders
    assert "stolen" not in str(found.data)


@pytest.mark.parametrize("said", ["privileged: true", "pid: host", "devices: [/dev/sda]", "cap_add: [ALL]",
                                  "security_opt: ['seccomp:unconfined']", "extends: {file: ../a.yml, service: a}",
                                  "provider: {type: sh}", "network_mode: host", "use_api_socket: true"])  # fmt: skip
def test_keys_behind_anchors_and_merge_keys_are_refused_too(tmp_path: Path, said: str) -> None:
    with pytest.raises(VerifyError):
        stack(tmp_path, f"x-a: &a {{{said}}}\nx-b: &b {{<<: [*a]}}\nservices: {{a: {{<<: *b, image: a}}}}\n")
