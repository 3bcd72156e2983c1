import { parseBody } from "../form.ts";
import type { Route } from "../http.ts";

/**
 * How the mail server misbehaves, for the share `rate` (1) of the mails, or only those to `to`. `delayMs`: answers later.
 * `reject`: this SMTP code (450, 550 ...). `drop`: accepts and loses the mail. `silence`: keeps the mail and
 * hangs up without an answer.
 */
export interface MailFaults {
	delayMs?: number;
	reject?: number;
	drop?: boolean;
	silence?: boolean;
	rate?: number;
	to?: string;
}

const KINDS: Record<string, string> = {
	delayMs: "number",
	reject: "number",
	drop: "boolean",
	silence: "boolean",
	rate: "number",
	to: "string",
};

export interface MailFaultControl {
	/** The faults that hit a mail to these addresses. */
	on(to: string[]): MailFaults;
	routes: Route[];
}

/** `PUT`, `GET` and `DELETE /_sandbox/faults` of the mail server; they end with the process. */
export function mailFaults(): MailFaultControl {
	let faults: MailFaults = {};
	return {
		on(to) {
			const meant = faults.to === undefined || to.includes(faults.to);
			return meant && Math.random() < (faults.rate ?? 1) ? faults : {};
		},
		routes: [
			[
				"PUT",
				"/_sandbox/faults",
				(request) => {
					const wanted = parseBody(request);
					const wrong = Object.keys(wanted).find((name) => typeof wanted[name] !== KINDS[name]);
					if (wrong) return { status: 400, body: { message: `There is no fault "${wrong}" with such a value.` } };
					faults = wanted;
					return { status: 200, body: faults };
				},
			],
			["GET", "/_sandbox/faults", () => ({ status: 200, body: faults })],
			[
				"DELETE",
				"/_sandbox/faults",
				() => {
					faults = {};
					return { status: 204 };
				},
			],
		],
	};
}
