/** Starts and stops the language server: one at a time, in the order in which it is asked. */
import * as vscode from "vscode";
import { DidChangeConfigurationNotification, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import { type Command, find } from "./command";
import * as settings from "./settings";
import type { Status } from "./status";
import { FormatsDockerfiles, TEXTS } from "./texts";
import { follow } from "./unsaved";

const MISSING = "harden was not found. Install it in a virtual environment of this extension?";

export class Server {
  #client: LanguageClient | undefined;
  #unsaved: vscode.Disposable | undefined;
  #last: Promise<void> = Promise.resolve();

  /**
   * @param own - the virtual environment that this extension installs harden in.
   */
  constructor(
    private readonly output: vscode.LogOutputChannel,
    private readonly status: Status,
    private readonly own: string,
  ) {}

  restart(): Promise<void> {
    return this.#next(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  stop(): Promise<void> {
    return this.#next(() => this.#stop());
  }

  #next(job: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(job).catch((error: unknown) => this.output.error(String(error)));
    return this.#last;
  }

  async #start(): Promise<void> {
    this.status.starting();
    const { command, unfit } = await find({
      setting: settings.program(),
      folders: vscode.workspace.isTrusted ? folders() : [],
      path: process.env["PATH"] ?? "",
      own: this.own,
    });
    for (const one of unfit) {
      this.output.warn(`${one.program} cannot serve an editor; it needs pygls: pip install pygls, or with pipx: pipx inject hardener pygls`);
    }
    if (command === undefined) {
      this.#offer(unfit[0]);
      return;
    }
    await this.#run(command);
  }

  #offer(unfit: Command | undefined): void {
    if (unfit?.origin === "setting") {
      this.status.failed(`${unfit.program}, the setting harden.command, cannot serve an editor`);
      void choose(`harden.command: ${unfit.program} cannot serve an editor.`, {
        "Open Settings": () => vscode.commands.executeCommand("workbench.action.openSettings", "harden.command"),
      });
      return;
    }
    this.status.failed("harden was not found");
    void choose(MISSING, {
      Install: () => vscode.commands.executeCommand("harden.install"),
      "Show Output": () => vscode.commands.executeCommand("harden.showOutput"),
    });
  }

  async #run(command: Command): Promise<void> {
    const args = ["lsp", ...settings.args()];
    this.output.info(`starts ${[command.program, ...args].join(" ")}`);
    const client: LanguageClient = new LanguageClient(
      "harden",
      "harden",
      { command: command.program, args },
      {
        documentSelector: TEXTS,
        outputChannel: this.output,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        middleware: {
          workspace: {
            // without settings in it the server asks for them, and gets those that are its own
            didChangeConfiguration: () =>
              client.sendNotification(DidChangeConfigurationNotification.type, { settings: null }),
            configuration: async (params, token, next) => {
              const answers = await next(params, token);
              if (!Array.isArray(answers)) return answers;
              return answers.map((answer, place) => settings.ofServer(params.items[place]?.section, answer));
            },
          },
        },
      },
    );
    client.registerFeature(new FormatsDockerfiles(client));
    this.#client = client;
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped && this.#client === client) this.status.failed("harden stopped");
      if (newState === State.Running) this.status.running(command, client.initializeResult?.serverInfo?.version ?? "");
    });
    try {
      await client.start();
      this.#unsaved = follow(client);
    } catch (error) {
      this.status.failed(`harden could not start: ${String(error)}`);
      this.output.error(String(error));
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#unsaved?.dispose();
    this.#unsaved = undefined;
    if (client?.isRunning()) await client.stop();
    await client?.dispose();
  }
}

function folders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === "file")
    .map((folder) => folder.uri.fsPath);
}

async function choose(message: string, actions: Record<string, () => Thenable<unknown>>): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(message, ...Object.keys(actions));
  await (chosen === undefined ? undefined : actions[chosen]?.());
}
