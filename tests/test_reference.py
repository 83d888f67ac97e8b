from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Lark, Tree
from lark.exceptions import UnexpectedInput

from hardener.syntax.dockerfile.generate import grammar_path
from hardener.syntax.image_reference import ImageReference

SHA = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "domain", "path", "tag", "digest"),
    [
        ("node", None, "node", None, None),
        ("node:22-slim", None, "node", "22-slim", None),
        (f"node:22@{SHA}", None, "node", "22", SHA),
        (f"node@{SHA}", None, "node", None, SHA),
        ("library/node", None, "library/node", None, None),
        ("a/b/c:1", None, "a/b/c", "1", None),
        ("docker.io/library/node", "docker.io", "library/node", None, None),
        ("localhost/app", "localhost", "app", None, None),
        ("localhost:5000/app:1", "localhost:5000", "app", "1", None),
        ("registry:5000/app", "registry:5000", "app", None, None),
        ("Registry/app", "Registry", "app", None, None),
        ("127.0.0.1:5000/a/b", "127.0.0.1:5000", "a/b", None, None),
        ("[2001:db8::1]:5000/a", "[2001:db8::1]:5000", "a", None, None),
        # no dot, no colon: a path of Docker Hub, and "localhost" alone is a name there too
        ("registry/app", None, "registry/app", None, None),
        ("localhost:5000", None, "localhost", "5000", None),
        ("a__b/c-d.e--f", None, "a__b/c-d.e--f", None, None),
    ],
)
def test_parts(text: str, domain: str | None, path: str, tag: str | None, digest: str | None) -> None:
    reference = ImageReference.parse(text)
    assert reference == ImageReference(domain, path, tag, digest)
    assert str(reference) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Node",
        "a/Node:1",
        "node:",
        "node@",
        "node:-x",
        "node@sha256:abc",
        f"node@{SHA.upper()}",
        f"node@md5:{'0' * 32}",
        f"node@sha256:{'A' * 64}",
        "node$X",
        "${IMAGE}",
        "node:${TAG}",
        "a//b",
        "/a",
        "a/",
        "a..b",
        "a___b",
        "-a",
        " node",
        "node ",
        "node\n",
        "https://docker.io/node",
        "nöde",
        "node:" + "t" * 129,
        "x" * 256,
        "0123456789abcdef" * 4,
    ],
)
def test_no_reference(text: str) -> None:
    assert ImageReference.parse(text) is None


@pytest.mark.parametrize(
    ("text", "repository", "name", "familiar"),
    [
        ("node", "docker.io/library/node", "node", "node"),
        ("docker.io/node:2", "docker.io/library/node", "docker.io/node", "node:2"),
        ("docker.io/library/node", "docker.io/library/node", "docker.io/library/node", "node"),
        ("index.docker.io/library/node", "docker.io/library/node", "index.docker.io/library/node", "node"),
        ("docker.io/oven/bun:1", "docker.io/oven/bun", "docker.io/oven/bun", "oven/bun:1"),
        ("oven/bun", "docker.io/oven/bun", "oven/bun", "oven/bun"),
        ("gcr.io/library/x:1", "gcr.io/library/x", "gcr.io/library/x", "gcr.io/library/x:1"),
        (f"node@{SHA}", "docker.io/library/node", "node", f"node@{SHA}"),
    ],
)
def test_names(text: str, repository: str, name: str, familiar: str) -> None:
    reference = ImageReference.parse(text)
    assert reference is not None
    assert (reference.repository, reference.name, reference.familiar) == (repository, name, familiar)


def test_with_digest_keeps_the_tag() -> None:  # B02
    reference = ImageReference.parse("docker.io/node:22")
    assert reference is not None
    assert str(reference.with_digest(SHA)) == f"docker.io/node:22@{SHA}"


@cache
def grammar() -> Lark:
    return Lark(grammar_path("reference.lark").read_text(encoding="utf-8"), start="reference", parser="earley")


def by_grammar(text: str) -> ImageReference | None:
    """The split that the grammar gives, with the three conditions its comment names and no grammar can hold."""
    try:
        tree = grammar().parse(text)
    except UnexpectedInput:
        return None
    parts: dict[str, str | None] = dict.fromkeys(("domain", "path", "tag", "digest"))
    for child in tree.children:
        if isinstance(child, Tree):
            separator = {"path": "/", "digest": ":"}.get(child.data, "")
            parts[child.data] = separator.join(map(str, child.children))
    reference = ImageReference(parts["domain"], parts["path"] or "", parts["tag"], parts["digest"])
    if reference.digest and not re.fullmatch(
        "sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}", reference.digest
    ):
        return None
    if len(reference.repository.partition("/")[2]) > 255 or re.fullmatch("[0-9a-f]{64}", text):
        return None
    return reference


ATOMS = ["a", "b1", "A", "x.y", "localhost", "-", "--", ".", "_", "__", "/", ":", "@", "5000", "[::1]", "$", "é", SHA]


@settings(deadline=None)  # the first example waits for the grammar
@given(st.lists(st.sampled_from(ATOMS), max_size=9).map("".join))
@example("localhost/a")
@example("localhost:5000/a")
@example("localhost/localhost:1")
@example("A/a")
@example("a-A/a")
@example("A:5000/a")
@example("a:5000/b:5000@" + SHA)
@example("[::1]/a")
@example("a.b/c.d/e:1")
@example("x.y")
def test_the_pattern_agrees_with_the_grammar(text: str) -> None:
    assert ImageReference.parse(text) == by_grammar(text)


@given(st.text(max_size=300))
def test_any_text_gives_itself_back_or_none(text: str) -> None:
    reference = ImageReference.parse(text)
    assert reference is None or str(reference) == text


@given(st.from_regex(r"\A([a-z]+\.io(:[0-9]{1,5})?/)?[a-z0-9]+(/[a-z0-9]+){0,3}(:[\w][\w.-]{0,20})?\Z"))
def test_what_looks_like_a_reference_is_one(text: str) -> None:
    if text.isascii() and not re.fullmatch("[0-9a-f]{64}", text) and not text.endswith("\n"):
        assert str(ImageReference.parse(text)) == text
