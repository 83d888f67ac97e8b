"""What COPY and ADD bring where, and what of a stage hints at Windows."""

from __future__ import annotations

import pytest

from hardener.image.file_contents import in_context, placed, text_at
from hardener.image.files import Copied, brought_before, copied, target_of
from hardener.image.model import Model
from hardener.image.pulled_images import pulled
from hardener.project.context import Files
from hardener.project.context_tree import ContextTree
from hardener.rules.base import Lookup
from hardener.syntax.dockerfile.nodes import Expose
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.dockerfile.views import Port, ports

TREE = ContextTree(("app/main.py", "app/web/index.html", "docs/a.md", "package.json", "start.sh"))
TEXTS = {Lookup("text", "start.sh"): "#!/bin/sh\n"}
FILES = {Lookup("tree", ""): TREE, **TEXTS}


def model_of(*lines: str) -> Model:
    return Model(parse("\n".join(("FROM debian:trixie-slim", *lines, ""))))


def only(*lines: str, tree: ContextTree | None = TREE) -> Copied | None:
    model = model_of(*lines)
    return copied(model, model.stages[-1].node.body[-1], tree)


@pytest.mark.parametrize(
    ("line", "sources", "names", "target", "into"),
    [
        ("COPY start.sh /bin/start", ("start.sh",), ("start.sh",), "/bin/start", False),
        ("COPY ./start.sh bin/", ("./start.sh",), ("start.sh",), "/srv/bin", True),
        ("COPY . .", (".",), ("",), "/srv", True),
        ("COPY app //opt/x/../y", ("app",), ("app",), "/opt/y", True),
        ("COPY a*/*.py /x", ("a*/*.py",), ("app/main.py",), "/x", False),
        ("COPY *.md package.json /x/", ("*.md", "package.json"), ("package.json",), "/x", True),
        ("COPY start.sh /srv", ("start.sh",), ("start.sh",), "/srv", True),  # WORKDIR makes the folder
        ('COPY ["start.sh", "$D/"]', ("start.sh",), ("start.sh",), "/data", True),  # a JSON form is expanded too
    ],
)
def test_what_a_copy_brings(
    line: str, sources: tuple[str, ...], names: tuple[str, ...], target: str, *, into: bool
) -> None:
    found = only("ENV D=/data", "WORKDIR /srv", line)
    assert found is not None
    assert (found.sources, found.names, found.target, found.into) == (sources, names, target, into)
    assert found.is_whole


@pytest.mark.parametrize(
    "line",
    ["COPY gone.txt start.sh /x/", "COPY *.gone /x/", "ADD https://a.b/c?d start.sh /x/", "COPY --parents app /x/"],
)
def test_what_a_copy_brings_besides_is_not_known(line: str) -> None:
    found = only(line)
    assert found is not None
    assert not found.is_whole


@pytest.mark.parametrize("line", ["COPY $X /x", "COPY start.sh $X", 'COPY ["it\'s", "/x"]', "RUN cp a /x"])
def test_what_cannot_be_expanded_is_not_known(line: str) -> None:
    assert only("ARG X", line) is None


def test_the_target_is_known_without_the_sources() -> None:
    model = model_of("ARG X", "COPY $X /x")
    assert target_of(model, model.stages[0].node.body[-1]) == "/x"


def test_where_a_path_arrives_and_where_it_came_from() -> None:
    found = only("COPY app start.sh /srv/")
    assert found is not None
    assert found.place("app/web/index.html") == "/srv/web/index.html"
    assert found.place("start.sh") == "/srv/start.sh"
    assert found.place("package.json") is None
    assert list(found.origins("/srv/main.py")) == ["app/main.py"]
    assert list(found.files()) == ["app/main.py", "app/web/index.html", "start.sh"]


