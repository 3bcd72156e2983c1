import { namesIn } from "../runtime/events/streams.ts";
import { inboxPrefix, packetPrefix, packetSubject } from "../runtime/nats-subjects.ts";
import { OPERATIONS } from "../runtime/operations.ts";
import type { ServiceDefinition } from "../runtime/service.ts";
import { callersOf } from "../schemas/contract.ts";
import { allEvents, contracts } from "../schemas/index.ts";
import { SERVICES } from "./services.ts";

/** Who joins besides the services: operators' REPLs, and who makes the streams. */
export const OPERATOR = "operator";
export const STREAMS = "streams";
export const USERS: readonly string[] = [...SERVICES, OPERATOR, STREAMS];

/** What a user may do; all else is refused. */
export interface Permissions {
	publish: string[];
	subscribe: string[];
}

/** `asker` may ask `action` of nodes of `owner`. */
interface Question {
	asker: string;
	owner: string;
	action: string;
}

/** The gateway keeps the dead letters, and has them replayed where they were to be handled. */
const LETTERS = "gateway";
const KEEPING = ["deadLetters", "deadLetter", "replay", "drop"];

/** Every question that contracts and the operators' service state. */
function questions(services: readonly ServiceDefinition[]): Question[] {
	const stated = contracts.flatMap((contract) => {
		const owner = contract.name.slice(0, contract.name.indexOf("."));
		return callersOf(contract)
			.filter((asker) => asker !== owner)
			.map((asker) => ({ asker, owner, action: contract.name }));
	});
	const operations = (asker: string, owner: string, verb: string) => ({
		asker,
		owner,
		action: `${OPERATIONS}.${verb}`,
	});
	return [
		...stated,
		...services.map(({ name }) => operations(OPERATOR, name, "outbox")),
		...KEEPING.map((verb) => operations(OPERATOR, LETTERS, verb)),
		...services
			.filter(({ name, consumers = [] }) => name !== LETTERS && consumers.length > 0)
			.map(({ name }) => operations(LETTERS, name, "replay")),
	];
}

/** What each user of a shop's NATS may do, as the contracts, events and consumers say. */
export function natsPermissions(services: readonly ServiceDefinition[], namespace: string): Map<string, Permissions> {
	const all = questions(services);
	const nodes = [...services.map(({ name }) => name), OPERATOR].map((name) => {
		const service = services.find((one) => one.name === name);
		const packets = packetsOf(name, all, packetPrefix(namespace));
		return [name, { ...packets, publish: [...packets.publish, ...(service ? eventsOf(service, namespace) : [])] }];
	});
	return new Map([...nodes, [STREAMS, { publish: making(namespace), subscribe: [`${inboxPrefix(STREAMS)}.>`] }]] as [
		string,
		Permissions,
	][]);
}

/** Moleculer's packets: a node is found by all, asks whom it may, and answers those who may ask it. */
function packetsOf(name: string, all: readonly Question[], prefix: string): Permissions {
	const asked = all.filter(({ asker }) => asker === name);
	const answered = distinct(all.filter(({ owner }) => owner === name).map(({ asker }) => asker));
	const to = (type: string, others: string[]) => others.map((other) => sent(type, `${other}.*`));
	const sent = (type: string, ...rest: string[]) => packetSubject(prefix, type, `${name}.*`, ...rest);
	const heard = (type: string, ...rest: string[]) => packetSubject(prefix, type, "*.*", ...rest);
	return {
		publish: [
			...["INFO", "DISCOVER", "HEARTBEAT", "DISCONNECT"].map((type) => sent(type)),
			...["INFO", "DISCOVER"].map((type) => sent(type, "*.*")),
			...to("PING", distinct(asked.map(({ owner }) => owner))),
			...to("PONG", answered),
			...to("RES", answered),
			...asked.map(({ owner, action }) => sent("REQ", `${owner}.*`, action)),
		],
		subscribe: [
			`${inboxPrefix(name)}.>`,
			...["INFO", "DISCOVER", "HEARTBEAT", "DISCONNECT", "PING"].map((type) => heard(type)),
			...["INFO", "DISCOVER", "PING", "PONG", "RES"].map((type) => heard(type, `${name}.*`)),
			...(answered.length > 0 ? [heard("REQ", `${name}.*`, ">")] : []),
		],
	};
}

/** A service's own events and consumers: nobody else's, and no stream. */
function eventsOf({ name, consumers = [] }: ServiceDefinition, namespace: string): string[] {
	const { events, letters, subject } = namesIn(namespace);
	const api = (what: string) => `$JS.API.${what}`;
	const own = allEvents.filter(({ service }) => service === name);
	return [
		...[events, letters].map((stream) => api(`STREAM.INFO.${stream}`)),
		...own.map((event) => subject(event.name)),
		...consumers.flatMap((consumer) => {
			const durable = `${name}-${consumer.name}`;
			return [
				api(`CONSUMER.CREATE.${events}.${durable}.${subject(consumer.event.name)}`),
				api(`CONSUMER.INFO.${events}.${durable}`),
				api(`CONSUMER.MSG.NEXT.${events}.${durable}`),
				`$JS.ACK.${events}.${durable}.>`,
			];
		}),
		...(consumers.length > 0 ? [`${namespace}.dead.${name}.>`] : []),
		...(consumers.length > 0 || name === LETTERS ? [api(`STREAM.MSG.GET.${letters}`)] : []),
		...(name === LETTERS ? [api(`STREAM.PURGE.${letters}`)] : []),
	];
}

/** Makes the streams and sets them right; nobody empties or deletes one. */
function making(namespace: string): string[] {
	const { events, letters } = namesIn(namespace);
	return [events, letters].flatMap((stream) =>
		["INFO", "CREATE", "UPDATE"].map((verb) => `$JS.API.STREAM.${verb}.${stream}`),
	);
}

const distinct = (names: string[]): string[] => [...new Set(names)];
