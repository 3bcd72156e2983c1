import { type BrokerOptions, Errors, Transporters } from "moleculer";
import { createInbox, type Msg, type NatsConnection } from "nats";
import { mayRun, NODE_ID, packetSubject, senderOf } from "./nats-subjects.ts";
import { OPERATIONS } from "./operations.ts";

/** Milliseconds between two looks whether those still live who owe an answer. */
const LOOK_EVERY = 500;

/** Facts go by JetStream: nobody hears Moleculer's own events. */
const UNHEARD = "EVENT";

type Options = ConstructorParameters<typeof Transporters.NATS>[0] & { inboxPrefix?: string };
type Packet = Parameters<InstanceType<typeof Transporters.NATS>["publish"]>[0];

interface Payload {
	id?: string;
	sender?: string;
	action?: string;
	services?: { name: string }[];
}

interface Pending {
	nodeID: string;
	action: { name: string };
	reject(error: Error): void;
}

/** What the base class has besides its declared types. */
interface Inner {
	client: NatsConnection | null;
	prefix: string;
	messageHandler(type: string, packet: Packet): unknown;
	transit: { pendingRequests: Map<string, Pending> };
}

/**
 * Moleculer's transport on NATS, where a node can be only itself and is known at once to be gone.
 *
 * - Subjects name sender, receiver and action (`nats-subjects.ts`), so that NATS's permissions decide who may ask what. What a packet
 *   says of them must be the same: the rest is dropped, as is what a stream delivers, an answer of one who was not asked, and a
 *   service that a node claims beyond its id.
 * - Heartbeats tell of a node that was killed after four to seven seconds, and until then it is asked as if it lived; the server knows
 *   when its connection ends. What is sent to one node carries a reply subject, so that the server answers 503 when nobody listens there
 *   (https://docs.nats.io/nats-concepts/core-nats/reqreply#no-responders). Then the node counts as gone, whoever waits for it is
 *   told, and its next heartbeat brings it back. A node that died with a question in hand is seen by a ping.
 * - A question that NATS does not let this node ask fails at once, not by its timeout.
 */
export class NatsTransporter extends Transporters.NATS {
	readonly #inbox: string;
	readonly #answers: boolean;
	#timer: NodeJS.Timeout | undefined;

	/** @param answers false for a node that others do not ask */
	constructor(options: Options & object, answers = true) {
		super(options);
		this.#inbox = createInbox(options.inboxPrefix);
		this.#answers = answers;
	}

	get #inner(): Inner {
		return this as unknown as Inner;
	}

	override async connect(): Promise<void> {
		if (!NODE_ID.test(this.nodeID)) throw new Error(`A node's id is like order.1, not ${this.nodeID}: set NODE_ID`);
		await super.connect();
		const client = this.#inner.client as NatsConnection;
		client.subscribe(`${this.#inbox}.>`, {
			callback: (error, message) => {
				if (error || message.headers?.code !== 503) return;
				this.#isGone(message.subject.slice(this.#inbox.length + 1));
			},
		});
		void this.#watch(client);
		this.#timer = setInterval(() => this.#lookAfterThem(), LOOK_EVERY).unref();
	}

	override async disconnect(): Promise<void> {
		clearInterval(this.#timer);
		await super.disconnect();
	}

	override async subscribe(type: string, nodeId?: string): Promise<void> {
		if (type === UNHEARD || (type === "REQ" && !this.#answers)) return;
		const { client, prefix } = this.#inner;
		const parts = ["*.*", ...(nodeId ? [nodeId] : []), ...(type === "REQ" ? [">"] : [])];
		client?.subscribe(packetSubject(prefix, type, ...parts), {
			callback: (error, message) => {
				if (!error) this.#take(type, message);
			},
		});
	}

	override publish(packet: Packet): Promise<void> {
		const { type, target } = packet;
		const { client, prefix } = this.#inner;
		if (!client || type === UNHEARD) return Promise.resolve();
		const action = type === "REQ" ? [(packet.payload as Payload).action ?? ""] : [];
		const subject = packetSubject(prefix, type, this.nodeID, ...(target ? [target, ...action] : []));
		const owed = target && (type === "REQ" || type === "PING");
		client.publish(subject, this.serialize(packet), owed ? { reply: `${this.#inbox}.${target}` } : {});
		return Promise.resolve();
	}

	#take(type: string, message: Msg): void {
		const { prefix, messageHandler } = this.#inner;
		try {
			const packet = this.deserialize(type, Buffer.from(message.data));
			if (this.#isTrue(type, message, packet.payload as Payload)) messageHandler(type, packet);
			else this.logger.warn(`dropped a ${type} on ${message.subject} that says otherwise`);
		} catch (error) {
			this.logger.warn(`dropped a ${type} of ${senderOf(prefix, message.subject).sender}: ${(error as Error).message}`);
		}
	}

	/** Whether a packet is what its subject says, which NATS has judged. */
	#isTrue(type: string, { subject, reply }: Msg, payload: Payload): boolean {
		const { prefix, transit } = this.#inner;
		const { sender, action } = senderOf(prefix, subject);
		// A consumer can be told to deliver to any subject: whoever asks for it need not be allowed to publish there.
		if (reply?.startsWith("$JS.") || payload.sender !== sender) return false;
		if (type === "REQ") return payload.action === action;
		if (type === "RES") {
			const asked = transit.pendingRequests.get(payload.id ?? "");
			return !asked || asked.nodeID === sender;
		}
		if (type === "INFO")
			payload.services = payload.services?.filter(({ name }) => name === OPERATIONS || mayRun(sender, name)) ?? [];
		return true;
	}

	/** Tells the log of what NATS refuses, and who waits for an answer to it. */
	async #watch(client: NatsConnection): Promise<void> {
		for await (const { permissionContext: refused } of client.status()) {
			if (!refused) continue;
			this.logger.error(`NATS does not permit the ${refused.operation} ${refused.subject}`);
			const { prefix, transit } = this.#inner;
			if (refused.operation !== "publish" || !refused.subject.startsWith(`${prefix}.REQ.`)) continue;
			for (const [id, { nodeID, action, reject }] of transit.pendingRequests) {
				if (packetSubject(prefix, "REQ", this.nodeID, nodeID, action.name) !== refused.subject) continue;
				transit.pendingRequests.delete(id);
				const text = `NATS does not permit ${this.nodeID} to ask ${action.name}`;
				reject(new Errors.MoleculerError(text, 500, "CALL_NOT_PERMITTED"));
			}
		}
	}

	#isGone(nodeId: string): void {
		this.broker.registry.discoverer.remoteNodeDisconnected(nodeId, true);
	}

	#lookAfterThem(): void {
		const { pendingRequests } = this.#inner.transit;
		for (const nodeId of new Set(Array.from(pendingRequests.values(), ({ nodeID }) => nodeID)))
			if (nodeId) void this.transit.sendPing(nodeId);
	}
}

/** As Moleculer takes it. */
export const natsTransporter = (options: Options & object, answers = true) =>
	new NatsTransporter(options, answers) as unknown as NonNullable<BrokerOptions["transporter"]>;