def test_a_file_lies_in_the_folder_that_it_is_copied_to() -> None:
    """`COPY start.sh /usr/local/bin` puts it there, with or without the last `/`."""
    model = model_of("COPY start.sh /usr/local/bin", "CMD start.sh")
    brought = brought_before(model, model.stages[0], model.stages[0].node.body[-1], TREE)
    assert brought.origin("/usr/local/bin/start.sh") == "start.sh"
    assert in_context(model, model.stages[0], "/usr/local/bin/start.sh", Files(FILES)) == "start.sh"


def test_the_folder_of_a_manifest() -> None:
    model = model_of("WORKDIR /srv", "COPY package.json .", "COPY app web", "RUN true")
    brought = brought_before(model, model.stages[0], model.stages[0].node.body[-1], TREE)
    assert brought.folder_of("package.json", "/srv") == ""
    assert brought.folder_of("index.html", "/srv/web/web") == "app/web"
    assert brought.folder_of("index.html", "/srv") is None
    assert brought.folder_by_copy("/srv/web") == "app"
    assert brought.folder_by_copy("/opt") is None


def test_the_last_one_counts_be_it_a_heredoc() -> None:
    model = model_of("COPY start.sh /s", "COPY <<EOF /s", "exec a", "EOF")
    stage, files = model.stages[0], Files(FILES)
    assert text_at(model, stage, "/s", files) == "exec a\n"
    assert in_context(model, stage, "/s", files) is None
    assert placed(model, stage, "/s", files).head == b"exec a\n"


def test_a_file_is_followed_through_stages_and_never_in_a_circle() -> None:
    text = (
        "FROM debian AS a\nCOPY start.sh /s\n"
        "FROM debian AS b\nCOPY --from=a /s /t\nCOPY --from=b /u /u\nCOPY --from=c /u /u\n"
        "FROM debian AS c\n"
    )
    model, files = Model(parse(text)), Files(FILES)
    assert text_at(model, model.stages[1], "/t", files) == "#!/bin/sh\n"
    assert text_at(model, model.stages[1], "/u", files) is None
    assert placed(model, model.stages[1], "/u", files)[:2] == (True, None)


@pytest.mark.parametrize(
    ("text", "windows", "posix"),
    [
        ("FROM debian", False, True),
        ("FROM debian AS a\nFROM a", False, True),
        ("FROM acme/app:1", False, True),
        ("# escape=`\nFROM debian", False, False),
        ("FROM golang:1.22-windowsservercore-ltsc2022", True, False),
        ("FROM acme/app:nanoserver AS a\nFROM a", True, False),
        ("FROM --platform=windows/amd64 acme/app", True, False),
    ],
)
def test_what_hints_at_windows(text: str, *, windows: bool, posix: bool) -> None:
    stage = Model(parse(text + "\n")).stages[-1]
    assert (stage.is_windows, stage.is_posix) == (windows, posix)


def test_images_of_flags() -> None:
    model = model_of(
        "COPY --from='acme/a:1' /a /a",
        'RUN --mount=type=bind,FROM=acme/b:2,target=/b --mount="type=bind,from=acme/c:3,target=/c" true',
    )
    found = {str(one.reference): one.carrier for one in pulled(model)[1:]}
    assert list(found) == ["acme/a:1", "acme/b:2", "acme/c:3"]
    for reference, carrier in found.items():
        assert not isinstance(carrier, tuple)
        flag = carrier.node.flags[carrier.flag or 0].text  # type: ignore[union-attr]
        assert flag[carrier.start : carrier.end] == reference  # type: ignore[union-attr]


def test_ports() -> None:
    model = model_of('EXPOSE 80 53/UDP 8000-8010/tcp 127.0.0.1:9000:90 $PORT "443" ${P:-80}')
    node = model.stages[0].node.body[-1]
    assert isinstance(node, Expose)
    assert ports(node, "\\") == (
        Port(80, 80, "tcp"), Port(53, 53, "udp"), Port(8000, 8010, "tcp"), Port(90, 90, "tcp"),
        Port(None, None, "tcp"), Port(443, 443, "tcp"), Port(None, None, "tcp"),
    )  # fmt: skip
