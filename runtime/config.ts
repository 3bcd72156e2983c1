import { type Setting, type SettingName, settings as schema } from "../schemas/settings.ts";

export type Settings = Readonly<Record<SettingName, string>>;

/** The mistakes of a configuration, each a sentence that says what to set. */
export class ConfigurationError extends Error {
	override name = "ConfigurationError";
}

/**
 * Reads all settings from an environment, once. `NAME_FILE` names a file that holds the value.
 * @param production refuses secrets that everybody knows or can guess; so it is where NODE_ENV says `production`
 * @throws ConfigurationError that lists every mistake
 */
export function readSettings(
	environment: NodeJS.ProcessEnv,
	readFile: (path: string) => string,
	production = environment.NODE_ENV === "production",
): Settings {
	const mistakes: string[] = [];
	const values: Record<string, string> = {};
	for (const [name, setting] of Object.entries(schema) as [SettingName, Setting][]) {
		let value = environment[name];
		const file = environment[`${name}_FILE`];
		if (value === undefined && file) {
			try {
				value = readFile(file).trim();
			} catch {
				mistakes.push(`${name}_FILE names ${file}, which cannot be read`);
			}
		}
		value = value === undefined || value === "" ? (setting.default ?? "") : value;
		const mistake = value === "" ? null : mistakeOf(setting, value);
		if (mistake) mistakes.push(`${name} is ${setting.secret ? "set" : JSON.stringify(value)} but must be ${mistake}`);
		values[name] = value;
	}
	if (production) mistakes.push(...knownSecrets(values));
	if (mistakes.length > 0) throw new ConfigurationError(mistakes.join("\n"));
	return Object.freeze(values) as Settings;
}

/** A random secret of 32 characters, even in hexadecimal digits, has more. */
const FEWEST_DIFFERENT = 8;

/** Secrets of an environment that are none; those that a shop makes for itself do not come from there. */
function knownSecrets(values: Record<string, string>): string[] {
	const found: string[] = [];
	for (const [name, { sample, standInAt }] of Object.entries(schema) as [SettingName, Setting][]) {
		if (!sample || values[name] !== sample) continue;
		if (standInAt && values[standInAt]?.startsWith("http:")) continue;
		found.push(`${name} has the value of .env.example, which everybody knows: set your own`);
	}
	if (values.TOKEN_SECRET && new Set(values.TOKEN_SECRET).size < FEWEST_DIFFERENT)
		found.push("TOKEN_SECRET can be guessed: set what `openssl rand -base64 32` prints");
	return found;
}

function mistakeOf(setting: Setting, value: string): string | null {
	if (setting.type === "integer") {
		const number = Number(value);
		const low = setting.minimum ?? Number.MIN_SAFE_INTEGER;
		const high = setting.maximum ?? Number.MAX_SAFE_INTEGER;
		if (!/^-?\d+$/.test(value) || number < low || number > high) return `a whole number from ${low} to ${high}`;
	}
	if (setting.type === "url" && !isUrl(value, setting.schemes))
		return `a URL such as ${setting.example ?? "http://127.0.0.1:9200"}`;
	if (setting.pattern && !setting.pattern.test(value)) return `like ${setting.example}`;
	if (setting.type === "choice" && !setting.choices?.includes(value)) return `one of ${setting.choices?.join(", ")}`;
	return null;
}

/** Further servers of a cluster stand after commas, which is more than a URL may have. */
function isUrl(value: string, schemes: readonly string[] | undefined): boolean {
	const one = value.replace(/,[^/?]*/g, "");
	return URL.canParse(one) && (!schemes || schemes.includes(new URL(one).protocol));
}

let current: Settings | undefined;

/** Makes these the settings of this process. */
export function configure(settings: Settings): void {
	current = settings;
}

/** One setting of this process; the empty string where it is not set. */
export function setting(name: SettingName): string {
	if (!current) throw new ConfigurationError("configure() was not called before a setting was read");
	return current[name];
}
