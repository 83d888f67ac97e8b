"""Images that were made to do harm to who derives a stage from them."""

from __future__ import annotations

import io
import struct
import tarfile
from time import process_time

from hardener.verify.minimal.closure import closure
from hardener.verify.minimal.elf import read_elf
from hardener.verify.minimal.touched import Touched, paths_of
from hardener.verify.minimal.tree import Node, Tree, read_tree


def test_programs_and_lists_made_to_do_harm() -> None:
    head = b"\x7fELF\x02\x01" + bytes(26) + struct.pack("<Q", 2**64 - 1) + bytes(14) + struct.pack("<HH", 56, 1)
    assert read_elf(head + bytes(64)) is None
    moves = [line for n in range(900) for line in (f'1 chdir("/d{n}") = 0', f'1 stat("f{n}") = 0')]
    assert len(paths_of(moves, "/")[0]) < 50_000


def test_a_list_of_packages_that_is_too_long_is_left_out() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, size in (("a", 10), ("b", (16 << 20) + 1)):
            info = tarfile.TarInfo(f"var/lib/dpkg/info/{name}.list")
            info.size = size
            archive.addfile(info, io.BytesIO(bytes(size)))
    out.seek(0)
    tree = read_tree(out)
    assert list(tree.texts) == ["/var/lib/dpkg/info/a.list"]
    assert len(tree.nodes) == 3


def test_an_image_of_many_folders_takes_no_long_time() -> None:
    nodes = {"/": Node("folder"), "/srv": Node("folder")}
    for number in range(40_000):
        nodes[f"/srv/a{number // 20}"] = Node("folder")
        nodes[f"/srv/a{number // 20}/f{number}"] = Node("file", 10)
    began = process_time()
    assert closure(Tree(nodes), Touched(frozenset(nodes)), ()).folders
    assert process_time() - began < 5
