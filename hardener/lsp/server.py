"""The server: takes requests off the wire, has them answered by the pure functions beside it, sends the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from hardener._version import __version__
from hardener.engine.files import LIMIT
from hardener.engine.job import Outcome
from hardener.lsp import watching
from hardener.lsp.analysis import Chooser, Desk, Document, warm_up
from hardener.lsp.diagnostics import diagnostics
from hardener.lsp.kinds import kind_of
from hardener.lsp.positions import Positions
from hardener.lsp.progress import told_of
from hardener.lsp.session import Session, path_of
from hardener.lsp.settings import EditorSettings, read

if TYPE_CHECKING:
    from hardener.lsp.remembered import Remembered
    from hardener.syntax.image_reference import ImageReference

P = ParamSpec("P")
T = TypeVar("T")
#: seconds without a further key before problems are sent
_DEBOUNCE = 0.15
#: seconds that requests wait for the settings of a client
_PATIENCE = 2


class HardenServer(LanguageServer):
    """The language server of harden.

    Texts are sent whole: they are short, and pygls takes characters for line ends that LSP does not.

    Args:
        choose: what the command line says.
        asks: whether registries may be asked; then the client is told of an answer that takes long.
    """

    def __init__(self, choose: Chooser, *, asks: bool = False) -> None:
        super().__init__("harden", __version__, types.TextDocumentSyncKind.Full)
        self.session = Session(choose)
        self._asks = asks
        # one at a time: a run takes one processor, and what waits can still be cancelled
        self._pool = ThreadPoolExecutor(1, "harden")
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._background: set[asyncio.Task[None]] = set()
        #: texts whose problems the client was sent
        self._told: set[str] = set()
        #: whether the settings are known; requests wait for them
        self._settled = asyncio.Event()

    async def work(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `function` returns, worked out beside the loop that reads requests."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: function(*args, **kwargs))

    async def run(self, *args: Any, **kwargs: Any) -> Outcome:
        """Return what `Session.run` returns; where registries are asked the client shows that it takes long."""
        window = self.client_capabilities.window
        shows = self._asks and window is not None and bool(window.work_done_progress)
        return await told_of(self.work(self.session.run, *args, **kwargs), self.work_done_progress if shows else None)

    async def opened(self, uri: str) -> Document | None:
        """Return an open text that harden takes once the settings are known; None for any other."""
        with suppress(TimeoutError):  # a client that does not answer gets the default
            await asyncio.wait_for(self._settled.wait(), _PATIENCE)
        return self.document(uri)

    def document(self, uri: str) -> Document | None:
        """Return an open text that harden takes, as it is now; None for any other, also for one beyond all bounds."""
        found = self.workspace.text_documents.get(unquote(uri))  # as pygls names them from 2.1 on
        if found is None or unquote(found.uri) != unquote(uri):
            found = self.workspace.text_documents.get(uri)
        if found is None:
            return None
        path, text = path_of(uri), found.source
        if len(text) > LIMIT:
            return None
        kind = kind_of(uri.rpartition("/")[2], path, found.language_id, text)
        return None if kind is None else Document(uri, text, found.version, path, kind)

    def desk(self, document: Document) -> Desk:
        """Return what a run over `document` needs besides, as it is now."""
        roots = [path for path in map(path_of, self.folders()) if path is not None]
        texts = {path_of(open_.uri): open_.source for open_ in self.workspace.text_documents.values()}
        return self.session.desk(document, roots, {path: text for path, text in texts.items() if path is not None})

    def folders(self) -> list[str]:
        """Return the URIs of the folders of the workspace."""
        folders = [folder.uri for folder in self.workspace.folders.values()]
        root = self.workspace.root_uri
        return folders or ([root] if root else [])

    def positions(self, document: Document) -> Positions:
        """Return the places of a text in the units that were agreed."""
        encoding = self.workspace.position_encoding or types.PositionEncodingKind.Utf16
        return Positions(document.text, types.PositionEncodingKind(encoding).value)

    async def found(self, document: Document) -> list[types.Diagnostic]:
        """Return the problems of a text."""
        desk = self.desk(document)
        positions = self.positions(document)
        outcome = await self.run(document, desk)
        return diagnostics(outcome, document.uri, positions)

    # --- problems, where the client does not ask for them -------------------------------------------------------------

    @property
    def pulls(self) -> bool:
        """Whether the client asks for problems itself: it is sent none then."""
        text = self.client_capabilities.text_document
        return text is not None and text.diagnostic is not None

    def changed(self, uri: str | None = None, delay: float = _DEBOUNCE) -> None:
        """Note a change: of a Dockerfile, on which files that run it may depend, or of what all may depend on."""
        self.session.changed()
        document = self.document(uri) if uri is not None else None
        alone = document is not None and document.is_dockerfile
        if self.pulls:
            if not alone:
                self._in_background(self._refresh())
            return
        for one in [open_.uri for open_ in self.workspace.text_documents.values()]:
            if not alone or one == uri or not self._is_dockerfile(one):
                self._push_later(one, delay)

    def _is_dockerfile(self, uri: str) -> bool:
        document = self.document(uri)
        return document is not None and document.is_dockerfile

    def closed(self, uri: str) -> None:
        """Take the problems of a text away that was closed."""
        self._stop(uri)
        self.session.forget(uri)
        if uri in self._told:
            self._told.discard(uri)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        self.changed()

    def _push_later(self, uri: str, delay: float) -> None:
        self._stop(uri)
        if self.document(uri) is not None:
            self._waiting[uri] = asyncio.get_running_loop().create_task(self._push(uri, delay))

    def _stop(self, uri: str) -> None:
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    async def _push(self, uri: str, delay: float) -> None:
        await asyncio.sleep(delay)
        document = await self.opened(uri)
        if document is None:
            return
        items = await self.found(document)
        self._told.add(uri)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, items, document.version))

    async def _refresh(self) -> None:
        """Ask the client to ask again, once things are quiet."""
        workspace = self.client_capabilities.workspace
        if workspace is None or workspace.diagnostics is None or not workspace.diagnostics.refresh_support:
            return
        before = self.session.generation
        await asyncio.sleep(_DEBOUNCE)
        if before == self.session.generation:
            await self.workspace_diagnostic_refresh_async(None)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    # --- settings -----------------------------------------------------------------------------------------------------

    async def ready(self) -> None:
        """Ask the client for its settings and for word of changed files, where it offers that."""
        self._pool.submit(warm_up)
        workspace = self.client_capabilities.workspace
        if workspace is None:
            self._settled.set()
            return
        await self.read_settings()
        files, settings = workspace.did_change_watched_files, workspace.did_change_configuration
        if files is not None and files.dynamic_registration:
            await self.client_register_capability_async(watching.watch())
        if settings is not None and settings.dynamic_registration:
            await self.client_register_capability_async(watching.follow_configuration())

    async def read_settings(self) -> None:
        """Ask for the settings of the workspace and of each folder, where the client answers that."""
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.configuration:
            self._settled.clear()
            await self._ask_settings()
        self._settled.set()

    async def _ask_settings(self) -> None:
        folders = self.folders()
        own, *others = await self.workspace_configuration_async(watching.ask_settings(folders)) or [None]
        if own is not None:
            self.session.settings = self.settings_of(own)
        of_folder = {}
        for uri, given in zip(folders, others, strict=False):
            path = path_of(uri)
            if path is not None and given is not None:
                of_folder[path] = self.settings_of(given)
        self.session.of_folder = of_folder
        self.changed(delay=0)

    def settings_of(self, given: object) -> EditorSettings:
        """Return the settings that the client sent; what is wrong with them is shown."""
        settings, problems = read(given)
        for problem in problems:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"harden: {problem}"))
        return settings


def known_images(server: HardenServer, document: Document) -> Callable[[ImageReference], Remembered]:
    """Return what knows what harden remembers of images; it asks no registry."""
    from hardener.lsp.remembered import remembered

    folder = document.path.parent if document.path else Path.cwd()
    return lambda image: remembered(server.session.choose, folder, image)
