"""Inputs out of inputs: hypothesis draws what is done to a text of the corpus."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

#: longer inputs find nothing that shorter ones do not, and take longer
SIZE = 3000


def inputs(pool: Sequence[str], words: Sequence[str]) -> st.SearchStrategy[str]:
    """Return a strategy of texts: some of the pool, changed, joined and cut, and some of words alone."""

    @st.composite
    def changed(draw: st.DrawFn) -> str:
        text = draw(st.sampled_from(pool))
        for _ in range(draw(st.integers(1, 5))):
            text = _one(draw, text, pool, words)
        return text[:SIZE]

    alone = st.lists(st.sampled_from(words), min_size=1, max_size=14).map("".join)
    return changed() if not words else st.one_of(changed(), changed(), changed(), alone)


def _one(draw: st.DrawFn, text: str, pool: Sequence[str], words: Sequence[str]) -> str:
    """Return a text with one change."""
    lines = text.splitlines(keepends=True)
    at = draw(st.integers(0, len(lines)))
    kind = draw(st.sampled_from(["word", "word", "line", "cut", "drop", "double", "move", "other", "char", "newlines"]))
    if kind in ("word", "char", "cut"):
        place = draw(st.integers(0, len(text)))
        if kind == "cut":
            return text[:place] + text[draw(st.integers(place, min(len(text), place + 40))) :]
        new = (
            draw(st.sampled_from(words))
            if kind == "word"
            else draw(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
        )
        return text[:place] + new + text[place:]
    if kind == "line":
        lines.insert(at, draw(st.sampled_from(words)))
    elif kind == "drop":
        lines = [*lines[:at], *lines[at + 1 :]]
    elif kind == "double":
        lines = [*lines[: at + 1], *lines[at:]]
    elif kind == "move":
        lines = [*lines[at:], *lines[:at]] if len(lines) < 4 else [*lines[:1], *lines[at:], *lines[1:at]]
    elif kind == "newlines":
        return text.replace("\n", "\r\n")
    else:
        other = draw(st.sampled_from(pool)).splitlines(keepends=True)
        lines = [*lines[:at], *other[draw(st.integers(0, len(other))) :]]
    return "".join(lines)
