"""How an image is called: by Makefiles, Procfiles, workflows and manifests, beside compose files."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest

from hardener.lookups import charts
from hardener.lookups.build_files import builds_of
from hardener.project.bake_targets import bake_services
from hardener.project.builds import PROBES_END, Mount, Service
from hardener.project.callers import helm
from hardener.project.callers.docker_commands import read_command
from hardener.project.callers.helm import read_chart
from hardener.project.callers.read import joined, read_callers
from hardener.project.memory import bytes_of
from hardener.rules import python_unbuffered


@pytest.mark.parametrize(
    ("line", "images", "command"),
    [
        ("docker run app", ("app",), ()),
        ("sudo docker run --rm -it -p 80:8080 app serve --port 8080", ("app",), ("serve", "--port", "8080")),
        ("docker run -dp80:8080 -e A=b -v data:/data app x", ("app",), ("x",)),
        ("docker run --network=host --name web --rm app x", ("app",), ("x",)),
        ("docker container run -u root app -v", ("app",), ("-v",)),
        ("podman run -ti --init app -- x", ("app",), ("--", "x")),
    ],
)
def test_what_docker_run_runs(line: str, images: tuple[str, ...], command: tuple[str, ...]) -> None:
    found = read_command("Makefile", tuple(line.split()))
    assert found is not None
    assert (found.images, found.command, found.is_build) == (images, command, False)


@pytest.mark.parametrize(
    ("line", "context", "dockerfile", "target"),
    [
        ("docker build -t app .", ".", "", ""),
        ("docker build . --tag app --no-cache --target prod", ".", "", "prod"),
        ("docker buildx build --push --platform linux/amd64 -t app -f web/Dockerfile.prod web", "web",
         "Dockerfile.prod", ""),
        ("docker build -qt app -f docker/Dockerfile .", ".", "docker/Dockerfile", ""),
        ("docker build -t app -f $FILE .", ".", "$FILE", ""),
    ],
)  # fmt: skip
def test_what_docker_build_builds(line: str, context: str, dockerfile: str, target: str) -> None:
    found = read_command("Makefile", tuple(line.split()))
    assert found is not None
    assert (found.images, found.context, found.dockerfile, found.target) == (("app",), context, dockerfile, target)


@pytest.mark.parametrize(
    "line", ["docker ps", "docker build -", "docker run", "echo docker run app", "docker compose up"]
)
def test_what_is_no_call(line: str) -> None:
    assert read_command("Makefile", tuple(line.split())) is None


def test_a_makefile_with_variables_and_folders() -> None:
    found = read_callers(
        "Makefile",
        "NAME = app\nIMAGE := ghcr.io/acme/$(NAME)\n\nimage:\n"
        "\t@cd web && docker build -t $(IMAGE):$(shell date +%F) .\n"
        "run:\n\t-docker run $(IMAGE) \\\n\t  $(ARGS) a$$B\n# docker run no\n",
    )
    assert [(s.images, s.context, s.command) for s in found] == [
        (("ghcr.io/acme/app:${shell_date___F}",), "$PWD", ()),
        (("ghcr.io/acme/app",), "", ("${ARGS}", "a$B")),
    ]


def test_a_procfile() -> None:
    found = read_callers("Procfile", "web: docker run -p 80:80 acme/app serve\nworker: python worker.py\n")
    assert [(s.images, s.command, s.ports) for s in found] == [(("acme/app",), ("serve",), (80,))]


def test_a_pod() -> None:
    found = read_callers(
        "k8s/app.yaml",
        """
