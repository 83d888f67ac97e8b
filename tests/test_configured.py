"""Facts about an image together with its own configuration."""

from __future__ import annotations

import pytest

from hardener.knowledge.configuration import Configuration, System
from hardener.knowledge.configured import configured
from hardener.knowledge.facts import UNKNOWN
from hardener.knowledge.images import BaseImage, base_image, is_rough
from hardener.syntax.image_reference import ImageReference

BOOKWORM = "# debian.sh --arch 'amd64' out/ 'bookworm' '@1735516800'"
NODE = {"entrypoint": ("docker-entrypoint.sh",), "cmd": ("node",), "env": {"NODE_VERSION": "22.11.0"}}
DIGEST = "@sha256:" + "0" * 64


def known(name: str, found: Configuration) -> BaseImage:
    reference = ImageReference.parse(name)
    assert reference is not None
    return configured(reference, base_image(reference), found)


@pytest.mark.parametrize(
    ("history", "distro", "release"),
    [
        ((BOOKWORM, "RUN x"), "debian", "bookworm"),
        ((BOOKWORM.replace("bookworm", "unstable"),), "debian", None),
        (("ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit", 'CMD ["/bin/sh"]'), "alpine", "3.20"),
        (
            ("/bin/sh -c #(nop)  LABEL org.opencontainers.image.ref.name=ubuntu",
             "/bin/sh -c #(nop)  LABEL org.opencontainers.image.version=22.04"), "ubuntu", "22.04",
        ),
        (("RUN echo " + BOOKWORM[2:],), None, None),
        (("COPY / /", BOOKWORM), None, None),
        ((), None, None),
    ],
)  # fmt: skip
def test_the_first_step_says_what_an_unknown_image_is_built_on(history, distro, release):
    image = known("team/base:1", Configuration(os="linux", history=history))
    assert (image.distro, image.release, image.is_listed, image.knows_users) == (distro, release, False, False)


def test_a_tag_that_may_move_gives_the_oldest_release_alone():
    found = Configuration(os="linux", history=(BOOKWORM,), **NODE)
    assert (known("node:22", found).release, known("node:22", found).release_floor) == (None, "bookworm")
    assert known(f"node:22{DIGEST}", found).release == "bookworm"
    assert known("node:22-trixie", found).release == "trixie"


def test_an_old_version_is_what_it_says():
    plain = base_image(ImageReference(None, "node", "8"))
    assert is_rough(plain)
    image = known("node:8", Configuration(os="linux", history=(BOOKWORM,), cmd=("node",)))
    assert (image.entrypoint, image.runs_as_root, image.knows_users) == (None, True, plain.runs_as_root is not None)
    assert not image.entrypoint_inspects_args


def test_an_entry_point_of_ones_own_is_unread():
    image = known("team/base:1", Configuration(os="linux", entrypoint=("/entry",)))
    assert image.has_unread_entrypoint
    assert image.init_in_image is UNKNOWN
    tini = known("team/base:1", Configuration(os="linux", entrypoint=("/usr/bin/tini", "--")))
    assert tini.init_in_image == "/usr/bin/tini"


def test_a_copy_of_an_official_image():
    steps = (BOOKWORM, "RUN npm", 'CMD ["node"]')
    copy = known("registry.corp/hub/n:1", Configuration(os="linux", history=steps, **NODE))
    assert (copy.family, copy.app_user and copy.app_user.name) == ("node-slim", "node")
    for more in ((*steps, "RUN x"), (BOOKWORM, 'CMD ["node"]', 'CMD ["node"]'), ("x", 'CMD ["node"]')):
        assert not known("registry.corp/hub/n:1", Configuration(os="linux", history=more, **NODE)).is_listed


def test_the_files_of_an_image_count():
    system = System(
        users=(("root", 0, 0, "/root"),), groups=(("app", 5),),
        release={"ID": "alpine", "VERSION_ID": "3.20.3"}, programs=frozenset({"sh", "adduser", "addgroup", "apk"}),
    )  # fmt: skip
    image = known("team/base:1", Configuration(os="linux", history=(BOOKWORM,), system=system))
    assert (image.distro, image.release, image.pkg_manager, image.user_tool) == (
        "alpine",
        "3.20",
        "apk",
        "adduser-busybox",
    )
    assert image.knows_users
    assert image.groups == (("app", 5),)
