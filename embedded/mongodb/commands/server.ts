import type { Doc } from "../bson/types.ts";
import { MongoError, NotSupported } from "../errors.ts";
import type { Command } from "../server/context.ts";
import { MAX_MESSAGE } from "../server/wire.ts";
import { MAX_DOCUMENT } from "./write.ts";

const VERSION = "8.0.0";

/**
 * The answer to a driver's greeting. It says `isdbgrid`, as a mongos does: then a driver uses sessions and retryable writes and stays
 * on the address that it was given, also behind a proxy, while a replica set's primary would send it to the address in `hosts`.
 */
function greeting(connection: number): Doc {
	return {
		helloOk: true,
		msg: "isdbgrid",
		maxBsonObjectSize: MAX_DOCUMENT,
		maxMessageSizeBytes: MAX_MESSAGE,
		maxWriteBatchSize: 100_000,
		localTime: new Date(),
		logicalSessionTimeoutMinutes: 30,
		connectionId: connection,
		minWireVersion: 0,
		maxWireVersion: 25,
		readOnly: false,
		tradewindEmbedded: true,
	};
}

const hello: Command = { run: (_context, { connection }) => ({ isWritablePrimary: true, ...greeting(connection) }) };
const isMaster: Command = { run: (_context, { connection }) => ({ ismaster: true, ...greeting(connection) }) };
const nothing: Command = { run: () => ({}) };

const buildInfo: Command = {
	run: () => ({
		version: VERSION,
		versionArray: [8, 0, 0, 0],
		gitVersion: "tradewind",
		tradewindEmbedded: true,
		modules: [],
		bits: 64,
		debug: false,
		maxBsonObjectSize: MAX_DOCUMENT,
		storageEngines: ["sqlite"],
	}),
};

const connectionStatus: Command = {
	run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
};

const serverStatus: Command = {
	run({ counts, written, startedAt, cursors, address }) {
		const { rss, heapUsed } = process.memoryUsage();
		return {
			host: address,
			version: VERSION,
			process: "tradewind-embedded",
			pid: process.pid,
			uptime: Math.round((Date.now() - startedAt) / 1000),
			localTime: new Date(),
			mem: { resident: Math.round(rss / 2 ** 20), heap: Math.round(heapUsed / 2 ** 20) },
			metrics: {
				commands: Object.fromEntries([...counts].map(([name, total]) => [name, { total }])),
				cursor: { open: cursors.count },
			},
			// The server's own section: what was written, and how many syncs of the disk that took.
			written: { ...written },
		};
	},
};

const getParameter: Command = {
	run(_context, { body }) {
		const known: Doc = { featureCompatibilityVersion: { version: "8.0" } };
		const found = Object.keys(known).filter((name) => body[name] !== undefined || body.getParameter === "*");
		if (found.length === 0) throw new MongoError(72, "InvalidOptions", "no option found to get");
		return Object.fromEntries(found.map((name) => [name, known[name]]));
	},
};

const whatsmyuri: Command = { run: ({ address }) => ({ you: address }) };
const getLog: Command = { run: () => ({ totalLinesWritten: 0, log: [] }) };
const getCmdLineOpts: Command = { run: () => ({ argv: [], parsed: {} }) };
const hostInfo: Command = { run: ({ address }) => ({ system: { hostname: address } }) };

const refused = (what: string): Command => ({
	run() {
		throw new NotSupported(what);
	},
});

const noAuthentication = refused("authentication (the server listens on loopback only and needs none)");

const noTransactions: Command = {
	run() {
		throw transactionsRefused();
	},
};

/** What a command of a transaction gets. Drivers replace the sentence of code 20, which a standalone mongod gives, by one about retries. */
export const transactionsRefused = () =>
	new MongoError(
		263,
		"OperationNotSupportedInTransaction",
		"multi-document transactions are not supported by the embedded server; set MONGODB_URL to a replica set for them",
	);

/** Commands about the server and the connection. */
export const serverCommands: Record<string, Command> = {
	hello,
	isMaster,
	ismaster: isMaster,
	ping: nothing,
	buildInfo,
	buildinfo: buildInfo,
	connectionStatus,
	serverStatus,
	getParameter,
	whatsmyuri,
	getLog,
	getCmdLineOpts,
	hostInfo,
	endSessions: nothing,
	refreshSessions: nothing,
	killSessions: nothing,
	logout: nothing,
	fsync: { ...nothing, write: true },
	saslStart: noAuthentication,
	saslContinue: noAuthentication,
	authenticate: noAuthentication,
	commitTransaction: noTransactions,
	abortTransaction: noTransactions,
	renameCollection: refused("the command renameCollection"),
	collMod: refused("the command collMod"),
	createUser: refused("the command createUser"),
	setParameter: refused("the command setParameter"),
};
