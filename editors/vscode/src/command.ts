/** Finds the `harden` command; knows nothing of the editor, so that each place is looked at in one order. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import * as path from "node:path";
import { run } from "./process";

/** Where a command was found, for the user. */
export type Origin = "setting" | "workspace" | "PATH" | "installed";

export interface Command {
  readonly program: string;
  readonly origin: Origin;
}

/** Where to look. */
export interface Places {
  /** The setting `harden.command`; "" where it is not set. */
  readonly setting: string;
  /** Folders of the workspace; none where the workspace is not trusted. */
  readonly folders: readonly string[];
  /** The variable PATH. */
  readonly path: string;
  /** The virtual environment that this extension makes. */
  readonly own: string;
}


/** Return the path of a program in a virtual environment. */
export function inEnvironment(environment: string, program: string): string {
  return path.join(environment, "bin", program);
}

/**
 * Return the command to start: the setting alone where it is set, else the first that is there and can serve an editor.
 * Commands that lack the language server (an older harden, pygls not installed, another program of that name) are
 * returned beside, to be told.
 */
export async function find(places: Places): Promise<{ command?: Command; unfit: Command[] }> {
  const unfit: Command[] = [];
  for (const command of candidates(places)) {
    if (!(await isProgram(command.program))) {
      if (command.origin === "setting") unfit.push(command);
      continue;
    }
    if (await serves(command.program)) return { command, unfit };
    unfit.push(command);
  }
  return { unfit };
}

function candidates(places: Places): Command[] {
  if (places.setting !== "") return [{ program: places.setting, origin: "setting" }];
  const environments = places.folders.flatMap((folder) => [path.join(folder, ".venv"), path.join(folder, "venv")]);
  // an entry that is relative would be looked for in the folder that the editor was started in
  const directories = places.path.split(path.delimiter).filter((entry) => path.isAbsolute(entry));
  return [
    ...environments.map((one): Command => ({ program: inEnvironment(one, "harden"), origin: "workspace" })),
    ...directories.map((one): Command => ({ program: path.join(one, "harden"), origin: "PATH" })),
    { program: inEnvironment(places.own, "harden"), origin: "installed" },
  ];
}

async function isProgram(program: string): Promise<boolean> {
  try {
    await access(program, constants.X_OK);
    return path.isAbsolute(program) && (await stat(program)).isFile();
  } catch {
    return false;
  }
}

/** Return whether a program is a harden that has all that its language server needs. */
async function serves(program: string): Promise<boolean> {
  return (await run(program, ["lsp", "--check"], 20_000)).stdout.startsWith("harden ");
}
