import { PassThrough } from "node:stream";
import test from "ava";
import { log } from "./log.ts";

const lines: Record<string, unknown>[] = [];
const to = new PassThrough().on("data", (chunk) => lines.push(JSON.parse(String(chunk))));
const logger = log("debug", to);

test("a log tells of an error without its data, and of what stands in an error's place as it is", async (t) => {
	const failure = Object.assign(new Error("Not enough stock"), {
		type: "out_of_stock",
		code: 409,
		data: { name: "Ada" },
	});
	for (const error of [failure, null, "503"]) logger.debug({ error }, "a call ended");
	const [told, none, status] = lines;
	t.like(told, { error: { name: "Error", message: "Not enough stock", type: "out_of_stock", code: 409 } });
	t.notRegex(JSON.stringify(told), /Ada/);
	t.like(none, { error: null });
	t.like(status, { error: "503" });
});
