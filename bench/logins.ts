/**
 * `npm run bench:logins`: how much slower products are read while 100 logins a second arrive, held against the same reads
 * without them in rounds that alternate, and whether an answer's time tells a known address from an unknown one.
 */
import { parseArgs } from "node:util";
import { Crowd, offer, quantile, type Timed } from "./open-loop.ts";
import { processorTime, waitedForProcessor } from "./processes.ts";
import { startShop } from "./shop.ts";

const { values } = parseArgs({
	options: {
		seconds: { type: "string", default: "5" },
		rounds: { type: "string", default: "4" },
		logins: { type: "string", default: "100" },
		reads: { type: "string", default: "100" },
		/** Answers for each kind of address. */
		samples: { type: "string", default: "200" },
	},
});
const [seconds, rounds, logins, reads, samples] = [
	values.seconds,
	values.rounds,
	values.logins,
	values.reads,
	values.samples,
].map(Number) as [number, number, number, number, number];
const PEOPLE = 40;
const PASSWORD = "bench bench bench";
const say = (text: string) => process.stderr.write(`${text}\n`);
const n = (value: number, digits = 1) => value.toFixed(digits);

const shop = await startShop({ LOG_LEVEL: "fatal" });
const { url } = shop;
const crowd = new Crowd(url, () => {});

const post = (path: string, body: object) => crowd.send("POST", path, body);
const median = (all: number[]) => quantile(all, 0.5);

/** So many reads a second for a while; beside them what else arrives. @returns their times in milliseconds */
async function readsBeside(slugs: string[], beside: () => Promise<void>): Promise<number[]> {
	const times: number[] = [];
	await Promise.all([
		beside(),
		offer(reads, seconds, async (turn) => {
			const answer = await crowd.send("GET", `/v1/products/${slugs[turn % slugs.length]}`);
			if (answer.status !== 200 && answer.status !== 503) throw new Error(`a read was answered ${answer.status}`);
			// A read that is refused counts as one that never came.
			times.push(answer.status === 200 ? answer.milliseconds : Number.POSITIVE_INFINITY);
		}),
	]);
	return times;
}

/** Medians for known and unknown addresses, asked in turn. */
async function compared(known: () => Promise<Timed>, unknown: () => Promise<Timed>) {
	const times: [number[], number[]] = [[], []];
	const bodies: [Set<string>, Set<string>] = [new Set(), new Set()];
	for (let turn = 0; turn < samples * 2; turn++) {
		// Known, unknown, unknown, known: neither always comes after the other.
		const which = (((turn + 1) >> 1) % 2) as 0 | 1;
		const answer = await (which === 0 ? known() : unknown());
		times[which].push(answer.milliseconds);
		bodies[which].add(`${answer.status} ${answer.body.replace(/"requestId":"[^"]*"/, "")}`);
	}
	const [one, other] = times.map(median) as [number, number];
	const same = bodies[0].size === 1 && [...bodies[0]][0] === [...bodies[1]].join();
	return { known: one, unknown: other, ratio: Math.max(one, other) / Math.min(one, other), same };
}

let ok = false;
try {
	const { data } = JSON.parse((await crowd.send("GET", "/v1/products?limit=40")).body) as { data: { slug: string }[] };
	const slugs = data.map(({ slug }) => slug);
	const emails = Array.from({ length: PEOPLE }, (_, one) => `bench${one}@example.com`);
	for (const email of emails) {
		const { status } = await post("/v1/auth/register", { email, password: PASSWORD, name: "Bench" });
		if (status !== 201) throw new Error(`a registration was answered ${status}`);
	}

	say("whether the time tells of an address …");
	// One try each for many addresses: ten wrong ones of one address would wait.
	const at = { known: 0, unknown: 0 };
	const wrong = { password: "not this one" };
	const login = await compared(
		() => post("/v1/auth/login", { email: emails[at.known++ % PEOPLE], ...wrong }),
		() => post("/v1/auth/login", { email: `nobody${at.unknown++ % PEOPLE}@example.com`, ...wrong }),
	);
	const forgot = await compared(
		() => post("/v1/auth/forgot-password", { email: emails[at.known++ % PEOPLE] }),
		() => post("/v1/auth/forgot-password", { email: `nobody${at.unknown++ % PEOPLE}@example.com` }),
	);

	say("warming up …");
	const statuses = new Map<number, number>();
	let turn = 0;
	const arriving = () =>
		offer(logins, seconds, async () => {
			const { status } = await post("/v1/auth/login", { email: emails[turn++ % PEOPLE], password: PASSWORD });
			statuses.set(status, (statuses.get(status) ?? 0) + 1);
		});
	await readsBeside(slugs, async () => {});
	await readsBeside(slugs, arriving);
	statuses.clear();
	const floor: number[] = [];
	const loaded: number[] = [];
	const ratios: number[] = [];
	let processors = 0;
	const waited = { without: 0, during: 0 };
	for (let round = 0; round < rounds; round++) {
		const queued = waitedForProcessor(shop.pid);
		const before = await readsBeside(slugs, async () => {});
		const cpu = processorTime([shop.pid]);
		const queuedThen = waitedForProcessor(shop.pid);
		const during = await readsBeside(slugs, arriving);
		waited.without += (queuedThen - queued) / seconds / rounds;
		waited.during += (waitedForProcessor(shop.pid) - queuedThen) / seconds / rounds;
		processors += (processorTime([shop.pid]) - cpu) / seconds / rounds;
		floor.push(...before);
		loaded.push(...during);
		ratios.push(quantile(during, 0.99) / quantile(before, 0.99));
		say(`round ${round + 1}: p99 ${n(quantile(before, 0.99))} ms without, ${n(quantile(during, 0.99))} ms with logins`);
	}
	const ratio = median(ratios);
	const told = (name: string, { known, unknown, ratio, same }: typeof login) =>
		`${name} known ${n(known)} ms, unknown ${n(unknown)} ms, ratio of medians ${n(ratio, 3)} (at most 1.100), answers ${same ? "alike" : "differ"}`;
	console.log(`reads        ${reads}/s, p50 ${n(median(floor))} ms, p99 ${n(quantile(floor, 0.99))} ms without logins
             p50 ${n(median(loaded))} ms, p99 ${n(quantile(loaded, 0.99))} ms while ${logins} logins/s arrive
             ${n(ratio, 2)} times slower at p99, median of ${rounds} rounds (${ratios.map((one) => n(one, 2)).join(", ")}; at most 2.00)
logins       ${[...statuses].map(([status, count]) => `${count} answered ${status}`).join(", ")}; ${n(processors, 2)} processors went to the shop
machine      the shop's main thread waited for a processor ${n(waited.without * 1_000, 0)} ms a second without, ${n(waited.during * 1_000, 0)} ms with logins
${told("login       ", login)}
${told("forgotten   ", forgot)}`);
	ok = ratio <= 2 && login.ratio <= 1.1 && forgot.ratio <= 1.1 && login.same && forgot.same;
} finally {
	crowd.close();
	await shop.stop();
}
process.exit(ok ? 0 : 1);
