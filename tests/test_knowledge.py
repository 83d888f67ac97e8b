from __future__ import annotations

import json
import re
from typing import Any

import pytest

from hardener.errors import Refusal
from hardener.knowledge import UNKNOWN, BaseImage, User, base_image
from hardener.knowledge.cache_mounts import cache_mounts
from hardener.knowledge.cleaning import cleanings
from hardener.knowledge.facts import facts
from hardener.knowledge.inits import InitPackage, init_for, init_package, is_init, is_supervisor, must_be_pid1
from hardener.knowledge.splitting import runtime_packages
from hardener.knowledge.tags import reaches, read_tag, release_reaches
from hardener.knowledge.users import UserPlan, create_user, is_root_only, needs_root, user_of
from hardener.packages.commands import package_commands
from hardener.packages.managers import (
    PackageManager,
    helper_label,
    is_system_tool,
    manager,
    manager_of,
    managers,
)
from hardener.syntax.image_reference import ImageReference
from tests.corpus import FACTS, WILD, needs, samples

SHA = "@sha256:" + "0" * 64
CONFIDENCE = {"source-read", "docs", "issue-read", "memory", "verified"}


def known(text: str) -> BaseImage:
    image = look_up(text)
    assert image is not None, text
    return image


def look_up(text: str) -> BaseImage | None:
    reference = ImageReference.parse(text)
    assert reference is not None, text
    return base_image(reference)


FAMILIES = [
    # reference, family, distro, release, oldest release possible, package manager
    ("node", "node", "debian", None, "bookworm", "apt"),
    ("node:22", "node", "debian", None, "bookworm", "apt"),
    ("node:18", "node", "debian", None, "bullseye", "apt"),
    ("node:22.1.0-bookworm-slim", "node-slim", "debian", "bookworm", "bookworm", "apt"),
    ("node:lts-slim", "node-slim", "debian", None, "bookworm", "apt"),
    ("node:20-alpine3.19", "node-alpine", "alpine", "3.19", "3.19", "apk"),
    ("node:20-alpine", "node-alpine", "alpine", None, "3.17", "apk"),
    ("docker.io/library/node:22-alpine", "node-alpine", "alpine", None, "3.17", "apk"),
    ("arm64v8/node:22-alpine", "node-alpine", "alpine", None, "3.17", "apk"),
    ("public.ecr.aws/docker/library/node:22", "node", "debian", None, "bookworm", "apt"),
    ("python:3.11-bookworm", "python", "debian", "bookworm", "bookworm", "apt"),
    ("python:3.12-slim", "python-slim", "debian", None, "bookworm", "apt"),
    ("python:3.15.0a2-slim-trixie", "python-slim", "debian", "trixie", "trixie", "apt"),
    ("python:3.9-alpine", "python-alpine", "alpine", None, "3.6", "apk"),
    ("python:2.7", "python-2", "debian", None, None, "apt"),
    ("golang:1.22-alpine3.20", "golang-alpine", "alpine", "3.20", "3.20", "apk"),
    ("debian:12.5-slim", "debian-slim", "debian", "bookworm", "bookworm", "apt"),
    ("debian:buster-20230101", "debian", "debian", "buster", "buster", "apt"),
    ("ubuntu", "ubuntu-noble-and-newer", "ubuntu", None, "24.04", "apt"),
    ("ubuntu:18.04", "ubuntu-jammy-and-older", "ubuntu", "18.04", "18.04", "apt"),
    ("ubuntu:noble-20240423", "ubuntu-noble-and-newer", "ubuntu", "24.04", "24.04", "apt"),
    ("alpine:3.19.1", "alpine", "alpine", "3.19", "3.19", "apk"),
    ("fedora:40", "fedora", "fedora", "40", "40", "dnf"),
    ("rockylinux:9-minimal", "rockylinux-minimal", "rocky", "9", "9", "microdnf"),
    ("centos:7.9.2009", "centos-7-and-older", "centos", "7", "7", "yum"),
    ("quay.io/centos/centos:stream9", "centos-8-and-stream", "centos", "stream9", "stream9", "dnf"),
    ("amazonlinux:2", "amazonlinux2", "amazonlinux", "2", "2", "yum"),
    ("amazonlinux:2023", "amazonlinux", "amazonlinux", "2023", "2023", "dnf"),
    ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", "ubi-minimal", "rhel", "9", "9", "microdnf"),
    ("php:8.2-fpm-alpine", "php-fpm-alpine", "alpine", None, "3.14", "apk"),
    ("php:8.2-apache", "php-apache", "debian", None, "bullseye", "apt"),
    ("nginx:1.27-alpine-slim", "nginx-alpine-slim", "alpine", None, "3.17", "apk"),
    ("postgres:16-alpine3.20", "postgres-alpine", "alpine", "3.20", "3.20", "apk"),
    ("postgres:18", "postgres-18", "debian", None, "bookworm", "apt"),
    ("redis:7.2", "redis-7-and-older", "debian", None, "bookworm", "apt"),
    ("mysql:8.0", "mysql", "oraclelinux", None, None, "microdnf"),
    ("mariadb:11-ubi", "mariadb-ubi", "rhel", None, None, "microdnf"),
    ("openjdk:17-jdk-slim-bullseye", "openjdk-slim", "debian", "bullseye", "bullseye", "apt"),
    ("openjdk:17", "openjdk-oracle", "oraclelinux", None, None, "microdnf"),
    ("eclipse-temurin:21-jre-jammy", "eclipse-temurin-jre", "ubuntu", "22.04", "22.04", "apt"),
    ("maven:3.9-eclipse-temurin-21-alpine", "maven-alpine", "alpine", None, None, "apk"),
    ("gcr.io/distroless/nodejs22-debian12:nonroot", "distroless-nodejs", "distroless", "bookworm", "bookworm", None),
    (
        "mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled",
        "dotnet-chiseled",
        "ubuntu-chiseled",
        "22.04",
        "22.04",
        None,
    ),
    ("mcr.microsoft.com/dotnet/aspnet:8.0", "dotnet-aspnet-debian", "debian", None, "bookworm", "apt"),
    ("mcr.microsoft.com/dotnet/aspnet:10.0", "dotnet-aspnet", "ubuntu", None, "24.04", "apt"),
    ("nvidia/cuda:12.1.0-cudnn8-runtime-ubuntu22.04", "nvidia-cuda", "ubuntu", "22.04", "22.04", "apt"),
    ("cgr.dev/chainguard/node:latest-dev", "chainguard-dev", "wolfi", None, None, "apk"),
    ("bitnami/minideb:bookworm", "minideb", "debian", "bookworm", "bookworm", "apt"),
]


