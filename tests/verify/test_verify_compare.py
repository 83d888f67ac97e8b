"""What counts as worse, on made-up behaviours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hardener.verify.judge.compare import differs_only_in_text, failures, varies_alike
from hardener.verify.model import Answer, Behaviour, Stop

UP = Behaviour(
    "up", answers=(Answer("http://x/", 200, "hello"),), ports=("tcp/80",), stop=Stop(0.1, False, 0), hostname="abc"
)
ENDED = Behaviour("ended", code=0, output="done\n")


@pytest.mark.parametrize(
    ("after", "failure"),
    [
        (replace(UP, state="not started", error="no such file"), "it does not start: no such file"),
        (replace(UP, state="ended", code=3), "it ends with exit code 3 where the original stays up"),
        (replace(UP, answers=(Answer("http://x/", 500, "hello"),)), "`http://x/`: 500 instead of 200"),
        (replace(UP, answers=(Answer("http://x/", None, error="refused"),)), "`http://x/`: refused"),
        (replace(UP, answers=()), "`http://x/`: not asked"),
        (
            replace(UP, answers=(Answer("http://x/", 200, "hell"),)),
            "`http://x/`: the answer differs: 'hell' instead of 'hello'",
        ),
        (replace(UP, ports=("tcp/8080",)), "nothing listens on tcp/80"),
        (replace(UP, health=False), "its health check fails"),
        (
            replace(UP, stop=Stop(10, True, 137)),
            "it has to be killed where the original ends on its stop signal",
        ),
    ],
)
def test_a_service_that_is_worse(after: Behaviour, failure: str) -> None:
    assert failures(UP, after) == (failure,)


@pytest.mark.parametrize(
    "after",
    [
        UP,
        replace(UP, ports=None, stop=None),
        replace(UP, ports=("tcp/80", "udp/53"), health=True),
        replace(UP, stop=Stop(3, False, 143)),
        replace(UP, writes=("A /x",), uid=1000),
    ],
)
def test_a_service_that_is_not_worse(after: Behaviour) -> None:
    assert failures(UP, after) == ()


def test_a_port_that_the_kernel_chose_does_not_count() -> None:
    assert failures(replace(UP, ports=("tcp/80", "tcp/43211")), UP) == ()


def test_what_was_bad_before_may_stay_bad() -> None:
    before = replace(UP, health=False, stop=Stop(10, True, 137), answers=(Answer("p", 404, "x"),))
    assert failures(before, before) == ()


@pytest.mark.parametrize(
    ("after", "failure"),
    [
        (replace(ENDED, code=2), "it ends with exit code 2 instead of 0"),
        (replace(ENDED, state="up"), "it stays up where the original ends"),
        (replace(ENDED, output="dome\n"), "its output differs: 'dome' instead of 'done'"),
        (replace(ENDED, commands=()), "`--version`: not asked"),
    ],
)
def test_a_command_that_is_worse(after: Behaviour, failure: str) -> None:
    before = replace(ENDED, commands=(Answer("--version", 0, "1\n"),) if "version" in failure else ())
    assert failures(before, after) == (failure,)


def test_the_own_name_of_the_container_is_no_difference() -> None:
    one = replace(UP, hostname="c0ffee", answers=(Answer("u", 200, "served by c0ffee"),))
    two = replace(UP, hostname="decade", answers=(Answer("u", 200, "served by decade"),))
    assert failures(one, two) == ()


@pytest.mark.parametrize(
    ("again", "new", "alike"),
    [
        ("at 11:00 all is well", "at 12:30 all is well", True),
        ("at 11:00 all is well", "at 12:30 all is lost", False),
        ("at 10:00 all is well", "at 12:30 all is well", False),  # the original says the same each time
        ("no two answers agree", "at 12:30 all is lost", True),  # text that says nothing
    ],
)
def test_what_varies_in_the_original_does_not_count(again: str, new: str, alike: bool) -> None:
    def says(text: str) -> Behaviour:
        return replace(UP, answers=(Answer("u", 200, text),))

    before = says("at 10:00 all is well")
    assert differs_only_in_text(before, says(new))
    assert (failures(before, says(new), says(again)) == ()) is alike


def test_a_status_is_more_than_text() -> None:
    assert not differs_only_in_text(UP, replace(UP, answers=(Answer("http://x/", 500, "hello"),)))


@pytest.mark.parametrize(
    ("new", "alike"),
    [
        ("<p>token c hello</p>", True),
        ("<p>token c help</p>", False),
        ("<p>token c</p>", False),
        ("<p>Internal error</p>", False),
    ],
)
def test_what_stays_the_same_in_a_text_that_varies_has_to_stay(new: str, alike: bool) -> None:
    before = replace(UP, answers=(Answer("http://x/", 200, "<p>token a hello</p>"),))
    again = replace(UP, answers=(Answer("http://x/", 200, "<p>token b hello</p>"),))
    after = replace(UP, answers=(Answer("http://x/", 200, new),))
    assert (failures(before, after, again) == ()) is alike


@pytest.mark.parametrize(("new", "alike"), [("c b a", True), ("a b d", False), ("a b", False)])
def test_an_order_that_varies_does_not_count(new: str, alike: bool) -> None:
    assert varies_alike("a b c", new, "b a c") is alike


def test_lines_that_only_one_run_has_do_not_count() -> None:
    assert varies_alike("start\nretry\nready", "start\nready\nmore", "start\nready")
    assert not varies_alike("start\nretry\nready", "start\nfailed", "start\nready")
