import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nkeys } from "nats";
import { keyName } from "./nats-conf.ts";
import { USERS } from "./nats-permissions.ts";

const SECRET = { mode: 0o600 };

/**
 * Makes what is missing in a folder: `USER.seed` for each user of NATS, readable by its owner only, and `public.conf` with their
 * public keys, which deploy/nats.conf includes.
 * @returns the public keys by user
 */
export function makeKeys(folder: string): Map<string, string> {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const keys = new Map(
		USERS.map((user) => {
			const file = join(folder, `${user}.seed`);
			if (!existsSync(file)) writeFileSync(file, nkeys.createUser().getSeed(), SECRET);
			return [user, nkeys.fromSeed(Buffer.from(readFileSync(file, "utf8").trim())).getPublicKey()];
		}),
	);
	const lines = [...keys].map(([user, key]) => `${keyName(user)}: ${key}\n`);
	writeFileSync(join(folder, "public.conf"), lines.join(""));
	return keys;
}

/**
 * Makes a certificate of the server that vouches for itself, by openssl: `server.pem`, also for NATS_CA_FILE, and
 * `server-key.pem`.
 * @returns false where there is no openssl
 */
export function makeCertificate(folder: string, hosts: readonly string[]): boolean {
	const [cert, key] = [join(folder, "server.pem"), join(folder, "server-key.pem")];
	if (existsSync(cert) && existsSync(key)) return true;
	const names = hosts.map((host) => (/^[\d.]+$|:/.test(host) ? `IP:${host}` : `DNS:${host}`)).join(",");
	writeFileSync(key, "", SECRET);
	const { status } = spawnSync(
		"openssl",
		[
			...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "825"],
			...["-subj", "/CN=Tradewind NATS", "-addext", `subjectAltName=${names}`, "-keyout", key, "-out", cert],
		],
		{ stdio: ["ignore", "ignore", "ignore"] },
	);
	return status === 0;
}

if (import.meta.main) {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { host: { type: "string", default: "nats,localhost,127.0.0.1" } },
	});
	const [folder] = positionals;
	if (!folder) {
		console.error("Usage: npm run nats:keys -- DIR [--host nats,nats.example.com]");
		process.exit(1);
	}
	makeKeys(folder);
	console.log(`${folder} has the seed of each user of NATS, USER.seed, and their public keys, public.conf`);
	console.log(
		makeCertificate(folder, values.host.split(","))
			? `${folder}/server.pem is the certificate of ${values.host}, and server-key.pem its key`
			: "There is no openssl that makes a certificate: put one of yours there as server.pem and server-key.pem",
	);
}
