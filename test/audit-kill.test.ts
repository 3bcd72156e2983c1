import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { startChild } from "../bench/processes.ts";
import { freePort } from "../bin/ports.ts";
import { RestClient } from "../bin/rest.ts";
import type { AuditEntry } from "../schemas/audit.ts";
import { as, register } from "./buyer.ts";
import { ADMIN } from "./shop.ts";

const START = join(import.meta.dirname, "..", "bin", "start.ts");
const AUDIT = join(import.meta.dirname, "..", "bin", "audit.ts");

test("a shop that is killed between a deed and its answer still knows that it was intended", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "tradewind-"));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	const port = String(await freePort("127.0.0.1"));
	const url = `http://127.0.0.1:${port}`;
	const environment = {
		PORT: port,
		DATA_DIR: folder,
		ADMIN_EMAIL: ADMIN.email,
		ADMIN_PASSWORD: ADMIN.password,
		RATE_LIMIT: "off",
		LOG_LEVEL: "error",
		NATS_URL: "",
		MONGODB_URL: "",
		ELASTICSEARCH_URL: "",
	};
	const start = (failpoint: string) =>
		startChild(START, ["--no-sample"], { ...environment, FAILPOINT: failpoint }, (said) =>
			said.includes(`${url}/docs`),
		);
	const client = new RestClient(url);
	const signIn = async () =>
		as<{ accessToken: string }>(200, await client.request("POST", "/v1/auth/login", { body: ADMIN })).accessToken;

	const doomed = await start("users role=night-clerk after");
	t.teardown(doomed.stop);
	const accessToken = await signIn();
	const { userId } = await register(client);
	const body = { name: "night-clerk", scopes: ["orders:read"] };
	as(201, await client.request("POST", "/v1/admin/roles", { accessToken, body }));
	const set = { accessToken, body: { role: "night-clerk" } };
	await t.throwsAsync(client.request("PATCH", `/v1/admin/users/${userId}`, set));

	const second = await start("");
	t.teardown(second.stop);
	const again = await signIn();
	const path = `/v1/admin/audit?action=user.administer&target=${userId}`;
	const { data } = as<{ data: AuditEntry[] }>(200, await client.request("GET", path, { accessToken: again }));
	t.deepEqual(
		data.map(({ outcome, changes }) => [outcome, changes]),
		[["intended", { role: "night-clerk" }]],
	);
	const account = await client.request("GET", `/v1/admin/users/${userId}`, { accessToken: again });
	t.is(as<{ role: string }>(200, account).role, "night-clerk");
	const verified = await startChild(AUDIT, ["verify", "--url", url, "--token", again], {}, (said) =>
		said.includes("--expect "),
	);
	t.regex(verified.output(), /each as it was written; intentions without an outcome: 1/);
});
