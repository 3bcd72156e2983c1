import test from "ava";
import { PORTS, portOf } from "./ports.ts";

test("a shop that may have any port gets none that systems give to connections meanwhile", async (t) => {
	const ports = await Promise.all(Array.from({ length: 50 }, () => portOf("127.0.0.1", 0)));
	for (const port of ports) t.true(port >= PORTS[0] && port < PORTS[1], `${port}`);
});
