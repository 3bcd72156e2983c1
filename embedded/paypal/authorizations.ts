import type { Account } from "./account.ts";
import { listOnUnit, newCapture } from "./captures.ts";
import type { Authorization } from "./documents.ts";
import type { Endpoint } from "./endpoint.ts";
import { malformed, refused, unknownResource, unsupported } from "./errors.ts";
import { newId, timestamp } from "./ids.ts";
import { type Money, minor, money, readMoney } from "./money.ts";
import { texts } from "./texts.ts";

const DAY_MS = 24 * 3600_000;
const HONOR_DAYS = 3;
// Captures may go over the authorization by 15 %, but by no more than 75.00.
const OVER_RATE = 0.15;
const OVER_MOST = 7500;

function authorizationOf(account: Account, id: string): Authorization {
	const authorization = account.authorizations.get(id);
	if (!authorization) throw unknownResource();
	return { ...authorization };
}

function allowance(amount: Money): number {
	return minor(amount) + Math.min(Math.floor(minor(amount) * OVER_RATE), OVER_MOST);
}

const getAuthorization: Endpoint = {
	method: "GET",
	path: "/v2/payments/authorizations/:id",
	run: (account, { id }) => ({ status: 200, kind: "authorization", id: authorizationOf(account, id).id }),
};

const captureAuthorization: Endpoint = {
	method: "POST",
	path: "/v2/payments/authorizations/:id/capture",
	run(account, { id, body }) {
		const authorization = authorizationOf(account, id);
		const { currency_code } = authorization.amount;
		const { amount: given, final_capture = false } = body;
		if (typeof final_capture !== "boolean") throw malformed("INVALID_PARAMETER_SYNTAX", "/final_capture");
		if (body.payment_instruction !== undefined) throw unsupported("/payment_instruction");
		if (authorization.status === "VOIDED") throw refused("AUTHORIZATION_VOIDED");
		if (authorization.status === "CAPTURED") throw refused("AUTHORIZATION_ALREADY_CAPTURED");
		if (authorization.renewed_by) throw unsupported("the capture of an authorization that was renewed");
		if (Date.parse(authorization.expiration_time) < Date.now()) throw refused("AUTHORIZATION_EXPIRED");
		const left = minor(authorization.amount) - authorization.captured;
		const amount = given === undefined ? money(left, currency_code) : readMoney(given, "/amount");
		if (amount.currency_code !== currency_code)
			throw refused("AUTH_CAPTURE_CURRENCY_MISMATCH", "/amount/currency_code");
		if (authorization.captured + minor(amount) > allowance(authorization.amount))
			throw refused("MAX_CAPTURE_AMOUNT_EXCEEDED", "/amount/value");
		const order = account.orders.get(authorization.order)!;
		const { invoice_id = authorization.invoice_id } = texts(body, {
			invoice_id: 127,
			note_to_payer: 255,
			soft_descriptor: 22,
		});
		const { custom_id, reference_id } = authorization;
		const capture = newCapture(account, order, {
			amount,
			custom_id,
			invoice_id,
			reference_id,
			authorization: id,
			final_capture,
		});
		authorization.captured += minor(amount);
		const done = final_capture || authorization.captured >= minor(authorization.amount);
		authorization.status = done ? "CAPTURED" : "PARTIALLY_CAPTURED";
		authorization.update_time = timestamp();
		account.authorizations.put(id, authorization);
		listOnUnit(account, authorization, "captures", capture.id);
		account.emit(`PAYMENT.CAPTURE.${capture.status}`, "capture", capture.id);
		return { status: 201, kind: "capture", id: capture.id };
	},
};

const voidAuthorization: Endpoint = {
	method: "POST",
	path: "/v2/payments/authorizations/:id/void",
	run(account, { id }) {
		const authorization = authorizationOf(account, id);
		if (authorization.status === "VOIDED") throw refused("PREVIOUSLY_VOIDED");
		if (authorization.status === "CAPTURED") throw refused("PREVIOUSLY_CAPTURED");
		if (authorization.renews) throw refused("CANNOT_BE_VOIDED");
		const renewed = authorization.renewed_by ? authorizationOf(account, authorization.renewed_by) : null;
		if (renewed?.status === "CAPTURED") throw refused("PREVIOUSLY_CAPTURED");
		for (const one of renewed ? [authorization, renewed] : [authorization]) {
			account.authorizations.put(one.id, { ...one, status: "VOIDED", update_time: timestamp() });
			account.emit("PAYMENT.AUTHORIZATION.VOIDED", "authorization", one.id);
		}
		return { status: 204, kind: "authorization", id };
	},
};

const reauthorize: Endpoint = {
	method: "POST",
	path: "/v2/payments/authorizations/:id/reauthorize",
	run(account, { id, body }) {
		const before = authorizationOf(account, id);
		if (before.status === "VOIDED") throw refused("AUTHORIZATION_VOIDED");
		if (before.captured > 0) throw refused("AUTHORIZATION_ALREADY_CAPTURED");
		if (before.renews || before.renewed_by) throw refused("REAUTHORIZATION_NOT_SUPPORTED");
		if (Date.now() - Date.parse(before.create_time) < HONOR_DAYS * DAY_MS) throw refused("REAUTHORIZATION_TOO_SOON");
		const amount = body.amount === undefined ? before.amount : readMoney(body.amount, "/amount");
		if (amount.currency_code !== before.amount.currency_code) throw refused("AUTH_CURRENCY_MISMATCH", "/amount");
		if (minor(amount) > allowance(before.amount)) throw refused("MAX_CAPTURE_AMOUNT_EXCEEDED", "/amount/value");
		const at = timestamp();
		const renewed = { ...before, id: newId(), renews: id, amount, create_time: at, update_time: at };
		account.authorizations.put(renewed.id, renewed);
		account.authorizations.put(id, { ...before, renewed_by: renewed.id });
		listOnUnit(account, renewed, "authorizations", renewed.id);
		account.emit("PAYMENT.AUTHORIZATION.CREATED", "authorization", renewed.id);
		return { status: 201, kind: "authorization", id: renewed.id };
	},
};

export const authorizationEndpoints = [getAuthorization, captureAuthorization, voidAuthorization, reauthorize];
