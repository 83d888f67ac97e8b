"""What /proc says."""

from __future__ import annotations

from hardener.verify.container.kernel import capabilities, field_of, identity, listening, main_process
from hardener.verify.model import Process

STATUS = "Name:\tpython3\nNSpid:\t4472\t1\nUid:\t0\t1000\t0\t0\nCapEff:\t00000000a80425fb\n"
TCP = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 800331 1 0 100 0 0 10 0
   1: 0B00007F:A3C1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 800332 1 0 100 0 0 10 0
   2: 0200D50A:1F40 0100D50A:9C40 01 00000000:00000000 00:00000000 00000000     0        0 800333 1 0 100 0 0 10 0
"""
TCP6 = """  sl  local_address remote_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode
   0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 5 1 0 100 0 0 10 0
"""
UDP = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
  12: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 7 2 0 0
  13: 00000000:D431 08080808:0035 01 00000000:00000000 00:00000000 00000000     0        0 8 2 0 0
"""


def test_listening_ports() -> None:
    assert listening(TCP, "tcp") == {"tcp/8000"}, "a connection is none, nor is the engine's name server"
    assert listening(TCP6, "tcp") == {"tcp/443"}
    assert listening(UDP, "udp") == {"udp/53"}, "a client's socket is none"
    assert listening(TCP, "tcp", frozenset({"1"})) == set(), "another process's"
    assert listening("", "tcp") == set()


def test_identity() -> None:
    uid, names = identity(STATUS)
    assert uid == 1000, "the effective one"
    assert names is not None
    assert len(names) == 14
    assert {"CHOWN", "NET_BIND_SERVICE", "SETUID"} <= set(names)
    assert "SYS_ADMIN" not in names
    assert identity("") == (None, None)
    users = "         0        500          1\n         1        900      65536\n"
    assert [identity(f"Uid:\t0\t{uid}\n", users)[0] for uid in (500, 900, 1000, 7)] == [0, 1, 101, 7]
    assert capabilities(0) == ()
    assert field_of(STATUS, "NSpid").split()[-1] == "1"


def test_the_main_process_is_below_the_init_and_the_shell() -> None:
    tree = (
        Process(10, 1, "root", "Ss", "tini"),
        Process(11, 10, "app", "S", "sh"),
        Process(12, 11, "app", "Sl", "node"),
        Process(13, 12, "app", "S", "node"),
        Process(9, 11, "app", "Z", "sleep"),
    )
    assert main_process(tree, 10) == 12
    assert main_process(tree[2:], 12) == 12
    assert main_process((tree[0],), 10) == 10
    assert main_process((), 10) == 10
