"""An editor for the tests: starts the server as an editor does and talks to it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient
from pytest_lsp.client import make_test_lsp_client

from hardener.lsp.positions import Positions

SERVER = (sys.executable, "-m", "hardener", "lsp")
ENCODINGS = ("utf-8", "utf-16", "utf-32")


def capabilities(encodings: Sequence[str] | None = None, *, pull: bool = False, watch: bool = False,
                 configuration: bool = False) -> types.ClientCapabilities:  # fmt: skip
    """Return what an editor says that it can."""
    general = types.GeneralClientCapabilities(
        position_encodings=None if encodings is None else [types.PositionEncodingKind(one) for one in encodings]
    )
    diagnostic = types.DiagnosticClientCapabilities() if pull else None
    return types.ClientCapabilities(
        general=general,
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=diagnostic,
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True),
            synchronization=types.TextDocumentSyncClientCapabilities(will_save_wait_until=True),
        ),
        workspace=types.WorkspaceClientCapabilities(
            configuration=configuration,
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=watch),
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True) if pull else None,
        ),
    )


@asynccontextmanager
async def editor(
    *roots: Path,
    can: types.ClientCapabilities | None = None,
    settings: Any = None,
    configuration: dict[str, dict[str, Any]] | None = None,
    options: Sequence[str] = (),
) -> AsyncIterator[LanguageClient]:
    """Give a client of a server that has begun in the folders `roots`."""
    client = make_test_lsp_client()
    client.registered = []  # type: ignore[attr-defined]

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        client.registered += params.registrations  # type: ignore[attr-defined]

    if configuration:
        for scope, value in configuration.items():
            client.set_configuration(value, scope_uri=scope or None)
    await client.start_io(*SERVER, *options)
    params = types.InitializeParams(
        capabilities=can or capabilities(),
        initialization_options=settings,
        workspace_folders=[types.WorkspaceFolder(root.as_uri(), root.name) for root in roots],
    )
    client.begun = await client.initialize_session(params)  # type: ignore[attr-defined]
    try:
        yield client
    finally:
        await client.shutdown_session()
        await client.stop()


def opened(client: LanguageClient, path: Path, text: str | None = None, language: str = "dockerfile") -> str:
    """Open a file, with another text than it has where one is given; return its URI."""
    shown = path.read_bytes().decode() if text is None else text
    item = types.TextDocumentItem(path.as_uri(), language, 1, shown)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return path.as_uri()


def typed(client: LanguageClient, uri: str, version: int, text: str) -> None:
    """Replace the text of an open file."""
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version, uri), [types.TextDocumentContentChangeWholeDocument(text)]
        )
    )


async def told(client: LanguageClient, uri: str) -> Sequence[types.Diagnostic]:
    """Return the problems that the server sends next for a text."""
    while True:
        waiting = client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        params = await asyncio.wait_for(waiting, 20)
        if params.uri == uri:
            return list(params.diagnostics)


async def pulled(client: LanguageClient, uri: str, before: str | None = None) -> Any:
    """Ask for the problems of a text."""
    identifier = types.TextDocumentIdentifier(uri)
    return await client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(identifier, previous_result_id=before)
    )


async def formatted(client: LanguageClient, uri: str, range_: types.Range | None = None) -> list[types.TextEdit]:
    """Ask for the edits that format a text, or a part of it."""
    identifier, options = types.TextDocumentIdentifier(uri), types.FormattingOptions(4, True)
    if range_ is None:
        params = types.DocumentFormattingParams(identifier, options)
        return list(await client.text_document_formatting_async(params) or ())
    part = types.DocumentRangeFormattingParams(identifier, range_, options)
    return list(await client.text_document_range_formatting_async(part) or ())


async def offered(
    client: LanguageClient, uri: str, range_: types.Range, only: Sequence[str] | None = None
) -> list[types.CodeAction]:
    """Ask for the code actions of a range."""
    return [one for one in await all_offered(client, uri, range_, only) if isinstance(one, types.CodeAction)]


async def all_offered(
    client: LanguageClient, uri: str, range_: types.Range, only: Sequence[str] | None = None
) -> Sequence[types.CodeAction | types.Command]:
    """Ask for the code actions of a range; lsprotocol reads one with a command as that command."""
    context = types.CodeActionContext([], only=only)
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), range_, context)
    return await client.text_document_code_action_async(params) or ()


def lines(first: int, last: int) -> types.Range:
    """Return whole lines as a range, from 0."""
    return types.Range(types.Position(first, 0), types.Position(last, 0))


def applied(text: str, edits: Sequence[types.TextEdit], encoding: str = "utf-16") -> str:
    """Return a text as an editor has it after `edits`."""
    positions = Positions(text, encoding)
    places = [(positions.offset(edit.range.start), positions.offset(edit.range.end), edit.new_text) for edit in edits]
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def edits_of(action: types.CodeAction) -> list[types.TextEdit]:
    """Return the edits of an action for its one text."""
    assert action.edit is not None
    assert action.edit.document_changes is not None
    (change,) = action.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == 1
    return [edit for edit in change.edits if isinstance(edit, types.TextEdit)]
