"""Where add-init puts an init: into a list of the file, into a RUN of its own, or nowhere."""

from __future__ import annotations

import pytest

from hardener import Options, Safety, harden
from hardener.image.model import Model, image_lookup
from hardener.knowledge.configuration import Configuration
from hardener.project.builds import Builds, Service
from hardener.project.context import Files, Lookup
from hardener.rules.add_init.process import Process
from hardener.rules.add_init.rule import AddInit
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.image_reference import ImageReference
from tests.parts import known, last

OWN, LIST, THERE = "a RUN of its own", "in the list", "there already"
CURL = "apt-get install -y curl"


def rewritten(*lines: str, cmd: str = 'CMD ["/a"]') -> str:
    """Return what add-init makes of a file."""
    text = "\n".join(("FROM debian:12", *lines, "COPY a /a", cmd, ""))
    result = harden(text, options=Options(level=Safety.UNSAFE, select=frozenset({"add-init"})))
    assert not result.faults
    return result.code


@pytest.mark.parametrize(
    ("run", "where"),
    [
        (f"apt-get update && {CURL}", LIST), (f"apt-get update; {CURL}", LIST), (f"apt-get update; {CURL}; ls", OWN),
        (f"set -e; apt-get update; {CURL}; ls", LIST), (f"set -ex; apt-get update; {CURL}; ls", LIST),
        (f"set -x; apt-get update; {CURL}; ls", OWN), (f"ls -e; apt-get update; {CURL}; ls", OWN),
        (f"set -e; set +e; apt-get update; {CURL}; ls", OWN), (f"set -e; apt-get update; {CURL} && ls; ls", OWN),
        (f"apt-get update && {CURL} || true", OWN), (f"apt-get update || {CURL}", OWN), (f"true | {CURL}", OWN),
        (f"apt-get update && ! {CURL}", OWN), (f"apt-get update && if true; then {CURL}; fi", OWN), (CURL, OWN),
        (f"apt-get update && {CURL} && rm -rf /usr/bin/*", OWN), (f"true && exit; apt-get update && {CURL}", OWN),
        (f"apt-get update && {CURL} && s=$(apt-mark showmanual) && apt-mark auto '.*' && apt-mark manual $s", LIST),
        (f"apt-get update && {CURL} && apt-mark auto '.*' && s=$(apt-mark showmanual) && apt-mark auto '.*' "
         "&& apt-mark manual $s", OWN),
        (f"apt-get update && {CURL} && s=$(apt-mark showmanual) && apt-mark auto '.*' && apt-mark manual $t", OWN),
        (f"apt-get update && {CURL} && s=$(apt-mark showmanual) && apt-mark auto '.*' && apt-mark manual $s "
         "&& apt-mark auto '.*'", OWN),
        (f"apt-get update && {CURL} && s=$(apt-mark showmanual) && apt-mark auto '.*' && \\\n# apt-mark's list\n"
         "    apt-mark manual $s && find / | xargs -r apt-mark manual", LIST),
        (f"apt-get update && {CURL} && apt-get purge -y 't*'", OWN),
        (f"apt-get update && {CURL} && apt-get purge -y curl", OWN), (f"apt-get update && {CURL} tini", THERE),
        (f"apt-get update && {CURL} && apt-get purge -y tini", OWN),
        (f"apt-get update && {CURL} tini && apt-get purge -y tini", OWN),
        (f"apt-get update && {CURL} tini && apt-get purge -y curl", THERE),
    ],
)  # fmt: skip
def test_where_the_init_is_installed(run: str, where: str) -> None:
    code = rewritten(f"RUN {run}")
    assert 'ENTRYPOINT ["/usr/bin/tini", "--"]' in code
    first = code.splitlines()[1]
    own = "--no-install-recommends tini" in code
    assert (OWN if own else THERE if first == f"RUN {run}" else LIST) == where


def test_an_init_that_a_later_stage_takes_away_is_installed_again() -> None:
    head = ("RUN apt-get update && apt-get install -y tini", "FROM debian:12")
    assert "--no-install-recommends tini" in rewritten(*head)
    assert "--no-install-recommends tini" in rewritten(head[0], "RUN apt-get remove -y tini")
    assert "--no-install-recommends tini" not in rewritten("RUN apt-get remove -y tini", head[0])


def test_an_init_in_a_list_asks_for_no_root_at_the_end() -> None:
    last = ("ARG U", "USER $U")
    assert "ENTRYPOINT" in rewritten(f"RUN apt-get update && {CURL}", *last)
    assert "tini" in rewritten("ARG U", "USER $U", "RUN true").partition("USER")[0]


def test_a_shell_that_stops_at_a_failure_is_strict_by_its_options() -> None:
    run = f"RUN apt-get update; {CURL}; ls"
    assert "--no-install-recommends tini" not in rewritten('SHELL ["/bin/sh", "-ec"]', run)
    assert "--no-install-recommends tini" in rewritten('SHELL ["/bin/sh", "-c"]', run)


