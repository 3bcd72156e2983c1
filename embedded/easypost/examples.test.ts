import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import test from "ava";
import { startEasypost } from "./index.ts";

/** EasyPost's own example answers, by their path in the archive, or null where the archive is not at hand. */
function examples(): Map<string, unknown> | null {
	for (let dir = import.meta.dirname; dir !== dirname(dir); dir = dirname(dir)) {
		const file = join(dir, "shared", "data", "providers", "easypost_responses.tar.gz");
		if (existsSync(file)) return untar(gunzipSync(readFileSync(file)));
	}
	return null;
}

// A tar is 512-byte blocks: a header with name and octal size, then the file.
function untar(tar: Buffer): Map<string, unknown> {
	const files = new Map<string, unknown>();
	for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
		const name = tar.toString("utf8", at, at + 100).replace(/\0.*$/s, "");
		const size = Number.parseInt(tar.toString("utf8", at + 124, at + 136), 8);
		const body = tar.toString("utf8", at + 512, at + 512 + size);
		if (name.endsWith(".json")) files.set(name.replace(/^.*responses\//, ""), JSON.parse(body));
		at += 512 + Math.ceil(size / 512) * 512;
	}
	return files;
}

/** Every key of the example with another type here, as paths. A null on either side says nothing about the type. */
function differences(example: unknown, ours: unknown, path = ""): string[] {
	if (example === null || ours === null) return [];
	if (Array.isArray(example)) {
		if (!Array.isArray(ours)) return [`${path} is no list`];
		return example.length && ours.length ? differences(example[0], ours[0], `${path}[0]`) : [];
	}
	if (typeof example !== typeof ours) return [`${path} is ${typeof ours}, not ${typeof example}`];
	if (typeof example !== "object") return [];
	return Object.entries(example as object).flatMap(([key, value]) =>
		key in (ours as object)
			? differences(value, (ours as Record<string, unknown>)[key], `${path}.${key}`)
			: [`${path}.${key} is missing`],
	);
}

test("every answer has the keys and types of EasyPost's own examples", async (t) => {
	const known = examples();
	if (!known) {
		console.log("Skipped: shared/data/providers/easypost_responses.tar.gz is not above this folder.");
		return t.pass();
	}
	const standIn = await startEasypost({ dataDir: null });
	t.teardown(() => standIn.close());
	const call = async (method: string, path: string, body?: object): Promise<Record<string, never>> => {
		const headers = { authorization: `Basic ${btoa("key:")}`, "content-type": "application/json" };
		const answer = await fetch(`${standIn.url}/v2/${path}`, { method, headers, body: body && JSON.stringify(body) });
		return (await answer.json()) as Record<string, never>;
	};
	const hold = (name: string, ours: unknown) => {
		const example = known.get(name);
		t.truthy(example, `the archive has no ${name}`);
		t.deepEqual(differences(example, ours), [], name);
	};

	const address = {
		company: "EasyPost",
		street1: "417 MONTGOMERY ST",
		city: "SAN FRANCISCO",
		state: "CA",
		zip: "94104",
		country: "US",
	};
	const bad = { ...address, street1: "000 unknown street", state: "ZZ", zip: "00001" };
	const created = await call("POST", "addresses", { address });
	hold("addresses/addresses-create.json", created);
	hold("addresses/addresses-retrieve.json", await call("GET", `addresses/${created.id}`));
	hold("addresses/addresses-verify.json", await call("GET", `addresses/${created.id}/verify`));
	hold("addresses/addresses-verify-param.json", await call("POST", "addresses", { address: bad, verify: true }));
	hold(
		"addresses/addresses-verify-strict-param.json",
		await call("POST", "addresses", { address: bad, verify_strict: true }),
	);
	hold("addresses/addresses-list.json", await call("GET", "addresses"));

	const parcel = { length: 20.2, width: 10.9, height: 5, weight: 65.9 };
	hold("parcels/parcels-create.json", await call("POST", "parcels", { parcel }));
	const item = {
		description: "T-shirt",
		quantity: 1,
		value: 10,
		weight: 5,
		hs_tariff_number: "123456",
		origin_country: "US",
		code: "123",
	};
	hold("customs-items/customs-items-create.json", await call("POST", "customs_items", { customs_item: item }));
	const customs_info = {
		customs_certify: true,
		customs_signer: "Steve Brule",
		contents_type: "merchandise",
		contents_explanation: "",
		eel_pfc: "NOEEI 30.37(a)",
		customs_items: [item],
	};
	hold("customs-infos/customs-infos-create.json", await call("POST", "customs_infos", { customs_info }));

	const shipment = {
		to_address: { ...address, zip: "90277", verify: true },
		from_address: address,
		parcel,
		customs_info,
	};
	const quoted = await call("POST", "shipments", { shipment });
	hold("shipments/shipments-create.json", quoted);
	hold("returns/returns-create.json", await call("POST", "shipments", { shipment: { ...shipment, is_return: true } }));
	hold("rates/rates-regenerate.json", await call("POST", `shipments/${quoted.id}/rerate`));
	const [rate] = ((await call("GET", `shipments/${quoted.id}`)).rates ?? []) as { id: string }[];
	hold("rates/rates-retrieve.json", await call("GET", `rates/${rate!.id}`));
	hold("shipments/shipments-buy.json", await call("POST", `shipments/${quoted.id}/buy`, { rate, insurance: "249.99" }));
	hold("shipments/shipments-retrieve.json", await call("GET", `shipments/${quoted.id}`));
	hold("shipments/shipments-label.json", await call("GET", `shipments/${quoted.id}/label?file_format=PDF`));
	hold("shipments/shipments-list.json", await call("GET", "shipments"));
	hold("shipping-refund/shipping-refund-refund.json", await call("POST", `shipments/${quoted.id}/refund`));

	const webhook = { url: "http://127.0.0.1:1", custom_headers: [{ name: "X-Header-Name", value: "header_value" }] };
	const hook = await call("POST", "webhooks", { webhook });
	hold("webhooks/webhooks-create.json", hook);
	hold("webhooks/webhooks-list.json", await call("GET", "webhooks"));
	hold("webhooks/webhooks-update.json", await call("PATCH", `webhooks/${hook.id}`, {}));
	hold("webhooks/webhooks-delete.json", await call("DELETE", `webhooks/${hook.id}`));

	const tracker = await call("POST", "trackers", { tracker: { tracking_code: "EZ1000000001", carrier: "USPS" } });
	hold("trackers/trackers-create.json", tracker);
	hold("trackers/trackers-retrieve.json", await call("GET", `trackers/${tracker.id}`));
	hold("trackers/trackers-list.json", await call("GET", "trackers"));
	const events = (await call("GET", "events")) as unknown as { events: { id: string }[] };
	hold("events/events-list.json", events);
	hold("events/events-retrieve.json", await call("GET", `events/${events.events[0]!.id}`));
});
