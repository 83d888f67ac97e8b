/**
 * Tells the server of unsaved texts that it takes nothing else of: a package.json counts as it is in the editor.
 */
import * as vscode from "vscode";
import {
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type LanguageClient,
} from "vscode-languageclient/node";
import { TEXTS } from "./texts";

const LIMIT = 1_000_000;

/** Follow unsaved texts until disposed. */
export function follow(client: LanguageClient): vscode.Disposable {
  const told = new Set<string>();
  const tell = (document: vscode.TextDocument): void => {
    const uri = document.uri.toString();
    if (document.uri.scheme !== "file" || vscode.languages.match(TEXTS as vscode.DocumentSelector, document)) return;
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
