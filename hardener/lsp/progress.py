"""A sign in the editor that harden waits for registries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import uuid4

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.progress import Progress

T = TypeVar("T")
#: seconds after which work is told of: most answers are remembered and come sooner
_QUIET = 0.4


async def told_of(work: Coroutine[Any, Any, T], progress: Progress | None) -> T:
    """Return what `work` returns; the client is told of it if that takes long.

    Args:
        work: what may ask registries.
        progress: of the client; None for one that shows none, and where nobody is asked.
    """
    if progress is None:
        return await work
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=_QUIET)
        if task.done():
            return await task
        async with _sign(progress):
            return await task
    finally:
        task.cancel()  # where the request was; else it is done


@asynccontextmanager
async def _sign(progress: Progress) -> AsyncIterator[None]:
    token = str(uuid4())
    try:
        await progress.create_async(token)
    except JsonRpcException:  # the client wants none
        yield
        return
    progress.begin(token, types.WorkDoneProgressBegin(title="harden asks registries", cancellable=False))
    try:
        yield
    finally:
        progress.end(token, types.WorkDoneProgressEnd())
