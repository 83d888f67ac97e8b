"""Where add-init puts an init: into a list of the file, into a RUN of its own, or nowhere."""

from __future__ import annotations

import pytest

from hardener import Options, Safety, harden

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
        (f"apt-get update && {CURL} && rm -rf /usr/bin/*", OWN),
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
    assert "ENTRYPOINT" not in rewritten("ARG U", "USER $U", "RUN true")
