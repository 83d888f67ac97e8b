"""The hardening on other processes or machines: jobs for a dask scheduler that hold files and an order, and no token.

Clones, pushes and calls of the forge stay here. A job gets the files of a checkout; its worker unpacks them and reads
them in a process of its own, as it is done without a scheduler. Loaded by `--scheduler` alone.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hardener.bot.reach import empty_folder
from hardener.bot.rewriting import Group, Order
from hardener.bot.worker import Bounds, group_of, rewrite_apart, told, told_of
from hardener.errors import HardenError
from hardener.fast.records import replace
from hardener.registry.hosts import is_loopback

#: a larger checkout is hardened here, in bytes
_SIZE = 32 << 20
#: how often a job is begun again whose worker died
_RETRIES = 3

Rewrite = Callable[[Path, Order, Bounds], list[Group]]


class Spread:
    """Hands jobs to a scheduler.

    Args:
        address: such as "tcp://127.0.0.1:8786"; `tls://` for other machines.

    Raises:
        HardenError: it cannot be reached, or `hardener[fleet]` is not installed.
    """

    def __init__(self, address: str) -> None:
        found = urlsplit(address)
        if found.scheme not in ("tcp", "tls") or not found.hostname:
            raise HardenError("--scheduler is an address such as tcp://127.0.0.1:8786")
        if found.scheme == "tcp" and not is_loopback(found.netloc):
            raise HardenError("--scheduler: other machines need tls://")
        try:
            import distributed
        except ImportError:
            raise HardenError(
                "--scheduler needs distributed, which is not installed: pip install distributed"
            ) from None
        connect: Any = distributed.Client
        try:
            self._client: Any = connect(address, timeout=20, set_as_default=False)
        except (OSError, ValueError) as error:
            raise HardenError(f"--scheduler: {address} cannot be reached: {type(error).__name__}") from None

    def __call__(self, folder: Path, order: Order, bounds: Bounds) -> list[Group]:
        """Harden a checkout and return what came of it.

        Raises:
            HardenError: it could not be done, or a worker died several times on it.
        """
        files = packed(folder)
        if files is None:
            return rewrite_apart(folder, order, bounds)
        config = Path(order.config).read_bytes() if order.config else b""
        question = json.dumps({"order": told_of(order), "bounds": told_of(bounds)})
        job = self._client.submit(unpack_and_rewrite, files, config, question, pure=False, retries=_RETRIES)
        try:
            answer = json.loads(job.result(timeout=bounds.time * (_RETRIES + 1)))
        except Exception as error:
            raise HardenError(f"no worker could do it: {type(error).__name__}; nothing was changed") from None
        finally:
            job.release()
        if "error" in answer:
            raise HardenError(str(answer["error"]))
        return [group_of(one) for one in answer["groups"]]

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def packed(folder: Path) -> bytes | None:
    """Return the files of a checkout, without git's own; None where they are too large to be sent."""
    out, size = io.BytesIO(), 0
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as archive:
        for root, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not (name == ".git" and Path(root) == folder)]
            links = [name for name in folders if Path(root, name).is_symlink()]
            for name in [*names, *folders]:
                path = Path(root, name)
                is_one = path.is_symlink() or path.is_file() or path.is_dir()
                size += path.lstat().st_size if is_one and name not in folders else 0
                if size > _SIZE:
                    return None
                if is_one:
                    archive.add(path, str(path.relative_to(folder)), recursive=False)
            folders[:] = [name for name in folders if name not in links]
    return out.getvalue()


def unpack_and_rewrite(files: bytes, config: bytes, question: str) -> str:
    """Do a job on a worker: JSON with the groups, or with an error."""
    asked = json.loads(question)
    bounds = Bounds(**asked["bounds"])
    given: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in asked["order"].items()}
    order = Order(**given)
    with empty_folder() as folder:
        with tarfile.open(fileobj=io.BytesIO(files), mode="r:gz") as archive:
            archive.extractall(folder, filter=_inside)
        if order.config:
            own = folder.parent / "organisation.toml"
            own.write_bytes(config)
            order = replace(order, config=str(own))
        try:
            groups = rewrite_apart(folder, order, bounds)
        except HardenError as error:
            return json.dumps({"error": str(error)})
        return json.dumps({"groups": [told(one) for one in groups]})


def _inside(member: tarfile.TarInfo, path: str) -> tarfile.TarInfo | None:
    """Leave out links that lead out of the checkout: nothing is to be read or written through them."""
    try:
        return tarfile.data_filter(member, path)
    except tarfile.FilterError:
        return None
