"""What split-stages makes of commands that copy, fetch, remove or close files, each by itself."""

from __future__ import annotations

import pytest

from hardener.rules.split_stages.folder_modes import folder_mode
from hardener.rules.split_stages.model import Target
from hardener.rules.split_stages.system_packages import Sorted, sort_out
from tests.splits import GO, case_of, go


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("RUN cp -p go.mod /etc/m", "/etc/m"), ("RUN cp -Tr data /etc/data", "/etc/data"),
        ("RUN cp --no-target-directory go.mod /etc/m", "/etc/m"), ("RUN cp -rt /etc go.mod", None),
        ("RUN cp -at /etc go.mod", None), ("RUN cp --target-directory=/etc go.mod main.go", None),
        ("RUN mv --targ=/etc go.mod main.go", None), ("RUN curl -fLo /etc/m http://x", "/etc/m"),
        ("RUN curl -o /etc/m http://x -o /etc/n http://y", None), ("RUN curl -o /etc/m http://x -sO http://y", None),
        ("RUN curl -o m --output-dir /opt http://x", None), ("RUN curl -D /etc/h -o /etc/m http://x", None),
        ("RUN curl -XPOST -o /etc/m http://x", "/etc/m"), ("RUN curl -o - http://x", None),
        ("RUN wget -nv -O /etc/m http://x", "/etc/m"), ("RUN wget -O /etc/m -o /etc/log http://x", None),
        ("RUN wget -O /etc/m http://x -O /etc/n", None),
        ("RUN mv docs/a.md /etc/m", "/etc/m"), ("RUN mv main.go /etc/m", "/etc/m"),
    ],
)  # fmt: skip
def test_one_path_is_taken_where_a_command_makes_that_alone(line: str, path: str | None) -> None:
    found = go(line)
    assert f"COPY --from=build {path} {path}\n" in found if path else found == "S22"


def test_what_the_program_may_read_is_not_moved() -> None:
    assert go("RUN mv data/a.txt /etc/m") == "S22"
    assert go("RUN mv -f ./data /etc/m") == "S22"


@pytest.mark.parametrize(
    ("line", "again"),
    [
        ("RUN rm -f main.go", False), ("RUN rm -rf data", True), ("RUN rm -f data/tmp/a.txt", True),
        ("RUN rm -rf docs", False), ("RUN rm -rf /tmp/x '/root/.cache'", False), ("RUN rm -f .env", True),
        ("COPY etc /opt/e\nRUN rm -f /opt/e/tmp/x", True), ("COPY etc /opt/e\nRUN rm -rf /var/lib/apt/lists/x", False),
    ],
)  # fmt: skip
def test_what_is_removed_is_not_in_the_runtime_stage(line: str, again: bool) -> None:
    """What a program may read is copied from the build context, where it still is."""
    files = {**GO, ".env": "A=1", "docs/a.md": "a", "data/tmp/a.txt": "a"}
    found = go("RUN touch /etc/m", line, texts=files)
    assert found.startswith("FROM ")
    assert (f"\n{line.splitlines()[-1]}\n" in found) == again


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("700", 0o700), ("+w", 0o755), ("a+w", 0o777), ("g+w", 0o775), ("o-rx", 0o750), ("-x", 0o644), ("u=rx", 0o555),
        ("go=", 0o700), ("u=rwx,go=r", 0o744), ("u+s", 0o4755), ("g-s", 0o755), ("u-w+s", 0o4555), ("w", None),
    ],
)  # fmt: skip
def test_what_a_word_of_chmod_makes_of_a_folder(word: str, mode: int | None) -> None:
    assert folder_mode(word, 0o755) == mode


@pytest.mark.parametrize(("line", "again"), [("RUN rm -f data/a.txt", True), ("RUN rm -f other/a.txt", False)])
def test_what_is_removed_of_sources_that_are_copied_one_by_one(line: str, again: bool) -> None:
    found = go("COPY data ./data", "RUN touch /etc/m", line, copy="COPY main.go go.mod ./")
    assert found.startswith("FROM ")
    assert (f"\n{line}\n" in found) == again


@pytest.mark.parametrize(("then", "dropped"), [("true", False), ("apk del .a", True), ("apk del .b", False)])
def test_a_group_of_packages_is_for_the_build_where_it_is_deleted_again(then: str, dropped: bool) -> None:
    case = case_of(f"RUN apk add --virtual .a tiff && {then}", base="python:3.12-alpine3.20")
    found = sort_out(case, Target("x", case.image, is_plain=True), frozenset(), certain=True)
    assert isinstance(found, Sorted)
    assert ("tiff" in found.dropped) == dropped
