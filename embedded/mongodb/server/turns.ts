import { errorReply } from "../errors.ts";
import type { Context } from "./context.ts";
import { type Answer, dispatch } from "./dispatch.ts";
import { Gather, PATIENCE } from "./gather.ts";
import { type Message, writeReply } from "./wire.ts";

/** Where an answer goes. */
export type Peer = { readonly id: number; send(bytes: Buffer): void };

type Waiting = { peer: Peer; message: Message };
type Held = { peer: Peer; message: Message; bytes: Buffer | undefined };

/**
 * Executes commands in turns of the event loop and commits them in groups.
 *
 * All commands that arrived in one turn run one after the other; their writes share one transaction of the store, and it stays open while
 * the sync of the group before is still under way. When that ends, what has gathered is committed and synced once, and only then
 * answered. So a lone writer waits for one sync, and many writers share one (see `Gather`).
 */
export class Turns {
	readonly #context: Context;
	readonly #fail: (error: Error) => void;
	#queue: Waiting[] = [];
	#held: Held[] = [];
	#scheduled = false;
	#syncing = false;
	#timer: NodeJS.Timeout | undefined;
	readonly #gather = new Gather();
	#idle: (() => void)[] = [];

	/** `fail` is called when the disk refuses; nothing is answered after it. */
	constructor(context: Context, fail: (error: Error) => void) {
		this.#context = context;
		this.#fail = fail;
	}

	add(peer: Peer, message: Message): void {
		this.#queue.push({ peer, message });
		if (this.#scheduled) return;
		this.#scheduled = true;
		setImmediate(() => this.#run());
	}

	/** Work of the server's own, such as the deletion of what has expired, between two commands. */
	own(work: () => void): void {
		try {
			work();
		} catch (error) {
			this.#undo(error as Error);
			return;
		}
		this.#commit();
	}

	/** Resolves when all that came in is answered. */
	async drained(): Promise<void> {
		if (this.#queue.length === 0 && this.#held.length === 0 && !this.#syncing) return;
		await new Promise<void>((resolve) => this.#idle.push(resolve));
	}

	#run(): void {
		this.#scheduled = false;
		const queue = this.#queue;
		this.#queue = [];
		for (const { peer, message } of queue) {
			let answer: Answer;
			try {
				answer = dispatch(this.#context, message, peer.id);
			} catch (error) {
				this.#undo(error as Error);
				answer = { reply: errorReply(error), waits: false };
			}
			const bytes = message.answered ? writeReply(message, answer.reply) : undefined;
			if (answer.waits && (this.#context.database.open || this.#syncing)) {
				this.#held.push({ peer, message, bytes });
				this.#gather.note(peer.id, performance.now());
				const { written } = this.#context;
				written.commands++;
				written.documents += typeof answer.reply.n === "number" ? answer.reply.n : 1;
			} else if (bytes) peer.send(bytes);
		}
		this.#commitSoon();
	}

	#commitSoon(): void {
		if (this.#syncing) return;
		if (this.#context.database.durable && this.#held.length > 0 && this.#held.length < this.#gather.enough) {
			this.#timer ??= setTimeout(() => this.#commit(), PATIENCE);
			return;
		}
		this.#commit();
	}

	#commit(): void {
		const { database } = this.#context;
		if (this.#syncing) return;
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const group = this.#held;
		if (database.open) {
			try {
				database.commit();
			} catch (error) {
				this.#undo(error as Error);
				return;
			}
		} else if (group.length === 0) {
			this.#settle();
			return;
		}
		this.#held = [];
		if (!database.durable) {
			release(group);
			this.#settle();
			return;
		}
		this.#syncing = true;
		this.#context.written.syncs++;
		database.sync((error) => {
			// After a failed sync nobody knows what is on the disk, so the server stops (https://lwn.net/Articles/752063/).
			if (error) return this.#fail(error);
			this.#syncing = false;
			release(group);
			this.#commitSoon();
		});
	}

	// What the open transaction held is gone: its writers hear of it, and what memory holds is read again.
	#undo(error: Error): void {
		const { database, catalog, sessions } = this.#context;
		if (database.open) database.rollback();
		catalog.load();
		sessions.reload();
		const held = this.#held;
		this.#held = [];
		for (const { peer, message } of held) if (message.answered) peer.send(writeReply(message, errorReply(error)));
		this.#settle();
	}

	#settle(): void {
		if (this.#queue.length > 0 || this.#held.length > 0 || this.#syncing) return;
		for (const resolve of this.#idle.splice(0)) resolve();
	}
}

function release(group: Held[]): void {
	for (const { peer, bytes } of group) if (bytes) peer.send(bytes);
}
