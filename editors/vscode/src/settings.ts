/** The settings of the extension: what starts the server stays here, the others go to the server. */
import * as vscode from "vscode";

const SECTION = "harden";
/** What `harden lsp` knows; it warns of any other name. */
const OF_SERVER = ["level", "select", "extendSelect", "ignore", "context"] as const;

/** Return the program to start as set; "" where it is not. */
export function program(): string {
  const set = vscode.workspace.getConfiguration(SECTION).get<string>("command", "").trim();
  return set.startsWith("~/") ? `${process.env["HOME"] ?? "~"}${set.slice(1)}` : set;
}

/** Return the arguments that come after `harden lsp`. */
export function args(): string[] {
  return vscode.workspace.getConfiguration(SECTION).get<string[]>("arguments", []);
}

/** Return whether a change of settings asks for another start of the server. */
export function wantsRestart(change: vscode.ConfigurationChangeEvent): boolean {
  return ["command", "arguments"].some((name) => change.affectsConfiguration(`${SECTION}.${name}`));
}

/** Keep of what is sent to the server the settings that it knows. */
export function ofServer(section: string | undefined, sent: unknown): unknown {
  if (section !== SECTION || typeof sent !== "object" || sent === null) return sent;
  const known: readonly string[] = OF_SERVER;
  return Object.fromEntries(Object.entries(sent).filter(([name]) => known.includes(name)));
}