@pytest.mark.parametrize(("text", "expected"), [(row[0], row[1:]) for row in FAMILIES])
def test_family(text: str, expected: tuple[str | None, ...]) -> None:
    image = known(text)
    assert (image.family, image.distro, image.release, image.release_floor, image.pkg_manager) == expected


@pytest.mark.parametrize(
    "text",
    [
        "node" + SHA,  # a digest alone does not say which variant
        "node:22-something",
        "node:22-slim-buster-custom",
        "tomcat:9.0.30",  # Debian then, Ubuntu now
        "mysql:8.0.20",  # Debian then, Oracle Linux now
        "amazonlinux:2018.03",
        "oven/bun:1-distroless",
        "debian:7f3a9c",
        "myorg/node:22",
        "ghcr.io/nodejs/node:22",
        "gcr.io/distroless/unheard-of",
        "library",
    ],
)
def test_unknown_is_an_answer(text: str) -> None:
    assert look_up(text) is None


def test_digest_with_tag_is_known_by_the_tag() -> None:
    assert known("node:22-slim" + SHA).family == "node-slim"


def test_digest_alone_is_known_where_a_repository_has_one_variant() -> None:
    image = known("gcr.io/distroless/static-debian12" + SHA)
    # root or nonroot is a question of the tag
    assert (image.family, image.runs_as_root, image.default_user) == ("distroless-static", None, UNKNOWN)


def test_configuration_of_node() -> None:  # I03, I04, U19
    image = known("node:22-slim")
    assert image.entrypoint == ("docker-entrypoint.sh",)
    assert image.cmd == ("node",)
    assert (image.program, image.entrypoint_inspects_args) == ("node", True)
    assert image.app_user == User("node", 1000, 1000, "/home/node")
    assert (image.has_curl, image.has_ca_certificates, image.bash, image.shell) == (
        False,
        False,
        True,
        ("/bin/sh", "-c"),
    )
    assert (image.runs_as_root, image.healthcheck, image.onbuild, image.windows) == (True, False, False, False)
    assert image.source.startswith("nodejs/docker-node")