def outcome(*lines: str, base: str = "debian:12", files: Files | None = None) -> str:
    """Return the id of the reason why add-init does nothing, or what it made of the file."""
    given = files if files is not None else known()
    chosen = Options(
        level=Safety.UNSAFE,
        select=frozenset({"add-init"}),
        resolve=given.facts.get,
        find_builds=lambda: given.builds,
        answers=given.facts,
    )
    result = harden("\n".join((f"FROM {base}", *lines, "")), options=chosen)
    assert not result.faults
    held = [found.refusal.spec for found in (*result.findings, *result.settled) if found.refusal is not None]
    return result.code if result.changed else " ".join(held)


def test_why_an_image_gets_none() -> None:
    start = ("COPY a /a", 'CMD ["/a"]')
    assert "ENTRYPOINT" in outcome(*start)
    assert outcome(*start, files=known(base="base.Dockerfile")) == "P47"
    workshop = Builds(workshop=".devcontainer/devcontainer.json")
    assert outcome(*start, files=Files({**known().facts, Lookup("builds", ""): workshop})) == "U21"
    assert outcome('CMD ["a"]', base="example.com/x:1") == "I03"
    assert outcome("CMD a", base="example.com/x:1") == "I03"
    assert outcome('ENTRYPOINT ["nginx"]', "CMD a", base="example.com/x:1") == "I05"
    assert outcome('CMD ["nginx"]', base="example.com/x:1") == "I05"
    assert outcome('ENTRYPOINT ["/sbin/my_init"]') == outcome('ENTRYPOINT ["/a"]', 'CMD ["/sbin/my_init"]') == "I05"
    assert outcome('ENTRYPOINT ["/a"]', "CMD []").count("tini") > 1, "there may be no CMD"


def test_what_to_do_with_an_image_that_others_build_on_is_said() -> None:
    unread = Process.of(*last("COPY a /a", 'CMD ["/a"]'), known(base="base.Dockerfile")).unread
    assert str(unread) == (
        "base.Dockerfile is the name of an image that others build on, and they would inherit the ENTRYPOINT [P47]; "
        "put the init into those images"
    )


def test_a_program_of_go_on_an_unknown_image() -> None:
    build = ("golang:1.22 AS build", "COPY main.go go.mod ./", "RUN go build -o /server .", "FROM example.com/x:1")
    texts = {"main.go": "package main\n", "go.mod": "module x\n"}
    go = (*build[1:], "COPY --from=build /server /server", 'CMD ["/server"]')
    assert outcome(*go, base=build[0], files=known(texts=texts)) == "I03"


def test_a_stage_that_runs_and_that_another_is_built_on_is_left_alone() -> None:
    files = known(Service("compose.yaml", target="a"), base="")
    lines = ('CMD ["/a"]', "FROM a AS b", "RUN true")
    assert "ENTRYPOINT" not in outcome(*lines, base="debian:12 AS a", files=files)


def test_a_second_cmd_is_not_written_twice() -> None:
    code = outcome('CMD ["/b"]', "COPY a /a", "USER 1000", 'CMD ["/a"]')
    assert [code.count(text) for text in ('CMD ["/b"]', "COPY", "USER", 'CMD ["/a"]', "ENTRYPOINT")] == [1] * 5
    order = [line.split()[0] for line in outcome('CMD ["/b"]', "COPY a /a", 'CMD ["/a"]').splitlines()]
    assert order[-4:] == ["COPY", "RUN", "ENTRYPOINT", "CMD"], "it stands with the CMD that counts"


def test_a_script_that_nobody_has_read_stays_unread() -> None:
    assert Process.of(*last('ENTRYPOINT ["/entrypoint.sh"]', 'CMD ["/bin/a"]'), known()).unseen
    assert not Process.of(*last('ENTRYPOINT ["/bin/b"]', 'CMD ["/bin/a"]'), known()).unseen


def test_a_script_is_looked_for_where_it_is_found() -> None:
    model, stage = last("COPY a /usr/local/bin/start.sh", "COPY b /app/start.sh", "WORKDIR /app", 'CMD ["start.sh"]')
    files = known(texts={"a": "#!/bin/sh\nnode app\n", "b": "#!/bin/sh\nexec node app\n"}, mode=0o755)
    assert Process.of(model, stage, files).keeps_signal == "start.sh"


def test_an_entry_point_that_nobody_has_read() -> None:
    reference = ImageReference.parse("team/base:1")
    assert reference is not None
    said = Configuration(os="linux", entrypoint=("/entry",), history=("# debian.sh --arch 'amd64' out/ 'bookworm'",))
    files = Files({**known().facts, image_lookup(reference): said})
    assert outcome('CMD ["/a"]', base="team/base:1", files=files) == "I03"
    assert outcome('ENTRYPOINT ["/a"]', base="team/base:1", files=files) == "I05", "it may bring an init"


def test_the_base_of_a_stage_that_others_are_built_on_is_not_asked_for() -> None:
    text = 'FROM debian:12 AS a\nCMD ["/a"]\nFROM a AS b\nRUN true\n'
    assert [stage.name for stage in AddInit.bases(Model(parse(text)))] == ["b"]
    runs = known(Service("compose.yaml", target="a"))
    assert [stage.name for stage in Model(parse(text), runs.facts).finals] == ["a"]
    assert AddInit.bases(Model(parse(text), runs.facts)) == ()
    alone = Model(parse(text.partition("FROM a")[0]))
    assert AddInit.bases(alone) == alone.stages
