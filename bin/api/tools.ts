import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SCHEMATHESIS = "4.32.5";
const SPECTRAL = { "@stoplight/spectral-cli": "6.16.3", "@stoplight/spectral-owasp-ruleset": "2.0.1" };
/** Milliseconds that an installation may take. */
const PATIENCE = 300_000;

/** A command that is there, or why it is not. */
export type Tool = { command: string; folder: string } | { missing: string };

/** Schemathesis from PyPI, in a virtual environment below the folder. */
export function schemathesis(folder: string): Tool {
	const home = join(folder, `schemathesis-${SCHEMATHESIS}`);
	const command = join(home, "bin", "schemathesis");
	if (existsSync(command)) return { command, folder: home };
	const made =
		run("python3", ["-m", "venv", home]) ??
		run(join(home, "bin", "pip"), ["install", "--quiet", `schemathesis==${SCHEMATHESIS}`]);
	return made ? { missing: made } : { command, folder: home };
}

/** Spectral and OWASP's rules from npm, in a folder of their own. */
export function spectral(folder: string): Tool {
	const home = join(folder, `spectral-${Object.values(SPECTRAL).join("-")}`);
	const command = join(home, "node_modules", ".bin", "spectral");
	if (existsSync(command)) return { command, folder: home };
	mkdirSync(home, { recursive: true });
	writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, dependencies: SPECTRAL }));
	const made = run("npm", ["install", "--prefix", home, "--no-fund", "--no-audit", "--silent"]);
	return made ? { missing: made } : { command, folder: home };
}

/** @returns what went wrong, or null */
function run(command: string, parameters: string[]): string | null {
	const { status, error, stderr } = spawnSync(command, parameters, { encoding: "utf8", timeout: PATIENCE });
	if (status === 0) return null;
	const said = (error?.message ?? stderr ?? "").trim().split("\n").at(-1) ?? "";
	return `${command.split("/").at(-1)} ${parameters[0]}: ${said || `ended with ${status}`}`.slice(0, 300);
}
