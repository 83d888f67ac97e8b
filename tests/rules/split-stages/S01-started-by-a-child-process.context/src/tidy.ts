import { execSync } from "node:child_process";
export const tidy = () => execSync("npx tsc --build && rimraf tmp");
