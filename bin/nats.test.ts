import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { onPath, startNats } from "./nats.ts";

const onNats = onPath("nats-server") ? test : test.skip;

onNats("a nats-server that a killed shop left behind is gone on with: two on one store would ruin it", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "tradewind-"));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	const left = await startNats(folder);
	t.teardown(() => left?.stop());
	const found = await startNats(folder);
	t.teardown(() => found?.stop());
	t.is(found?.url, left?.url);
	t.is(found?.monitorUrl, left?.monitorUrl);
	await found?.stop();
	await t.throwsAsync(fetch(`${left?.monitorUrl}/varz`));

	const next = await startNats(folder);
	t.teardown(() => next?.stop());
	t.not(next?.url, left?.url);
});