kind: Pod
spec:
  hostNetwork: true
  securityContext: {runAsUser: 1000}
  initContainers:
    - {image: app, args: [migrate]}
  containers:
    - image: app
      command: ["/app"]
      env: [{name: DATA, value: /data}, {name: SECRET, valueFrom: {}}]
      ports: [{containerPort: 443}]
      securityContext: {runAsUser: 0}
      volumeMounts:
        - {name: data, mountPath: /data}
        - {name: tmp, mountPath: /scratch}
        - {name: docker, mountPath: /var/run/docker.sock, readOnly: true}
  volumes:
    - {name: data, persistentVolumeClaim: {claimName: data}}
    - {name: tmp, emptyDir: {}}
    - {name: docker, hostPath: {path: /var/run/docker.sock}}
""",
    )
    app, init = found
    assert (init.command, init.user) == (("migrate",), "1000")
    assert (app.entrypoint, app.user, app.ports, app.host_network) == (("/app",), "0", (443,), True)
    assert app.environment == ("DATA=/data",)
    assert [(m.source, m.target, m.is_bind) for m in app.volumes] == [
        ("data", "/data", True),
        ("/var/run/docker.sock", "/var/run/docker.sock", True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "containers: [\n",
        "containers:\n  - {{ include x }}\n",
        "containers: x",
        "containers: [1, {image: [a]}]",
        "a: &a {containers: *a}",
        "run: docker run 'x",
        "uses: docker/build-push-action@v6",
    ],
)
def test_a_template_or_another_file_says_nothing_of_a_run(text: str) -> None:
    assert all(service.is_build for service in read_callers(".github/workflows/x.yml", text))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("512m", 512 << 20), ("256Mi", 256 << 20), ("1.5gb", 1536 << 20), ("1024", 1024), ("", 0), ("${LIMIT}", 0)],
)
def test_limits_of_memory(text: str, amount: int) -> None:
    assert bytes_of(text) == amount


@pytest.mark.parametrize(
    ("made", "wanted", "alike"),
    [
        ("app", "app:1", True),
        ("app:${TAG:-dev}", "docker.io/library/app@sha256:0", True),
        ("app", "ghcr.io/acme/app:1", True),
        ("${REGISTRY}/app", "app", True),
        ("localhost:5000/app:1", "app", True),
        ("acme/app", "acme/app-worker", False),
        ("acme/app", "other/app", False),
        ("$IMAGE", "$IMAGE", False),
    ],
)
def test_which_image_is_the_one_that_is_built(made: str, wanted: str, alike: bool) -> None:
    build = Service("Makefile", context=".", images=(made,))
    call = Service("k8s/app.yaml", command=("x",), images=(wanted,), source="kubernetes", is_build=False)
    found = joined((build, call))
    assert [service.context for service in found if service.command] == (["."] if alike else [])


def test_only_calls_of_this_dockerfile_count(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in ("web", "api"):
        (tmp_path / name).mkdir()
    (tmp_path / "Makefile").write_text(
        "all:\n\tdocker build -t web web\n\tdocker build -t api -f api/Dockerfile .\n\tdocker run web a\n"
        "\tdocker run api b\n"
    )
    commands = [
        [service.command for service in builds_of(tmp_path / name, None, "Dockerfile").services if service.command]
        for name in ("web", "api")
    ]
    assert commands == [[("a",)], [("b",)]]


_README = """# notes

Build it and run it, with the data beside it:

```console
$ docker build -t acme/notes .
$ docker run -d --rm -p 80:80 \\
    -v "$(pwd)/data:/app/data" acme/notes:latest serve
```

    docker run -u 1000 -v cfg:/etc/notes:ro ghcr.io/acme/notes
    sudo docker run -it -v /tmp:/x other sh

