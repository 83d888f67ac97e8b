/**
 * Tells the server of unsaved texts other than Dockerfiles: a compose file or a manifest counts as it is in the editor.
 *
 * They are told here and not by the selector of the client, with which harden would offer to format them too.
 */
import * as vscode from "vscode";
import {
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type LanguageClient,
} from "vscode-languageclient/node";

const LIMIT = 1_000_000;

/** Follow unsaved texts until disposed. */
export function follow(client: LanguageClient): vscode.Disposable {
  const told = new Set<string>();
  const tell = (document: vscode.TextDocument): void => {
    const uri = document.uri.toString();
    if (document.languageId === "dockerfile" || document.uri.scheme !== "file") return;
    const counts = document.isDirty && !document.isClosed && document.getText().length <= LIMIT;
    if (counts && !told.has(uri)) {
      told.add(uri);
      const textDocument = client.code2ProtocolConverter.asOpenTextDocumentParams(document).textDocument;
      void client.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    } else if (counts) {
      const textDocument = { uri: client.code2ProtocolConverter.asUri(document.uri), version: document.version };
      const contentChanges = [{ text: document.getText() }];
      void client.sendNotification(DidChangeTextDocumentNotification.type, { textDocument, contentChanges });
    } else if (told.delete(uri)) {
      const textDocument = { uri: client.code2ProtocolConverter.asUri(document.uri) };
      void client.sendNotification(DidCloseTextDocumentNotification.type, { textDocument });
    }
  };
  vscode.workspace.textDocuments.forEach(tell);
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument((change) => tell(change.document)),
    vscode.workspace.onDidSaveTextDocument(tell),
    vscode.workspace.onDidCloseTextDocument(tell),
  );
}
