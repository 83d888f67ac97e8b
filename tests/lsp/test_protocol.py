"""`harden lsp` as an editor meets it, over the protocol."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from hardener import Options, Safety, harden
from hardener._version import DOCUMENTATION
from hardener.text import decode
from tests.lsp.client import (
    ENCODINGS,
    SERVER,
    all_offered,
    applied,
    capabilities,
    editor,
    edits_of,
    formatted,
    lines,
    offered,
    opened,
    pulled,
    told,
    typed,
)

pytestmark = pytest.mark.asyncio
#: with characters of one to four bytes before the places that change
TEXT = (
    "# é 😀\r\nFROM node:22-slim\r\nRUN echo 😀é && apt-get update\r\n"
    "RUN apt-get install -y curl\r\nCMD node a.js # 😀\r\n"
)
PLAIN = "FROM node:22-slim\nRUN apt-get update\nRUN apt-get install -y curl\nRUN true\nCMD node a.js\n"
SAFE = Options(level=Safety.SAFE)


@pytest.fixture
def dockerfile(tmp_path: Path) -> Path:
    path = tmp_path / "a b ä%20;x" / "Dockerfile"  # editors send it with percent signs
    path.parent.mkdir()
    path.write_bytes(PLAIN.encode())
    (path.parent / ".git").mkdir()
    return path


async def test_what_the_server_says_it_can(tmp_path: Path) -> None:
    async with editor(tmp_path) as client:
        can = client.begun.capabilities
        assert can.text_document_sync.change is types.TextDocumentSyncKind.Full
        assert not can.text_document_sync.will_save_wait_until, "Emacs would make each change twice"
        assert can.document_formatting_provider
        assert can.document_range_formatting_provider
        assert can.hover_provider
        assert can.inlay_hint_provider
        assert set(can.code_action_provider.code_action_kinds) == {
            "quickfix", "source.fixAll.harden", "source.fixAll.harden.hardening",
        }  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_formatting_gives_the_text_of_harden_in_each_encoding(dockerfile: Path, encoding: str) -> None:
    dockerfile.write_bytes(TEXT.encode())
    async with editor(dockerfile.parent, can=capabilities([encoding])) as client:
        assert client.begun.capabilities.position_encoding == encoding
        uri = opened(client, dockerfile)
        edits = await formatted(client, uri)
    expected = harden(TEXT, options=SAFE).code
    assert applied(TEXT, edits, encoding) == expected != TEXT
    assert all(edit.new_text != expected for edit in edits), "not the whole text at once"
    assert expected.count("\r\n") == expected.count("\n")


async def test_the_encoding_is_utf_16_where_nothing_is_agreed(dockerfile: Path) -> None:
    async with editor(dockerfile.parent, can=capabilities()) as client:
        assert client.begun.capabilities.position_encoding == "utf-16"
        uri = opened(client, dockerfile, TEXT)
        found = await told(client, uri)
    cmd = next(one for one in found if one.code == "HD201")
    assert cmd.range == types.Range(types.Position(4, 0), types.Position(4, len("CMD node a.js # 😀") + 1))


async def test_a_problem_has_all_that_an_editor_shows(dockerfile: Path) -> None:
    async with editor(dockerfile.parent) as client:
        found = await told(client, opened(client, dockerfile))
    first = next(one for one in found if one.code == "HD101")
    assert first.range.start == types.Position(1, 0)
    assert first.severity is types.DiagnosticSeverity.Warning
    assert first.source == "harden"
    assert first.code_description == types.CodeDescription(f"{DOCUMENTATION}/rules/#hd101-merge-run")
    assert first.related_information
    assert [one.location.range.start.line for one in first.related_information] == [2, 3]
    unsafe = next(one for one in found if one.code == "HD203")
    assert unsafe.severity is types.DiagnosticSeverity.Information
    assert "not proved" in unsafe.message


async def test_problems_are_pulled_and_then_not_pushed(dockerfile: Path) -> None:
    async with editor(dockerfile.parent, can=capabilities(pull=True)) as client:
        uri = opened(client, dockerfile)
        first = await pulled(client, uri)
        assert {"HD101", "HD201"} <= {one.code for one in first.items}
        again = await pulled(client, uri, first.result_id)
        assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
        typed(client, uri, 2, "FROM scratch\n")
        third = await pulled(client, uri, first.result_id)
        assert not third.items
        await asyncio.sleep(0.4)  # longer than the server waits before it pushes
        assert uri not in client.diagnostics


async def test_problems_follow_what_is_typed_and_go_when_it_is_closed(dockerfile: Path) -> None:
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile)
        assert await told(client, uri)
        for version in range(2, 8):
            typed(client, uri, version, PLAIN + "#" * version)
        typed(client, uri, 8, "FROM scratch\n")
        assert not await told(client, uri), "only what was typed last is looked at"
        client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
        assert not await told(client, uri)


async def test_a_text_with_a_syntax_error_is_told_of_and_left_alone(dockerfile: Path) -> None:
    text = "FROM node:22\r\n# 😀\r\nRUN a\r\nCOPPY b c\r\n"
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile, text)
        (only,) = await told(client, uri)
        assert only.severity is types.DiagnosticSeverity.Error
        assert only.range == types.Range(types.Position(3, 0), types.Position(3, 9))
        assert "COPY" in only.message
        assert await formatted(client, uri) == []
        assert await offered(client, uri, lines(0, 4)) == []


async def test_a_range_is_formatted_alone(dockerfile: Path) -> None:
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile)
        assert applied(PLAIN, await formatted(client, uri, lines(4, 5))) == PLAIN.replace(
            "CMD node a.js", 'CMD ["node", "a.js"]'
        )
        assert await formatted(client, uri, lines(1, 2)) == [], "the change needs the lines below too"
        merged = applied(PLAIN, await formatted(client, uri, lines(1, 4)))
        assert merged.count("RUN") == 1
        assert "CMD node a.js" in merged


async def test_a_text_that_changes_meanwhile_is_not_formatted(dockerfile: Path) -> None:
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile)
        asked = asyncio.ensure_future(formatted(client, uri))
        await asyncio.sleep(0)
        typed(client, uri, 2, PLAIN + "# more\n")
        with pytest.raises(JsonRpcException) as error:
            await asked
        assert error.value.code == types.LSPErrorCodes.ContentModified.value


async def test_a_request_is_cancelled(dockerfile: Path) -> None:
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile, "FROM node:22\n" + "RUN a\nCMD b\n" * 150)
        identifier = types.TextDocumentIdentifier(uri)
        params = types.DocumentFormattingParams(identifier, types.FormattingOptions(4, True))
        for number in range(4):
            client.protocol.send_request(types.TEXT_DOCUMENT_FORMATTING, params, msg_id=f"f{number}")
        last = client.protocol.send_request(types.TEXT_DOCUMENT_FORMATTING, params, msg_id="last")
        client.cancel_request(types.CancelParams("last"))
        with pytest.raises(JsonRpcException) as error:
            await asyncio.wrap_future(last)
        assert error.value.code == types.LSPErrorCodes.RequestCancelled.value


async def test_each_finding_has_its_fix_an_ignore_comment_and_an_explanation(dockerfile: Path) -> None:
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile)
        found = await offered(client, uri, lines(4, 4), ["quickfix"])
        titles = [action.title for action in found]
        fix = next(action for action in found if action.title.startswith("harden: exec-form: "))
        assert fix.is_preferred
        assert fix.diagnostics
        assert fix.diagnostics[0].code == "HD201"
        assert applied(PLAIN, edits_of(fix)) == PLAIN.replace("CMD node a.js", 'CMD ["node", "a.js"]')
        ignore = found[titles.index("harden: ignore exec-form here")]
        assert applied(PLAIN, edits_of(ignore)) == PLAIN.replace("CMD", "# harden: ignore[exec-form]\nCMD")
        everything = [action.title for action in await all_offered(client, uri, lines(4, 4), ["quickfix"])]
        assert "harden: explain exec-form" in everything
        text = await client.workspace_execute_command_async(types.ExecuteCommandParams("harden.explain", ["exec-form"]))
        assert "exec-form" in text
        assert "HD201" in text
        assert client.messages[-1].message == text


async def test_all_fixes_at_once_and_what_hardens_only_by_its_own_name(dockerfile: Path) -> None:
    hardened = harden(PLAIN, options=Options(level=Safety.HARDENING)).code
    safe = harden(PLAIN, options=SAFE).code
    assert safe != hardened
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile)
        for only in ("source.fixAll", "source.fixAll.harden"):
            (action,) = await offered(client, uri, lines(0, 0), [only])
            assert action.kind == "source.fixAll.harden"
            assert applied(PLAIN, edits_of(action)) == safe
        (action,) = await offered(client, uri, lines(0, 0), ["source.fixAll.harden.hardening"])
        assert applied(PLAIN, edits_of(action)) == hardened


async def test_hover_tells_of_images_instructions_and_names(dockerfile: Path) -> None:
    text = "# 😀 see U15\n# harden: ignore[exec-form]\nFROM debian:12-slim AS a\nUSER 1000\nCMD node a.js\n"
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile, text)

        async def hover(line: int, character: int) -> str:
            params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
            found = await client.text_document_hover_async(params)
            assert found is None or isinstance(found.contents, types.MarkupContent)
            return "" if found is None else found.contents.value  # type: ignore[union-attr]

        assert "U15" in await hover(0, 10)
        assert "HD201" in await hover(1, 20)
        image = await hover(2, 8)
        assert "debian:12-slim" in image.replace("\\", "")
        assert "package manager: apt" in image
        assert "not pinned" in image
        instruction = await hover(4, 1)
        assert "user: `1000`" in instruction
        assert "HD201" not in instruction
        assert await hover(4, 8) == ""
        assert await hover(0, 0) == ""


async def test_names_of_rules_are_completed(dockerfile: Path) -> None:
    text = "# 😀\nFROM a\n  # harden: ignore[exec-form, mer\nRUN b\n"
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile, text)
        line = text.split("\n")[2]
        params = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(2, len(line)))
        found = await client.text_document_completion_async(params)
        labels = {item.label: item for item in found}  # type: ignore[union-attr]
        assert "exec-form" not in labels
        edit = labels["merge-run"].text_edit
        assert isinstance(edit, types.TextEdit)
        assert applied(text, [edit]).split("\n")[2] == "  # harden: ignore[exec-form, merge-run"
        elsewhere = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(3, 5))
        assert not await client.text_document_completion_async(elsewhere)


async def test_the_user_of_each_stage_is_shown(dockerfile: Path) -> None:
    text = "FROM node:22 AS a\nUSER node\nFROM acme/thing\nFROM debian:12\nUSER 10:10\nFROM a\n"
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile, text)
        params = types.InlayHintParams(types.TextDocumentIdentifier(uri), lines(0, 4))
        found = await client.text_document_inlay_hint_async(params)
        assert [(h.label, h.position.line, h.position.character) for h in found or ()] == [
            ("USER node", 0, 17), ("USER ?", 2, 15), ("USER 10:10", 3, 14),
        ]  # fmt: skip


async def test_settings_of_each_folder_count(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "Dockerfile").write_text(PLAIN)
    configuration = {"": {"harden": {}}, one.as_uri(): {"harden": {"ignore": ["exec-form"]}}}
    async with editor(one, two, can=capabilities(configuration=True), configuration=configuration) as client:
        first, second = opened(client, one / "Dockerfile"), opened(client, two / "Dockerfile")
        assert 'CMD ["node"' not in applied(PLAIN, await formatted(client, first))
        assert 'CMD ["node"' in applied(PLAIN, await formatted(client, second))
        client.set_configuration({"harden": {"select": ["merge-run"]}}, scope_uri=two.as_uri())
        client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await asyncio.sleep(0.3)
        assert 'CMD ["node"' not in applied(PLAIN, await formatted(client, second))


async def test_settings_that_are_sent_count_and_wrong_ones_are_told_of(dockerfile: Path) -> None:
    settings: dict[str, Any] = {"harden": {"select": ["exec-form"], "level": {}, "engine": "sh", "\x1b": 1}}
    async with editor(dockerfile.parent, settings=settings) as client:
        uri = opened(client, dockerfile)
        assert {one.code for one in await told(client, uri)} == {"HD201"}
        assert sorted(message.message.partition(":")[2].strip()[:16] for message in client.messages) == [
            "harden.\\x1b: no ", "harden.engine: n", 'harden.level mus',
        ]  # fmt: skip
        client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"harden": {"select": ["HD101"]}}))
        assert {one.code for one in await told(client, uri)} == {"HD101"}


async def test_a_context_that_leads_out_of_the_workspace_is_refused(dockerfile: Path) -> None:
    async with editor(dockerfile.parent, settings={"context": ".."}) as client:
        (only,) = await told(client, opened(client, dockerfile))
    assert "leads out of the workspace" in only.message


async def test_a_repository_may_not_set_what_is_the_users(dockerfile: Path) -> None:
    (dockerfile.parent / "harden.toml").write_text('[registry]\nmirrors = {"docker.io" = ["https://evil.example"]}\n')
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile)
        (only,) = await told(client, uri)
        assert "a repository may not set it" in only.message
        assert await formatted(client, uri) == []
        (dockerfile.parent / "harden.toml").write_text('ignore = ["exec-form"]\n')
        event = types.FileEvent((dockerfile.parent / "harden.toml").as_uri(), types.FileChangeType.Changed)
        client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        assert "HD201" not in {one.code for one in await told(client, uri)}


async def test_unsaved_texts_count_in_place_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "package.json").write_text('{"scripts": {"start": "node a.js && true"}}')
    (tmp_path / "a.js").write_text("")
    text = 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nCMD ["npm", "start"]\n'
    (tmp_path / "Dockerfile").write_text(text)
    async with editor(tmp_path) as client:
        uri = opened(client, tmp_path / "Dockerfile")
        before = {one.code: one.message for one in await told(client, uri)}
        opened(client, tmp_path / "package.json", '{"scripts": {"start": "node a.js"}}', "json")
        after = {one.code: one.message for one in await told(client, uri)}
    assert before != after


async def test_compose_files_that_are_typed_count(dockerfile: Path) -> None:
    compose = dockerfile.parent / "compose.yaml"
    compose.write_text("services:\n  web:\n    build: .\n")
    held = "services:\n  web:\n    build: .\n    init: true\n"
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile)
        assert "HD202" in {one.code for one in await told(client, uri) if one.severity == 2}
        name = opened(client, compose, held, "yaml")
        assert "HD202" not in {one.code for one in await told(client, uri) if one.severity == 2}
        client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(name)))
        assert "HD202" in {one.code for one in await told(client, uri) if one.severity == 2}


async def test_files_are_watched_where_the_client_does_that(dockerfile: Path) -> None:
    async with editor(dockerfile.parent, can=capabilities(watch=True)) as client:
        await told(client, opened(client, dockerfile))
        methods = [one.method for one in client.registered]  # type: ignore[attr-defined]
        assert methods == [types.WORKSPACE_DID_CHANGE_WATCHED_FILES]


async def test_other_texts_and_texts_in_no_file_are_answered(tmp_path: Path) -> None:
    async with editor(tmp_path) as client:
        other = tmp_path / "notes.txt"
        other.write_text("hello")
        assert await formatted(client, opened(client, other, language="plaintext")) == []
        item = types.TextDocumentItem("untitled:Untitled-1", "dockerfile", 1, PLAIN)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        assert applied(PLAIN, await formatted(client, item.uri)) == harden(PLAIN, options=SAFE).code


async def test_formatting_twice_changes_nothing(dockerfile: Path) -> None:
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile)
        once = applied(PLAIN, await formatted(client, uri))
        typed(client, uri, 2, once)
        assert await formatted(client, uri) == []


async def test_bytes_of_another_encoding_come_back(dockerfile: Path) -> None:
    text = decode(b"FROM node:22-slim\nRUN apt-get update\nRUN apt-get install -y curl\n")
    async with editor(dockerfile.parent) as client:
        uri = opened(client, dockerfile, text + "# \ud83d\n")
        (only,) = await told(client, uri)
    assert "surrogate" in only.message


async def test_the_port_of_this_machine() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(*SERVER, "--tcp", f"127.0.0.1:{port}", stderr=subprocess.PIPE)
    assert process.stderr is not None
    try:
        line = (await asyncio.wait_for(process.stderr.readline(), 20)).decode()
        assert line == f"harden lsp listens on 127.0.0.1:{port}\n"
        reader, writer = await _connected(port)
        params = '{"capabilities":{},"processId":null,"rootUri":null}'
        body = f'{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{params}}}'.encode()
        writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert (await asyncio.wait_for(reader.readline(), 20)).startswith(b"Content-Length")
        writer.close()
    finally:
        process.kill()
        await process.wait()


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for _ in range(100):
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.1)
    raise AssertionError("nobody listens")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--tcp", "here"], "write it as 127.0.0.1:2087"),
        (["--tcp", "1", "--stdio"], "not both"),
        (["--isolated", "--config", "x"], "not both"),
    ],
)
async def test_options_that_exclude_each_other(arguments: list[str], message: str) -> None:
    done = await asyncio.to_thread(subprocess.run, [*SERVER, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in done.stderr


async def test_without_pygls_the_command_to_install_it_is_told() -> None:
    code = (
        "import sys; sys.modules['pygls'] = None; sys.argv = ['harden', 'lsp']\n"
        "from hardener.cli.start import main; main()"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "pip install pygls, or with pipx: pipx inject hardener pygls" in done.stderr
    assert "Traceback" not in done.stderr


COMPOSE = "services:\n  # web\n  web:\n    image: nginx:1.27\n    ports: ['80:80']\n"


async def test_a_compose_file_has_problems_fixes_and_pages_and_is_not_formatted(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "compose.yaml"
    path.write_text(COMPOSE)
    async with editor(tmp_path, options=["--isolated"]) as client:
        uri = opened(client, path, language="yaml")
        found = {one.code: one for one in await told(client, uri)}
        assert found["HD503"].range.start.line == 2
        assert await formatted(client, uri) == []
        (fix,) = [one for one in await offered(client, uri, lines(2, 3)) if one.title.startswith("harden: log-limits")]
        assert "max-size" in applied(COMPOSE, edits_of(fix))
        ignore = next(one for one in await offered(client, uri, lines(2, 3)) if "ignore log-limits" in one.title)
        ignored = applied(COMPOSE, edits_of(ignore))
        assert "  # harden: ignore[log-limits]\n  web:" in ignored
        typed(client, uri, 2, ignored)
        assert "HD503" not in {one.code for one in await told(client, uri)}
        place = types.TextDocumentIdentifier(uri)
        page = await client.text_document_hover_async(types.HoverParams(place, types.Position(2, 22)))
        image = await client.text_document_hover_async(types.HoverParams(place, types.Position(4, 14)))
        nothing = await client.text_document_hover_async(types.HoverParams(place, types.Position(5, 8)))
        assert page is not None
        assert "(HD503" in page.contents.value  # type: ignore[union-attr]
        assert image is not None
        assert "not pinned" in image.contents.value  # type: ignore[union-attr]
        assert nothing is None
        typed(client, uri, 3, "services:\n  web: [\n")
        (unread,) = await told(client, uri)
        assert unread.severity is types.DiagnosticSeverity.Error


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: nginx:1.27\n"
CONTAINER = '{\n  "image": "debian:12"\n}\n'
BAKE = 'target "a" {\n  contexts = { x = "docker-image://debian:12" }\n}\n'


@pytest.mark.parametrize(
    ("name", "text", "code", "ignored", "image"),
    [
        ("web.yaml", POD, "HD610", "# harden: ignore[", (6, 15)),
        (".devcontainer/devcontainer.json", CONTAINER, "HD701", "// harden: ignore[", (1, 14)),
        ("docker-bake.hcl", BAKE, "HD701", "# harden: ignore[", (1, 36)),
    ],
)
async def test_other_files_that_the_command_takes_have_problems_and_ignores(  # noqa: PLR0917 (one column each)
    name: str, text: str, code: str, ignored: str, image: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    async with editor(tmp_path, options=["--isolated"]) as client:
        uri = opened(client, path, language=path.suffix[1:])
        found = {one.code: one for one in await told(client, uri)}
        assert code in found
        assert await formatted(client, uri) == []
        where = found[code].range
        offers = [
            one for one in await offered(client, uri, where) if one.diagnostics and one.diagnostics[0].code == code
        ]
        ignore = next(one for one in offers if "ignore" in one.title)
        silent = applied(text, edits_of(ignore))
        assert ignored in silent
        place = types.TextDocumentIdentifier(uri)
        page = await client.text_document_hover_async(types.HoverParams(place, types.Position(*image)))
        assert page is not None
        assert "not pinned" in page.contents.value  # type: ignore[union-attr]
        typed(client, uri, 2, silent)
        assert code not in {one.code for one in await told(client, uri)}


@pytest.mark.parametrize(
    ("name", "text"),
    [("values.yaml", "image: nginx\n"), ("chart/templates/web.yaml", POD), ("package.json", CONTAINER)],
)
async def test_files_that_the_command_does_not_take_are_left_alone(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    (tmp_path / "chart").mkdir(exist_ok=True)
    (tmp_path / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: a\n")
    pull = capabilities(["utf-16"], pull=True)
    async with editor(tmp_path, can=pull, options=["--isolated"]) as client:
        uri = opened(client, path, language="yaml")
        place = types.TextDocumentIdentifier(uri)
        report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(place))
        assert list(report.items) == []  # type: ignore[union-attr]
        assert await offered(client, uri, lines(1, 1)) == []


async def test_the_problems_of_a_compose_file_follow_the_dockerfile_that_it_builds(dockerfile: Path) -> None:
    compose = dockerfile.parent / "compose.yaml"
    compose.write_text("services:\n  web:\n    build: .\n")
    async with editor(dockerfile.parent, options=["--isolated"]) as client:
        uri = opened(client, compose, language="yaml")
        before = [(one.code, one.message) for one in await told(client, uri)]
        opened(client, dockerfile, PLAIN + 'ENTRYPOINT ["/usr/bin/tini", "--"]\nUSER 1000\n')
        assert [(one.code, one.message) for one in await told(client, uri)] != before


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be a registry that takes its time and has nothing."""
    await reader.readuntil(b"\r\n\r\n")
    await asyncio.sleep(1)
    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("options", "shows", "told_of"), [(["--online"], True, 1), (["--online"], False, 0), ([], True, 0)]
)
async def test_a_registry_that_takes_its_time_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], shows: bool, told_of: int
) -> None:
    monkeypatch.delenv("HARDEN_OFFLINE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    registry = await asyncio.start_server(_silent, "127.0.0.1", 0)
    host = f"127.0.0.1:{registry.sockets[0].getsockname()[1]}"
    config = tmp_path / "config.toml"
    config.write_text(f'[registry]\ninsecure = ["{host}"]\n')
    path = tmp_path / "Dockerfile"
    path.write_text(f"FROM {host}/shop/web:1\n")
    can = capabilities()
    can.window = types.WindowClientCapabilities(work_done_progress=shows)
    async with registry, editor(tmp_path, can=can, options=["--config", str(config), *options]) as client:
        found = await told(client, opened(client, path))
        assert "HD301" in {one.code for one in found}
        kinds = [[type(one) for one in reports] for reports in client.progress_reports.values()]
        assert kinds == [[types.WorkDoneProgressBegin, types.WorkDoneProgressEnd]] * told_of
