import mongoose, { type mongo } from "mongoose";
import { type Caller, call } from "../runtime/action.ts";
import { readSettings } from "../runtime/config.ts";
import { startNode } from "../runtime/node.ts";
import { commandCount } from "../runtime/store/connection.ts";
import { createProduct, getStock, reserveStock, setInventory } from "../schemas/product.ts";
import { type Hold, variants } from "../services/product/model.ts";
import product from "../services/product/product.service.ts";

/** A way to reserve one piece of one SKU. */
export interface Contender {
	name: string;
	reserve(hold: Hold): Promise<void>;
	/** Lets all holds go. @throws when others than `held` pieces are held: then something was lost or done twice */
	clear(held: number): Promise<void>;
	/** Commands that the store was sent so far. */
	commands(): number;
	close(): Promise<void>;
}

const SKU = "HOT-1";
const STOCK = 10_000_000;

const require = (held: number, expected: number) => {
	if (held !== expected) throw new Error(`${held} are held, not ${expected}`);
};

/** The shop's own: the action of the product service, its mailbox, and the outbox and the ledger that follow. */
export async function mailbox(url: string, dataDir: string): Promise<Contender> {
	const environment = { MONGODB_URL: url, DATA_DIR: dataDir, NAMESPACE: `hot${process.pid}`, LOG_LEVEL: "error" };
	const node = await startNode(
		[product],
		readSettings(environment, () => ""),
	);
	const from = node.broker as unknown as Caller;
	const price = { amount: 1_000, currency: "USD" };
	await call(from, createProduct, { title: "Hot", status: "active", variants: [{ sku: SKU, price }] });
	await call(from, setInventory, { sku: SKU, onHand: STOCK });
	const { id } = (await variants.findOne({ sku: SKU }))!;
	return {
		name: "mailbox",
		async reserve({ reference, quantity, expiresAt }) {
			await call(from, reserveStock, { reference, lines: [{ sku: SKU, quantity }], expiresAt });
		},
		async clear(held) {
			require((await call(from, getStock, { sku: SKU })).reserved, held);
			await variants.change(id, (state) => ({ state: { ...state, holds: [], reserved: 0 } }));
		},
		commands: commandCount,
		async close() {
			await variants.model.db.dropDatabase();
			await node.stop();
		},
	};
}

interface Plain {
	_id: string;
	rev: number;
	available: number;
	reserved: number;
	holds: Hold[];
}

async function plain(url: string, name: string) {
	const connection = await mongoose.createConnection(url, { maxPoolSize: 100, w: "majority" }).asPromise();
	const documents = connection.getClient().db(`hot${process.pid}-plain`).collection<Plain>(name);
	await documents.deleteMany({});
	await documents.insertOne({ _id: SKU, rev: 1, available: STOCK, reserved: 0, holds: [] });
	return { connection, documents };
}

async function closed(connection: mongoose.Connection, documents: mongo.Collection<Plain>): Promise<void> {
	await documents.drop();
	await connection.close();
}

const emptied = async (documents: mongo.Collection<Plain>, held: number) => {
	const found = await documents.findOne({ _id: SKU });
	require(found?.reserved ?? -1, held);
	require(found?.holds.length ?? -1, held);
	await documents.updateOne({ _id: SKU }, { $set: { holds: [], reserved: 0 } });
};

/** One conditional update each, without reading first: the store itself keeps those who come together apart. */
export async function conditional(url: string): Promise<Contender> {
	const { connection, documents } = await plain(url, "conditional");
	let sent = 0;
	return {
		name: "one conditional update each",
		async reserve(hold) {
			const { reference, quantity } = hold;
			sent++;
			const { matchedCount } = await documents.updateOne(
				{ _id: SKU, available: { $gte: quantity }, "holds.reference": { $ne: reference } },
				{ $inc: { rev: 1, available: -quantity, reserved: quantity }, $push: { holds: hold } },
			);
			require(matchedCount, 1);
		},
		clear: (held) => emptied(documents, held),
		commands: () => sent,
		close: () => closed(connection, documents),
	};
}

/**
 * One conditional update each that keeps what the mailbox keeps: its event is stored by the same update, and taken out again
 * when it is in the ledger. Nobody waits for that.
 */
export async function accounted(url: string): Promise<Contender> {
	const { connection, documents } = await plain(url, "accounted");
	const ledger = connection.getClient().db(`hot${process.pid}-plain`).collection<{ _id: string }>("ledger");
	const beside = new Set<Promise<unknown>>();
	let sent = 0;
	const follow = async (id: string, { reference, quantity }: Hold) => {
		sent += 2;
		await ledger.insertOne({ _id: id, sku: SKU, kind: "reserve", reserved: quantity, reference } as never);
		await documents.updateOne({ _id: SKU }, { $pull: { outbox: { id } } } as never);
	};
	return {
		name: "one conditional update each, with its event and its entry in the ledger",
		async reserve(hold) {
			const { reference, quantity } = hold;
			const event = { id: `${SKU}/${reference}`, name: "stock.changed", aggregate: SKU, at: new Date().toISOString() };
			sent++;
			const { matchedCount } = await documents.updateOne(
				{ _id: SKU, available: { $gte: quantity }, "holds.reference": { $ne: reference } },
				{
					$inc: { rev: 1, available: -quantity, reserved: quantity },
					$push: { holds: hold, outbox: { ...event, data: { quantity, reference } } },
				} as never,
			);
			require(matchedCount, 1);
			const one = follow(event.id, hold).finally(() => beside.delete(one));
			beside.add(one);
		},
		async clear(held) {
			await Promise.all(beside);
			await emptied(documents, held);
		},
		commands: () => sent,
		async close() {
			await ledger.drop();
			await closed(connection, documents);
		},
	};
}

/** Read, decide, update where the revision is still the same, and again where it is not. */
export async function optimistic(url: string): Promise<Contender> {
	const { connection, documents } = await plain(url, "optimistic");
	let sent = 0;
	return {
		name: "read, then one conditional update, again after a conflict",
		async reserve(hold) {
			const { reference, quantity } = hold;
			for (let attempt = 0; ; attempt++) {
				sent += 2;
				const known = (await documents.findOne({ _id: SKU })) as Plain;
				if (known.holds.some((one) => one.reference === reference)) return;
				require(Math.min(known.available, quantity), quantity);
				const { rev, available, reserved } = known;
				const { matchedCount } = await documents.updateOne(
					{ _id: SKU, rev },
					{
						$set: { rev: rev + 1, available: available - quantity, reserved: reserved + quantity },
						$push: { holds: hold },
					},
				);
				if (matchedCount === 1) return;
				// As the shop's own collections wait, see runtime/store/collection.ts.
				if (attempt > 2) await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * attempt));
			}
		},
		clear: (held) => emptied(documents, held),
		commands: () => sent,
		close: () => closed(connection, documents),
	};
}