def test_none_and_unknown_stay_apart() -> None:
    assert known("python:3.12").entrypoint is None
    assert known("nginx:1.14").entrypoint is UNKNOWN  # had no entry point script then
    assert known("nginx:1.14").init_in_image is UNKNOWN
    assert known("nginx:1.27").entrypoint == ("/docker-entrypoint.sh",)
    assert known("node:18-onbuild").cmd is UNKNOWN
    assert known("node:18-onbuild").onbuild


def test_what_a_word_of_the_tag_changes() -> None:
    root = known("gcr.io/distroless/static-debian12")
    other = known("gcr.io/distroless/static-debian12:nonroot")
    debug = known("gcr.io/distroless/static-debian12:debug-nonroot")
    assert (root.runs_as_root, other.runs_as_root, debug.runs_as_root) == (True, False, False)
    assert (other.default_user, other.workdir) == ("65532", "/home/nonroot")
    assert (root.entrypoint, debug.entrypoint) == (None, UNKNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "golang:1.22-windowsservercore-ltsc2022",
        "mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809",
        "mcr.microsoft.com/windows/servercore:ltsc2022",
        "microsoft/nanoserver",
    ],
)
def test_windows(text: str) -> None:  # B20
    image = known(text)
    assert (image.windows, image.distro, image.pkg_manager, image.runs_as_root) == (True, None, None, None)
    assert image.shell == ("cmd", "/S", "/C")
    assert isinstance(create_user(image), Refusal)
    assert isinstance(init_for(image), Refusal)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("debian:buster", True),
        ("python:3.8-slim-stretch", True),
        ("debian:bookworm", False),
        ("ubuntu:18.04", False),  # LTS releases stay where they were
        ("ubuntu:19.10", True),
        ("centos:7", True),
        ("alpine:3.4", False),
        ("node:22", None),
    ],
)
def test_archive_moved(text: str, moved: bool | None) -> None:  # B17
    assert known(text).archive_moved is moved


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("node:14", True),
        ("node:16-slim", True),
        ("python:3.8.2", True),
        ("python:3.8", False),  # built again while 3.8 lived
        ("python:3.12.1", False),
        ("node:14-bullseye", False),
        ("node:14-alpine", False),
        ("debian:buster", False),  # that it has moved is known
    ],
)
def test_archive_may_have_moved(text: str, may: bool) -> None:  # B16, B17
    assert known(text).archive_may_have_moved is may


def test_scratch() -> None:
    image = known("scratch")
    assert (image.has_shell, image.pkg_manager, image.runs_as_root) == (False, None, True)
    assert (image.entrypoint, image.cmd, image.workdir) == (None, None, None)
    assert create_user(image) == UserPlan(None, 10001, 10001, None, "/")  # U17


@pytest.mark.parametrize(
    ("text", "binary"),
    [
        ("node:22", "/usr/bin/tini"),
        ("node:22-alpine", "/sbin/tini"),  # I07
        ("ubuntu:20.04", "/usr/bin/tini"),
        ("debian:bookworm-slim", "/usr/bin/tini"),
        ("fedora:40", "/usr/bin/tini"),
    ],
)
def test_init_package(text: str, binary: str) -> None:
    found = init_for(known(text))
    assert isinstance(found, InitPackage)
    assert found.binary == binary
    assert "tini" in found.shell_command


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("ubuntu:18.04", "I10"),
        ("amazonlinux:2023", "I10"),
        ("registry.access.redhat.com/ubi9/ubi", "I10"),
        ("openjdk:8-jre-slim", "I10"),  # no suite, so it may be old
        ("debian:buster", "B17"),
        ("gcr.io/distroless/static", "I06"),
        ("denoland/deno", "I05"),
        ("jenkins/jenkins:lts", "I05"),
        ("lscr.io/linuxserver/plex:1", "I05"),
        ("public.ecr.aws/lambda/python:3.12", "I05"),
        ("nginx:1.14", "I05"),
    ],
)
def test_no_init(text: str, spec: str) -> None:
    refusal = init_for(known(text))
    assert isinstance(refusal, Refusal)
    assert refusal.spec == spec


def test_init_of_a_distribution() -> None:
    assert isinstance(init_package("ubuntu", "18.04", "dumb-init"), InitPackage)  # I10: dumb-init is older
    assert isinstance(init_package("ubuntu", "16.04", "dumb-init"), Refusal)
    assert isinstance(init_package("debian", "stretch"), Refusal)
    assert isinstance(init_package("debian", None, floor="bookworm"), InitPackage)
    assert isinstance(init_package(None, None), Refusal)
    assert isinstance(init_package("debian", "bookworm", "gosu"), Refusal)