`docker run -it acme/notes sh` looks around.
"""


def test_a_readme_says_what_is_mounted_and_who_runs_it_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ReadMe.md").write_text(_README)
    found = builds_of(tmp_path, None, "Dockerfile").services
    assert [(service.volumes, service.user) for service in found] == [
        ((Mount("$(pwd)/data", "/app/data", is_bind=True),), ""),
        ((), "1000"),
    ]
    assert {(service.file, service.context, service.command, service.ports, service.is_build) for service in found} == {
        ("ReadMe.md", str(tmp_path), (), (), False)
    }
    assert not builds_of(tmp_path, None, "Dockerfile.dev").services


@pytest.mark.parametrize(
    ("values", "template", "ports", "user", "command"),
    [
        ("image: acme/web\nservice:\n  port: 80\n", "", (80,), "", ()),
        ("image: acme/web\nservice:\n  port: 80\n", "  - containerPort: 8080\n", (8080,), "", ()),
        ("image: acme/web\nservice:\n  port: 80\n", "containerPort: {{ .Values.service.port }}\n", (80,), "", ()),
        ("image: acme/web\nservice:\n  port: 80\n  targetPort: 3\n", "containerPort: {{ include }}", (3,), "", ()),
        ("image: acme/web\nargs: [serve, -v]\nsecurityContext:\n  runAsUser: 0\n", "", (), "0", ("serve", "-v")),
        ("image:\n  registry: r.example.com\n  repository: acme/web\n", "", (), "", ()),
    ],
)  # fmt: skip
def test_a_helm_chart(values: str, template: str, ports: tuple[int, ...], user: str, command: tuple[str, ...]) -> None:
    (found,) = read_chart("chart/values.yaml", values, [template])
    assert (found.ports, found.user, found.command, found.is_build) == (ports, user, command, False)
    assert found.images[0].endswith("acme/web")


def test_a_helm_chart_of_several_images() -> None:
    text = "api:\n  image: {repository: acme/api}\n  containerPort: 81\nweb:\n  image: {repository: acme/web}\n"
    found = read_chart("values.yaml", text, ["containerPort: 9000\n"])
    assert sorted((one.images, one.ports) for one in found) == [(("acme/api",), (81,)), (("acme/web",), ())]
    assert read_chart("values.yaml", "a: {{ b }}\n: x\n", []) == ()


@pytest.mark.parametrize(
    ("title", "image", "count"),
    [
        ("# File Box", "acme/file-box:2", 1),
        ('<h1 align="center">FileBox</h1>', "ghcr.io/acme/filebox", 1),
        ("# File Box", "filebox", 0),
        ("# Notes", "acme/file-box", 0),
        ("# Data bases for all", "acme/db", 0),
        ("## File Box", "acme/file-box", 0),
    ],
)
def test_a_readme_runs_the_image_that_is_called_like_it(tmp_path: Path, title: str, image: str, count: int) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "README.md").write_text(f"{title}\n\n```\ndocker run -v ./data:/app/data {image}\n```\n")
    assert len(builds_of(tmp_path, None, "Dockerfile").services) == count


def test_a_digit_of_another_script_is_no_port() -> None:
    (found,) = read_chart("values.yaml", "image: acme/web\nport: ²\n", ["containerPort: " + "9" * 5000])
    assert found.ports == ()
    assert read_command("Makefile", ("docker", "run", "-p", "80:8²", "acme/web")).ports == ()


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (charts._FOLDERS, "helm" + "_a" * 120 + "!"),
        (helm._PORT, "containerPort: {{ .Values." + "a" * 60_000),
        (python_unbuffered._UNBUFFERED, "-" + "u" * 60_000 + "1"),
    ],
)
def test_a_pattern_takes_no_long_time_over_a_text_that_is_made_for_it(pattern: Any, text: str) -> None:
    began = process_time()
    assert pattern.match(text) is None
    assert process_time() - began < 1


def test_a_bake_file_made_to_take_long_does_not() -> None:
    began = process_time()
    assert [service.images for service in bake_services("docker-bake.hcl", 'target "a" {\n' + "tags = [\n" * 30_000)]
    assert process_time() - began < 2


def test_many_builds_and_many_runs_take_no_long_time(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / ".gitignore").write_text("\n".join(f"x{n}*y*z" for n in range(5000)))
    targets = "".join(f'target "t{n}" {{\n  tags = ["a/b{n}"]\n}}\n' for n in range(3000))
    (tmp_path / "docker-bake.hcl").write_text(targets)
    pods = "".join(f"---\nkind: Pod\nspec: {{containers: [{{image: a/b{n}}}]}}\n" for n in range(1000))
    (tmp_path / "pods.yaml").write_text(pods)
    services = "".join(f"  s{n}: {{build: ., env_file: [e{n}.env]}}\n" for n in range(300))
    (tmp_path / "compose.yaml").write_text(f"services:\n{services}")
    began = process_time()
    assert builds_of(tmp_path, None, "Dockerfile").services
    assert process_time() - began < 5


def test_nothing_is_read_through_a_link_out_of_the_repository(tmp_path: Path) -> None:
    inside = tmp_path / "repo"
    (inside / ".git").mkdir(parents=True)
    text = "# Box of files\n\n```\ndocker run -v ./data:/app/data acme/boxoffiles\n```\n"
    (tmp_path / "secret.md").write_text(text)
    (inside / "README.md").symlink_to("../secret.md")
    assert not builds_of(inside, None, "Dockerfile").services
    (inside / "README.md").unlink()
    (inside / "doc.md").write_text(text)
    (inside / "README.md").symlink_to("doc.md")
    assert builds_of(inside, None, "Dockerfile").services


def test_lines_that_run_something_in_a_container(tmp_path: Path) -> None:
    recipe = "shell:\n\tdocker compose exec \\\n\t  web vim\n\nup:\n\texec ./up\n\tdocker compose run --rm web curl x\n"
    (tmp_path / "Makefile").write_text(recipe)
    (tmp_path / "README.md").write_text("Run `docker exec -it web less log`\n\nThen run docker compose up.\n")
    assert builds_of(tmp_path).execs == (
        "docker compose exec  \t  web vim",
        "docker compose run --rm web curl x",
        "Run `docker exec -it web less log`",
    )


def test_what_kubernetes_runs_beside_the_process() -> None:
    manifest = """\
