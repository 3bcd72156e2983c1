import test from "ava";
import { contracts } from "../schemas/index.ts";
import { PRIORITIES, priorityOf, priorityOfPath } from "./priority.ts";

const routed = contracts.filter(({ route }) => route);

test("every route has a priority, and every priority but the webhooks' has routes", (t) => {
	const used = new Set(routed.map((contract) => priorityOf(contract)));
	t.deepEqual([...used].sort(), PRIORITIES.filter((name) => name !== "webhooks").sort());
	t.throws(() => priorityOf({ name: "thing.do", route: { method: "GET", path: "/v1/things", access: "anyone" } }), {
		message: /thing\.do: \/v1\/things has no line/,
	});
});

test("an order is worth more than a cart, a cart more than a look, and staff can wait", (t) => {
	const of = (name: string) => {
		const found = routed.find((contract) => contract.name === name);
		if (!found) throw new Error(`there is no ${name}`);
		return priorityOf(found);
	};
	for (const { name, route } of routed) if (route?.access.includes(":")) t.is(of(name), "admin", name);
	for (const name of ["order.place", "order.resume", "cart.setShippingAddress"]) t.is(of(name), "checkout", name);
	t.is(of("cart.addItem"), "cart");
	t.is(of("product.list"), "browse");
	t.is(of("search.query"), "search");
	t.is(priorityOfPath("/v1/webhooks/stripe"), "webhooks");
	t.is(priorityOfPath("/"), "browse");
	for (const path of ["/health/live", "/health/ready", "/metrics"]) t.is(priorityOfPath(path), null, path);
});