@pytest.mark.parametrize(
    ("argv", "init", "pid1"),
    [
        (("tini", "--", "node"), True, False),
        (("/usr/bin/dumb-init", "x"), True, False),
        (("/init",), True, True),
        (("/sbin/my_init",), True, True),
        (("/lib/systemd/systemd",), True, True),
        (("/app/init.sh",), False, False),
        (("node", "tini"), False, False),
        (("supervisord", "-n"), False, False),
        ((), False, False),
    ],
)
def test_is_init(argv: tuple[str, ...], init: bool, pid1: bool) -> None:  # I05
    assert (is_init(argv), must_be_pid1(argv)) == (init, pid1)


def test_supervisors_reap_themselves() -> None:
    assert is_supervisor(("/usr/bin/supervisord", "-n"))
    assert not is_supervisor(("tini",))


def test_user_of_the_image_is_reused() -> None:  # U19
    assert create_user(known("node:22-alpine")) == UserPlan("node", 1000, 1000, None, "/home/node")
    assert create_user(known("mcr.microsoft.com/dotnet/aspnet:8.0")) == UserPlan("app", 1654, 1654, None, "/home/app")
    assert create_user(known("gcr.io/distroless/cc-debian12")) == UserPlan(
        "nonroot", 65532, 65532, None, "/home/nonroot"
    )
    # uid 1000 of ubuntu >= 23.04 is no application's user
    made = create_user(known("ubuntu:24.04"))
    assert isinstance(made, UserPlan)
    assert made.uid == 10001


def test_user_to_create() -> None:  # U18
    debian = create_user(known("python:3.12-slim"), home="/app")
    assert isinstance(debian, UserPlan)
    assert debian.shell_command == (
        "groupadd -r -g 10001 app && useradd --no-log-init -r -m -u 10001 -g app -d /app -s /usr/sbin/nologin app"
    )
    alpine = create_user(known("python:3.12-alpine"), home="/app")
    assert isinstance(alpine, UserPlan)
    assert alpine.shell_command == "addgroup -S -g 10001 app && adduser -S -D -h /app -u 10001 -G app app"


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("ghcr.io/astral-sh/uv:0.5", "U18"),
        ("bitnami/redis:7.0", "U18"),
        ("lscr.io/linuxserver/plex", "U18"),
    ],
)
def test_user_that_cannot_be_created(text: str, spec: str) -> None:
    refusal = create_user(known(text))
    assert isinstance(refusal, Refusal)
    assert refusal.spec == spec


@pytest.mark.parametrize("text", ["registry.access.redhat.com/ubi9/ubi-minimal", "amazonlinux:2023", "amazonlinux:2"])
def test_a_number_where_no_account_can_be_created(text: str) -> None:  # U16
    user = create_user(known(text))
    assert isinstance(user, UserPlan)
    assert (user.uid, user.gid, user.shell_command, user.has_account) == (10001, 10001, None, False)


def test_images_that_leave_root_themselves() -> None:  # U08, U09
    assert "gosu postgres" in str(known("postgres:16").drops_privileges)
    assert known("nginx:1.27").needs_root is not None
    assert known("docker:24-dind").needs_root is not None
    assert known("python:3.12").drops_privileges is None


@pytest.mark.parametrize("program", ["cron", "/usr/sbin/sshd", "gosu", "su-exec", "apt-get", "dockerd", "nginx"])
def test_needs_root(program: str) -> None:  # U20
    assert needs_root((program, "-x"))


def test_needs_no_root() -> None:
    assert needs_root(("node", "server.js")) is None
    assert needs_root(("/app/cron-job",)) is None
    assert needs_root(()) is None


def test_root_only_paths() -> None:  # U05
    assert is_root_only("/root/.cache")
    assert is_root_only("/root")
    assert not is_root_only("/rootfs")


def test_user_of() -> None:
    assert user_of(known("nginx:1.27"), "nginx") == (101, 101)
    assert user_of(known("nginx:1.27"), "nobody-knows") is None


