/**
 * Reads the audit log of a running shop and works out every hash anew:
 * `npm run audit -- verify [--expect SEQ:HASH] [--url http://127.0.0.1:3000] [--token TOKEN]`, or lists it:
 * `npm run audit -- list [--actor ID] [--action NAME] [--target ID] [--from TIME] [--to TIME] [--limit 20]`. Signs in with
 * ADMIN_EMAIL and ADMIN_PASSWORD unless a token or an API key with `audit:read` is given. Ends with 0 when all is as it was
 * written.
 */
import { parseArgs } from "node:util";
import { BrokenChainError, follow, type Head, type Link, START } from "../runtime/chain.ts";
import type { AuditEntry } from "../schemas/audit.ts";
import { ask, signIn } from "./session.ts";

const USAGE = "Usage: npm run audit -- verify|list [--expect SEQ:HASH] [--url http://127.0.0.1:3000] [--token TOKEN]";
const FILTERS = ["actor", "action", "target", "from", "to", "limit"] as const;
const text = { type: "string" } as const;

interface Page {
	data: AuditEntry[];
	nextCursor: string | null;
}

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		url: { type: "string", default: `http://127.0.0.1:${process.env.PORT || 3000}` },
		token: text,
		expect: text,
		actor: text,
		action: text,
		target: text,
		from: text,
		to: text,
		limit: text,
	},
});
const shop = new URL(values.url).origin;
let bearer = values.token;

/** A page of the log. A token that is over is had again, a limit waited for. */
async function page(query: Record<string, string>): Promise<Page> {
	for (let attempt = 0; ; attempt++) {
		bearer ??= await signIn(shop);
		try {
			return await ask<Page>(`${shop}/v1/admin/audit?${new URLSearchParams(query)}`, {
				headers: { Authorization: `Bearer ${bearer}` },
			});
		} catch (error) {
			const { status, retryAfter } = error as { status?: number; retryAfter?: number };
			if (attempt >= 5) throw error;
			if (status === 401 && !values.token) bearer = undefined;
			else if ((status === 429 || status === 503) && retryAfter)
				await new Promise((resolve) => setTimeout(resolve, retryAfter * 1_000));
			else throw error;
		}
	}
}

/** The head that was printed before, which this log must still lead over. */
function expected(): Head | null {
	if (values.expect === undefined) return null;
	const [, seq, hash] = /^(\d{1,12}):([0-9a-f]{64})$/.exec(values.expect) ?? [];
	if (!seq || !hash) throw new Error("--expect must be SEQ:HASH, as verify printed it");
	return { seq: Number(seq), hash };
}

async function verify(): Promise<number> {
	const anchor = expected();
	let head: Head = { seq: 0, hash: START };
	let cursor: string | null = null;
	let intended = 0;
	do {
		const { data, nextCursor }: Page = await page({ sort: "seq", limit: "100", ...(cursor ? { cursor } : {}) });
		for (const entry of data) {
			head = follow(head, entry as AuditEntry & Link);
			if (entry.outcome === "intended") intended++;
			else if (entry.intent) intended--;
			if (head.seq === anchor?.seq && head.hash !== anchor.hash)
				throw new BrokenChainError(
					head.seq,
					`entry ${head.seq} is not the one that is expected: the log was written anew`,
				);
		}
		progress(head.seq);
		cursor = nextCursor;
	} while (cursor);
	if (process.stdout.isTTY) process.stdout.write("\n");
	if (anchor && head.seq < anchor.seq)
		throw new BrokenChainError(
			head.seq + 1,
			`entries ${head.seq + 1} to ${anchor.seq} are missing: the end was cut off`,
		);
	console.log(
		`${head.seq} entries, each as it was written${intended > 0 ? `; intentions without an outcome: ${intended}` : ""}`,
	);
	console.log(`--expect ${head.seq}:${head.hash}`);
	return 0;
}

/** One line that is written over on a terminal; elsewhere a line for each ten thousand entries. */
function progress(seq: number): void {
	if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${seq} entries`);
	else if (seq % 10_000 === 0 && seq > 0) console.log(`${seq} entries`);
}

async function list(): Promise<number> {
	const query: Record<string, string> = {};
	for (const name of FILTERS) if (values[name] !== undefined) query[name] = values[name];
	const { data } = await page(query);
	for (const { seq, at, actor, action, target, outcome, changes } of data)
		console.log(
			[seq, at, `${actor.type} ${actor.id}`, action, target ?? "-", outcome, changes ? JSON.stringify(changes) : ""]
				.join("  ")
				.trimEnd(),
		);
	return 0;
}

try {
	const [command] = positionals;
	if (positionals.length === 1 && command === "verify") process.exitCode = await verify();
	else if (positionals.length === 1 && command === "list") process.exitCode = await list();
	else {
		console.error(USAGE);
		process.exitCode = 2;
	}
} catch (error) {
	console.error(
		error instanceof BrokenChainError ? `The audit log is broken: ${error.message}` : (error as Error).message,
	);
	process.exitCode = 1;
}
