import { pause } from "../buyers/client.ts";
import type { Fault } from "../fault.ts";
import { underLoad } from "./kills.ts";

/** Milliseconds that a server stays away: longer than it takes to notice, shorter than any patience. */
const AWAY = 1_500;

/** Milliseconds between two of them: buyers have to find the way back first. */
const BETWEEN = [2_500, 4_000] as const;

/** NATS and the database, killed under load and started again on what they had. */
export const servers: Fault[] = [
	underLoad("NATS is killed and restarted", 2, 20, async ({ cluster }) => {
		await cluster.killNats();
		await cluster.startNats();
	}),
	underLoad(
		`NATS is away for ${AWAY / 1_000} s`,
		1,
		3,
		async ({ cluster }) => {
			await cluster.killNats();
			await pause(AWAY);
			await cluster.startNats();
		},
		BETWEEN,
	),
	underLoad("the database is killed and restarted", 2, 8, async ({ cluster }) => {
		await cluster.killDatabase();
		await cluster.startDatabase();
	}),
	underLoad(
		`the database is away for ${AWAY / 1_000} s`,
		0,
		3,
		async ({ cluster }) => {
			await cluster.killDatabase();
			await pause(AWAY);
			await cluster.startDatabase();
		},
		BETWEEN,
	),
	underLoad(
		"the store of NATS is deleted",
		1,
		3,
		async ({ cluster, witness }) => {
			await cluster.killNats();
			await cluster.deleteNatsStore((url) => witness.followEvents(url));
			await cluster.startNats();
		},
		BETWEEN,
	),
];
