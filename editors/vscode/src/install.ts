/** Installs harden in a virtual environment that belongs to the extension. */
import { rm } from "node:fs/promises";
import { inEnvironment } from "./command";
import { run } from "./process";

const PACKAGE = "hardener[lsp]";
const PYTHONS = ["python3", "python3.13", "python3.12", "python3.11", "python"];
const NEW_ENOUGH = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
const MINUTES = 60_000;

/**
 * Make the environment and install harden in it, or update harden where it is there.
 * Returns "" or what went wrong; what is half made is taken away.
 */
export async function install(environment: string, log: (line: string) => void, stop: AbortSignal): Promise<string> {
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--upgrade", PACKAGE];
  const known = inEnvironment(environment, "python");
  if ((await run(known, ["-c", NEW_ENOUGH], MINUTES)).ok) return step(known, pip, log, stop);
  const python = await newEnough();
  if (python === undefined) return "harden needs Python 3.11 or later with venv; none was found on the PATH";
  await rm(environment, { recursive: true, force: true });
  const failed =
    (await step(python, ["-m", "venv", environment], log, stop)) || (await step(known, pip, log, stop));
  if (failed) await rm(environment, { recursive: true, force: true });
  return failed;
}

async function newEnough(): Promise<string | undefined> {
  for (const python of PYTHONS) {
    if ((await run(python, ["-c", NEW_ENOUGH], MINUTES)).ok) return python;
  }
  return undefined;
}

async function step(
  program: string,
  args: readonly string[],
  log: (line: string) => void,
  stop: AbortSignal,
): Promise<string> {
  log(`$ ${program} ${args.join(" ")}`);
  const { ok, stdout, stderr } = await run(program, args, 10 * MINUTES, stop);
  log(stdout + stderr);
  return ok ? "" : stop.aborted ? "stopped" : (stderr.trim().split("\n").pop() ?? "it failed");
}