@pytest.mark.parametrize(
    ("command", "verb", "operands", "meanings"),
    [
        ("apt-get -y install -t bookworm-backports curl git=1:2", "install", "curl git=1:2", "named"),
        ("/usr/bin/apt update", "update", "", "lists"),
        ("apt-get remove curl", "remove", "curl", "remove"),
        ("apk add --no-cache --virtual .deps gcc", "add", "gcc", "named"),
        ("dnf install -y --enablerepo epel tini", "install", "tini", "named"),
        ("pip3.11 install -r requirements.txt flask", "install", "flask", "named"),
        ("pip download x", "download", "x", "fetch"),
        ("npm ci --omit=dev", "ci", "", "project"),
        ("npm --loglevel error install", "install", "", "named project"),
        ("yarn --frozen-lockfile", "install", "", "project"),
        ("yarn build", "build", "", "run"),
        ("yarn global add pm2", "global add", "pm2", "named"),
        ("uv pip install --system x", "pip install", "x", "named"),
        ("uv -q pip install --only-binary :all: x", "pip install", "x", "named"),
        ("go mod download", "mod download", "", "fetch"),
        ("cargo +nightly build --release", "build", "", "run"),
        ("apk add -- -odd", "add", "-odd", "named"),
        ("mvn -q -f a/pom.xml package", "", "package", "run"),
        ("uv frobnicate x", "frobnicate", "x", ""),
        ("conda env frobnicate", "env frobnicate", "", ""),
        ("apt-get $VERB x", "$VERB", "x", ""),
    ],
)
def test_verbs(command: str, verb: str, operands: str, meanings: str) -> None:
    (found,) = package_commands(command)
    words = " ".join(word.raw for word in found.operands)
    assert (found.verb, words, " ".join(sorted(found.meanings))) == (verb, operands, meanings)
    assert bool(found.unknown) is not bool(meanings)


@pytest.mark.parametrize("command", ["yarn --version", "npm -v", "brew install x", "pacman -Syu git", "pip"])
def test_no_command_of_a_package_manager(command: str) -> None:
    assert package_commands(command) == ()


def test_package_managers() -> None:
    assert manager_of("brew") is None
    apt = manager("apt")
    assert apt is not None
    assert (cleanings()["apt"].commands, apt.no_recommends) == (
        ("rm -rf /var/lib/apt/lists/*",),
        "--no-install-recommends",
    )
    assert is_system_tool("dpkg")
    assert is_system_tool("aptitude")
    assert not is_system_tool("npm")
    assert helper_label("pecl") == "php extensions"
    named = {image.pkg_manager for image in map(known, (row[0] for row in FAMILIES)) if image.pkg_manager}
    assert all(manager(name) for name in named)


@pytest.mark.parametrize("described", managers().values(), ids=lambda described: described.name)
def test_all_that_is_known_of_a_manager_is_about_verbs_it_has(described: PackageManager) -> None:
    mount = next((row.verbs for row in cache_mounts() if row.name == described.name), frozenset[str]())
    cleaning = cleanings().get(described.name)
    named = described.writes | described.fills | mount | (cleaning.verbs if cleaning else frozenset())
    assert {verb for verb in named if verb and not described.meanings(verb)} == set()
    assert described.shares_lists in {"", *managers()}


def test_a_version_belongs_to_the_name_of_few_programs() -> None:
    assert manager_of("pip3.11") is manager("pip")
    assert manager_of("gem2.7") is manager("gem")
    assert manager_of("npm8") is None
    assert manager_of("dnf5") is manager("dnf")


def test_runtime_packages_belong_to_a_release() -> None:
    assert runtime_packages("bookworm", "libicu-dev") == ("libicu72",)
    assert runtime_packages("trixie", "libicu-dev") == ("libicu76",)
    assert runtime_packages("buster", "libicu-dev") is None
    assert runtime_packages(None, "libicu-dev") is None
    assert runtime_packages("bookworm", "unheard-of-dev") is None


def test_tags() -> None:
    tag = read_tag("v3.12.1rc1-jdk21-slim-bookworm-20240101")
    assert (tag.version, tag.suite, tag.words) == ((3, 12, 1), ("debian", "bookworm"), {"jdk", "slim"})
    assert read_tag("18.04").number == "18.04"
    assert reaches((3,), (3, 9))
    assert not reaches((3, 8), (3, 9))
    assert release_reaches("debian", "bookworm", "buster")
    assert release_reaches("debian", "lenny", "buster") is None
    assert release_reaches("ubuntu", "20.04", "18.10")


