/** Runs a program to its end and returns what it printed. */
import { execFile } from "node:child_process";

export interface Run {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run a program without a shell; a program that cannot be started counts as one that failed. */
export function run(program: string, args: readonly string[], timeout: number, signal?: AbortSignal): Promise<Run> {
  return new Promise((resolve) => {
    const options = { timeout, windowsHide: true, ...(signal && { signal }) };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      resolve({ ok: error === null, stdout, stderr: stderr || (error?.message ?? "") });
    });
  });
}
