import { type BrokerOptions, Transporters } from "moleculer";
import { createInbox, type NatsConnection } from "nats";

/** Milliseconds between two looks whether those still live who owe an answer. */
const LOOK_EVERY = 500;

type Options = ConstructorParameters<typeof Transporters.NATS>[0];
type Packet = Parameters<InstanceType<typeof Transporters.NATS>["publish"]>[0];

/**
 * Moleculer's transport on NATS, which also sees at once when a node is gone. Heartbeats tell of a node that was killed
 * after four to seven seconds, and until then it is asked as if it lived; the server knows when its connection ends.
 * What is sent to one node carries a reply subject, so that the server answers 503 when nobody listens there
 * (https://docs.nats.io/nats-concepts/core-nats/reqreply#no-responders). Then the node counts as gone, whoever waits for it is
 * told, and its next heartbeat brings it back. A node that died with a question in hand is seen by a ping.
 */
export class NatsTransporter extends Transporters.NATS {
	readonly #inbox: string;
	#timer: NodeJS.Timeout | undefined;

	constructor(options: Options & object) {
		super(options);
		this.#inbox = createInbox((options as { inboxPrefix?: string }).inboxPrefix);
	}

	override async connect(): Promise<void> {
		await super.connect();
		const { client } = this as { client: NatsConnection };
		client.subscribe(`${this.#inbox}.>`, {
			callback: (error, message) => {
				if (error || message.headers?.code !== 503) return;
				this.#isGone(message.subject.slice(this.#inbox.length + 1));
			},
		});
		this.#timer = setInterval(() => this.#lookAfterThem(), LOOK_EVERY).unref();
	}

	override async disconnect(): Promise<void> {
		clearInterval(this.#timer);
		await super.disconnect();
	}

	override publish(packet: Packet): Promise<void> {
		const { type, target } = packet;
		const client = this.client as NatsConnection | null;
		if (!client || !target || (type !== "REQ" && type !== "PING")) return super.publish(packet);
		const reply = `${this.#inbox}.${target}`;
		client.publish(this.getTopicName(type, target), this.serialize(packet), { reply });
		return Promise.resolve();
	}

	#isGone(nodeId: string): void {
		this.broker.registry.discoverer.remoteNodeDisconnected(nodeId, true);
	}

	#lookAfterThem(): void {
		const { pendingRequests } = this.transit as unknown as { pendingRequests: Map<string, { nodeID: string }> };
		for (const nodeId of new Set(Array.from(pendingRequests.values(), ({ nodeID }) => nodeID)))
			if (nodeId) void this.transit.sendPing(nodeId);
	}
}

/** As Moleculer takes it. */
export const natsTransporter = (options: Options & object) =>
	new NatsTransporter(options) as unknown as NonNullable<BrokerOptions["transporter"]>;
