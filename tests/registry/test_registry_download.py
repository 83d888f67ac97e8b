"""C12: the checksum of what an ADD names."""

from __future__ import annotations

import hashlib

import pytest
from registry_servers import answer, drip, drop, proxying, status

from hardener.errors import RegistryError
from hardener.registry.download import Checksum, download_sha256
from hardener.registry.model import Limits, NotFound

CONTENT = bytes(range(256)) * 20_000
EXPECTED = Checksum(f"sha256:{hashlib.sha256(CONTENT).hexdigest()}", len(CONTENT))


def test_checksum(stub, settings):
    stub.always = answer(CONTENT)
    assert download_sha256(f"http://{stub.host}/a-1.0.tgz", settings()) == EXPECTED
    assert stub.log[0].headers["accept-encoding"] == "identity"


def test_a_download_that_breaks_off_begins_again(stub, settings, fake_time):
    def half(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(CONTENT)))
        handler.end_headers()
        handler.wfile.write(CONTENT[: len(CONTENT) // 2])
        drop(handler)

    stub.faults[:] = [half, status(503), drop]
    stub.always = answer(CONTENT)
    assert download_sha256(f"http://{stub.host}/a-1.0.tgz", settings(), clock=fake_time.clock) == EXPECTED
    assert len(stub.log) == 4


def test_redirect_to_another_host(stub, settings):
    with proxying(None) as other:
        other.always = answer(CONTENT)
        stub.always = status(302, location=f"http://{other.host}/signed?signature=x")
        assert download_sha256(f"http://{stub.host}/a-1.0.tgz", settings()) == EXPECTED


def test_redirect_loop(stub, settings):
    stub.always = status(302, location="/again")
    with pytest.raises(RegistryError, match="redirects more than 10 times"):
        download_sha256(f"http://{stub.host}/a", settings())


def test_ceiling(stub, settings):
    stub.always = answer(CONTENT)
    with pytest.raises(RegistryError, match="larger than 1000 bytes"):
        download_sha256(f"http://{stub.host}/a", settings(), max_bytes=1000)


def test_time(stub, settings):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        drip(3)(handler)

    stub.always = endless
    with pytest.raises(RegistryError, match=r"no answer within 0\.5 s"):
        download_sha256(f"http://{stub.host}/a", settings(), seconds=0.5)


def test_not_there(stub, settings):
    with pytest.raises(NotFound, match="does not have the file"):
        download_sha256(f"http://{stub.host}/a", settings())


def test_https_is_not_left(certificates, settings, stub):
    with proxying(None, certificates.server) as secure:
        secure.always = status(302, location=f"http://{stub.host}/a")
        with pytest.raises(RegistryError, match="redirects from https to http"):
            download_sha256(f"https://localhost:{secure.port}/a", settings(ca_file=certificates.ca_file))
    assert stub.log == []


def test_compressed_against_the_request(stub, settings):
    stub.always = answer(b"\x1f\x8b", content_encoding="gzip")
    with pytest.raises(RegistryError, match="compressed body"):
        download_sha256(f"http://{stub.host}/a", settings())


@pytest.mark.parametrize("url", ["http://user:secret@x.test/a", "https://token@x.test/a"])
def test_an_address_with_a_credential(settings, url):
    with pytest.raises(RegistryError, match=r"^the address contains a credential$"):
        download_sha256(url, settings())


@pytest.mark.parametrize("url", ["ftp://x.test/a", "file:///etc/passwd", "https://", "nonsense"])
def test_an_address_that_cannot_be_used(settings, url):
    with pytest.raises(RegistryError, match="cannot be used"):
        download_sha256(url, settings(limits=Limits(attempts=1)))
