/** harden in Visual Studio Code: finds the command, starts the language server, adds the commands of the palette. */
import * as vscode from "vscode";
import { install } from "./install";
import { Server } from "./server";
import * as settings from "./settings";
import { Status } from "./status";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("harden", { log: true });
  const status = new Status();
  const own = vscode.Uri.joinPath(context.globalStorageUri, "venv").fsPath;
  const started = new Server(output, status, own);
  server = started;
  const command = (name: string, run: () => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`harden.${name}`, run);
  context.subscriptions.push(
    output,
    status,
    command("restart", () => started.restart()),
    command("showOutput", () => output.show()),
    command("fixAll", () => fixAll("source.fixAll.harden")),
    command("fixAllHardening", () => fixAll("source.fixAll.harden.hardening")),
    command("install", () => installed(own, output, started)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (settings.wantsRestart(change)) void started.restart();
    }),
    // a folder that is trusted from now on may bring its own harden
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
  );
  await started.restart();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}

function fixAll(kind: string): Thenable<unknown> {
  return vscode.commands.executeCommand("editor.action.codeAction", { kind, apply: "first" });
}

async function installed(own: string, output: vscode.LogOutputChannel, started: Server): Promise<void> {
  // the server may run from there
  await started.stop();
  const progress = { location: vscode.ProgressLocation.Notification, title: "Installing harden", cancellable: true };
  const failed = await vscode.window.withProgress(progress, (_, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    return install(own, (line) => output.info(line), stop.signal);
  });
  if (failed) {
    const chosen = await vscode.window.showErrorMessage(`harden was not installed: ${failed}`, "Show Output");
    if (chosen !== undefined) output.show();
  }
  await started.restart();
}