@pytest.mark.parametrize("record", facts("images")["records"], ids=lambda record: record["family"])
def test_every_image_record_says_where_it_is_from(record: dict[str, Any]) -> None:
    assert record["confidence"] in CONFIDENCE
    assert record["source"]
    assert record["images"]
    assert record["distro"] is None or record["distro"] in facts("images")["distros"]
    assert record.get("app_user") in {None, *(user[0] for user in record.get("users", ()))}


def test_every_other_record_says_where_it_is_from() -> None:
    rows = [
        *facts("managers")["managers"].values(),
        facts("libraries"),
        facts("libraries")["alpine"],
        facts("splitting"),
    ]
    rows += facts("inits")["packages"] + [facts("inits")[key] for key in ("inits", "supervisors", "pid1")]
    rows += (
        facts("users")["needs_root"]
        + facts("servers")["servers"]
        + facts("users")["accounts"]
        + [facts("users")["root_only"], *facts("users")["plans"].values()]
    )
    rows += [row for distro in ("debian", "ubuntu", "centos") for row in facts("suites")[distro]]
    assert len(rows) > 100
    for row in rows:
        assert row["confidence"] in CONFIDENCE, row
        assert row["source"], row


def test_families_are_named_once() -> None:
    names = [record["family"] for record in facts("images")["records"]]
    assert len(names) == len(set(names))


BASE = FACTS / "base_images.json"


def spelled(tag: str) -> str:
    """Make a tag of what the fact files call one: `<v>-slim`, `8.19.x`, `latest (USER 0 …)`."""
    tag = tag.partition(" ")[0]
    for old, new in {
        "<codename>": "bookworm",
        "<suite>": "bookworm",
        "YYYYMMDD.N": "20240101.0.1",
        "YYYYMMDD": "20240101",
    }.items():
        tag = tag.replace(old, new)
    return re.sub(r"\.x\b", "", tag)


# words of the fact files that name no tag, and what stands for a version of which image
NO_TAG = {"only", "", "<v>-debian-12-r<n>", "php8.3-apache-x"}
VERSIONS = {
    "node": "22",
    "python": "3.12",
    "golang": "1.24",
    "rust": "1.80",
    "ruby": "3.3",
    "php": "8.3",
    "perl": "5.40",
}
VERSIONS |= {"postgres": "16", "nginx": "1.28", "erlang": "27", "elixir": "1.18", "swift": "6.1", "tomcat": "10.1"}
VERSIONS |= {"rabbitmq": "4.1", "mariadb": "11.8"} | dict.fromkeys(("aspnet", "runtime", "runtime-deps"), "8.0-noble")
# no shell and another configuration, which nobody has read; and a tag that NVIDIA does not publish
LEFT_OUT = {"denoland/deno:bin", "denoland/deno:distroless", "nvidia/cuda:latest"}


@needs(BASE)
def test_all_facts_are_carried_over() -> None:
    missing = []
    count = 0
    for fact in json.loads(BASE.read_text(encoding="utf-8")):
        for name in fact["images"]:
            for tag in fact["tags"]:
                text = name.replace("*", "something")
                version = VERSIONS.get(name.rpartition("/")[2], "12")
                written = re.sub(r"<[vn]>|(?<![\w.])\*(?=-)", version, spelled(tag))
                if written in NO_TAG or "*" in written or f"{text}:{written}" in LEFT_OUT:
                    continue
                count += 1
                image = look_up(f"{text}:{written}")
                if image is None or (image.distro is None and fact["distro"]):
                    missing.append(f"{text}:{written} ({fact['family']})")
                elif (
                    isinstance(fact["default_user_is_root"], bool)
                    and "non" not in written
                    and image.runs_as_root is not None
                ):
                    assert image.runs_as_root == fact["default_user_is_root"], (text, written)
    assert count > 300
    assert not missing, "\n".join(missing)


@needs(WILD)
def test_no_reference_of_real_files_raises() -> None:
    found = tried = 0
    for sample in samples(WILD):
        for line in re.findall(rb"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)", sample.data, re.M | re.I):
            reference = ImageReference.parse(line.decode("utf-8", "surrogateescape"))
            if reference is None:
                continue
            tried += 1
            image = base_image(reference)
            if image is not None:
                found += 1
                assert image.confidence in CONFIDENCE
                assert isinstance(create_user(image), UserPlan | Refusal)
                assert isinstance(init_for(image), InitPackage | Refusal)
    assert found / tried > 0.7
