"""Which requests the server answers, and which function answers each."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from hardener.image.model import Model
from hardener.lsp import actions, completion, inlay
from hardener.lsp.analysis import Chooser, Document, capped, formatted
from hardener.lsp.hover import Told, hover, hover_other
from hardener.lsp.image_page import Known
from hardener.lsp.kinds import comment_of, rules_of
from hardener.lsp.pages import content, explained
from hardener.lsp.positions import Positions
from hardener.lsp.server import HardenServer, known_images
from hardener.rules.base import Safety
from hardener.text import Edit

#: pages that one request gets at the most
_PAGES = 10
_CHANGED = types.LSPErrorCodes.ContentModified.value


def server_for(choose: Chooser, *, asks: bool = False) -> HardenServer:
    """Return the server with all that it answers; `asks` says whether registries may be asked.

    `willSaveWaitUntil` is not among it: Emacs asks that and formats, so that a change would be made twice.
    """
    server = HardenServer(choose, asks=asks)
    _texts(server)
    _settings(server)
    _problems(server)
    _formatting(server)
    _fixes(server)
    _reading(server)
    return server


def _texts(server: HardenServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(ls: HardenServer, params: types.DidOpenTextDocumentParams) -> None:
        ls.changed(params.text_document.uri, delay=0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(ls: HardenServer, params: types.DidChangeTextDocumentParams) -> None:
        ls.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(ls: HardenServer, params: types.DidSaveTextDocumentParams) -> None:
        ls.changed(params.text_document.uri, delay=0)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(ls: HardenServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.closed(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(ls: HardenServer, params: types.DidChangeWatchedFilesParams) -> None:
        ls.changed()


def _settings(server: HardenServer) -> None:
    @server.feature(types.INITIALIZE)
    def begun(ls: HardenServer, params: types.InitializeParams) -> None:
        ls.session.settings = ls.settings_of(params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def ready(ls: HardenServer, params: types.InitializedParams) -> None:
        await ls.ready()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(ls: HardenServer, params: types.DidChangeConfigurationParams) -> None:
        if params.settings:
            ls.session.settings = ls.settings_of(params.settings)
            ls.changed(delay=0)
        await ls.read_settings()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders(ls: HardenServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.changed(delay=0)
        await ls.read_settings()


def _problems(server: HardenServer) -> None:
    options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="harden")

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def pulled(ls: HardenServer, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        document = await ls.opened(params.text_document.uri)
        if document is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        name = f"{document.version}:{ls.session.generation}"
        if params.previous_result_id == name:
            return types.RelatedUnchangedDocumentDiagnosticReport(name)
        return types.RelatedFullDocumentDiagnosticReport(await ls.found(document), result_id=name)


def _formatting(server: HardenServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    async def whole(ls: HardenServer, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        return await _formatted(ls, params.text_document.uri, None)

    @server.feature(types.TEXT_DOCUMENT_RANGE_FORMATTING)
    async def part(ls: HardenServer, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
        return await _formatted(ls, params.text_document.uri, params.range)


async def _formatted(ls: HardenServer, uri: str, range_: types.Range | None) -> list[types.TextEdit] | None:
    document = await ls.opened(uri)
    if document is None or not document.is_dockerfile:  # YAML and JSON have formatters of their own
        return None
    positions = ls.positions(document)
    lines = None if range_ is None else _lines(document, positions, range_)
    edits = await ls.work(formatted, document, ls.desk(document), lines)
    if ls.document(uri) != document:
        raise JsonRpcException("the text changed while it was formatted", _CHANGED)
    return positions.edits(edits)


def _lines(document: Document, positions: Positions, range_: types.Range) -> tuple[int, int]:
    """Return the first and last line of a range, from 1; a range that ends before a line begins leaves that one out."""
    start, end = positions.offset(range_.start), positions.offset(range_.end)
    if end > start and document.text[end - 1] == "\n":
        end -= 1
    return document.text.count("\n", 0, start) + 1, document.text.count("\n", 0, end) + 1


def _fixes(server: HardenServer) -> None:
    options = types.CodeActionOptions(code_action_kinds=list(actions.KINDS), resolve_provider=False)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def offered(ls: HardenServer, params: types.CodeActionParams) -> list[types.CodeAction]:
        document = await ls.opened(params.text_document.uri)
        if document is None:
            return []
        only = params.context.only
        asked = actions.Asked(params.range, None if only is None else tuple(map(_kind, only)), _versioned(ls))
        return await _actions(ls, document, asked)

    @server.command(actions.EXPLAIN)
    def explain(ls: HardenServer, *names: str) -> str:
        asked = dict.fromkeys(name for name in names if isinstance(name, str))
        text = explained(list(asked)[:_PAGES])
        if text:
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
        return text


def _kind(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


async def _actions(ls: HardenServer, document: Document, asked: actions.Asked) -> list[types.CodeAction]:
    wanted = actions.wanted(asked)
    desk = ls.desk(document)
    place = actions.Place(document.uri, document.version, ls.positions(document), comment_of(document.path))
    found: list[types.CodeAction] = []
    if actions.QUICK_FIX in wanted:
        found += actions.quick_fixes(await ls.run(document, desk, with_edits=True), place, asked)
    if actions.FIX_ALL in wanted:
        found += actions.fix_all(actions.FIX_ALL, await ls.work(formatted, document, desk), place, asked)
    if actions.FIX_ALL_HARDENING in wanted:
        level: Safety = await ls.work(capped, desk, document)
        outcome = await ls.run(document, desk, level)
        edits: tuple[Edit, ...] = outcome.result.edits if outcome.result is not None else ()
        found += actions.fix_all(actions.FIX_ALL_HARDENING, edits, place, asked)
    return found


def _versioned(ls: HardenServer) -> bool:
    workspace = ls.client_capabilities.workspace
    edits = workspace.workspace_edit if workspace is not None else None
    return edits is not None and bool(edits.document_changes)


def _reading(server: HardenServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(ls: HardenServer, params: types.HoverParams) -> types.Hover | None:
        document = await ls.opened(params.text_document.uri)
        if document is None:
            return None
        offset = ls.positions(document).offset(params.position)
        told = await ls.work(_hover, ls, document, offset, known_images(ls, document))
        text = ls.client_capabilities.text_document
        kinds = text.hover.content_format if text is not None and text.hover is not None else None
        return None if told is None else types.Hover(content(told.text, kinds or ()), told.range)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["[", ","]))
    async def completed(ls: HardenServer, params: types.CompletionParams) -> list[types.CompletionItem]:
        document = await ls.opened(params.text_document.uri)
        if document is None:
            return []
        positions = ls.positions(document)
        rules = rules_of(document.kind)
        return completion.completions(positions, positions.offset(params.position), _documentation(ls), rules)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def hinted(ls: HardenServer, params: types.InlayHintParams) -> list[types.InlayHint]:
        document = await ls.opened(params.text_document.uri)
        if document is None:
            return []
        return await ls.work(_hints, ls, document, params.range)


def _documentation(ls: HardenServer) -> Sequence[types.MarkupKind]:
    """Return the kinds of texts that the client shows beside a completion."""
    text = ls.client_capabilities.text_document
    item = text.completion.completion_item if text is not None and text.completion is not None else None
    return item.documentation_format or () if item is not None else ()


def _hover(ls: HardenServer, document: Document, offset: int, known: Known) -> Told | None:
    if not document.is_dockerfile:
        return hover_other(ls.positions(document), offset, known)
    model = ls.session.model(document)
    if model is None:
        return None
    outcome = ls.session.run(document, ls.desk(document))
    return hover(model, outcome, ls.positions(document), offset, known)


def _hints(ls: HardenServer, document: Document, range_: types.Range) -> list[types.InlayHint]:
    model: Model | None = ls.session.model(document)
    return [] if model is None else list(inlay.hints(model, ls.positions(document), range_))