spec:
  containers:
    - image: web
      livenessProbe: {exec: {command: [curl, localhost]}}
      readinessProbe: {httpGet: {port: 80}}
      lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
"""
    (found,) = read_callers("k8s/web.yaml", manifest)
    assert found.probes == ("curl", "localhost", PROBES_END, "sleep", "5", PROBES_END)


def test_a_justfile_with_variables_of_its_own() -> None:
    text = 'image := "acme/app"  # ours\n\nup *args:\n    @docker build -t {{ image }} .\n'
    text += "    -docker run {{image}} {{args}}\n"
    build, call = read_callers("justfile", text)
    assert (build.images, build.context, call.images, call.command) == (("acme/app",), ".", ("acme/app",), ("${args}",))


@pytest.mark.parametrize(
    ("line", "context"),
    [
        ("if true; then cd sub; fi", "$PWD"),
        ("make && cd sub", "$PWD"),
        ('DIR="$(cd "$(dirname "$0")" && pwd)"', "."),
        ("(cd sub && make)", "."),
    ],
)
def test_a_script_that_goes_elsewhere_builds_there(line: str, context: str) -> None:
    assert [service.context for service in read_callers("run.sh", f"{line}\ndocker build .\n")] == [context]


def test_thousands_of_builds_and_calls_of_one_name_take_no_time() -> None:
    lines = [f"docker build -t app:{at} --target t{at} .\ndocker run app:{at} x{at}" for at in range(1000)]
    found = joined(read_callers("run.sh", "\n".join(lines)))
    assert sum(service.is_build for service in found) == 1000
    assert len(found) < 110_000
    same = [f"docker build -t app:{at} .\ndocker run app x{at}" for at in range(20)]
    assert len(joined(read_callers("run.sh", "\n".join(same)))) == 40  # builds that differ in tags alone say the same
