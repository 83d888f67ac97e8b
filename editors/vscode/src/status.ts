/** The item in the status bar, seen beside a text that harden takes: whether the server runs, and which command it is. */
import * as vscode from "vscode";
import type { Command } from "./command";
import { TEXTS } from "./texts";

const SOURCES = {
  setting: "the setting harden.command",
  workspace: "the virtual environment of the workspace",
  PATH: "the PATH",
  installed: "the environment of this extension",
} as const;

export class Status implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("harden", vscode.StatusBarAlignment.Right, 100);
  readonly #follow: vscode.Disposable;

  constructor() {
    this.#item.name = "harden";
    this.#item.command = "harden.showOutput";
    this.#follow = vscode.window.onDidChangeActiveTextEditor((editor) => this.#showBeside(editor));
    this.#showBeside(vscode.window.activeTextEditor);
  }

  starting(): void {
    this.#say("$(loading~spin) harden", "harden starts");
  }

  running(command: Command, version: string): void {
    this.#say("$(check) harden", `harden ${version} from ${SOURCES[command.origin]}: ${command.program}`);
  }

  failed(why: string): void {
    this.#say("$(error) harden", why, new vscode.ThemeColor("statusBarItem.errorBackground"));
  }

  dispose(): void {
    this.#follow.dispose();
    this.#item.dispose();
  }

  #say(text: string, tooltip: string, background?: vscode.ThemeColor): void {
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.backgroundColor = background;
  }

  #showBeside(editor: vscode.TextEditor | undefined): void {
    if (editor && vscode.languages.match(TEXTS as vscode.DocumentSelector, editor.document)) this.#item.show();
    else this.#item.hide();
  }
}
