/** Stripe's error object, https://docs.stripe.com/api/errors */
export type ErrorBody = {
	type: "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";
	message: string;
	code?: string;
	decline_code?: string;
	param?: string;
	payment_intent?: object;
	payment_method?: object;
	charge?: string;
};

/** An answer that is no success. `executed` says that the endpoint had begun: only then does an idempotency key keep it. */
export class Refusal extends Error {
	readonly status: number;
	readonly body: ErrorBody & { doc_url?: string };
	readonly executed: boolean;

	constructor(status: number, body: ErrorBody, executed = true) {
		super(body.message);
		this.status = status;
		this.body = body.code ? { ...body, doc_url: `https://docs.stripe.com/error-codes#${body.code}` } : body;
		this.executed = executed;
	}
}

/** A parameter that fails validation: 400, and the endpoint does not begin. */
export function badParam(message: string, param: string, code?: string): Refusal {
	return new Refusal(400, { type: "invalid_request_error", message, param, ...(code ? { code } : {}) }, false);
}

/** A request that the state of the object does not allow: 400. */
export function refused(message: string, code?: string, more: Partial<ErrorBody> = {}): Refusal {
	return new Refusal(400, { type: "invalid_request_error", message, ...(code ? { code } : {}), ...more });
}

/** 404 `resource_missing`, or 400 where the id came as a parameter of another object's request. */
export function missing(object: string, id: string, param = "id"): Refusal {
	const message = `No such ${object}: '${id}'`;
	const status = param === "id" || param === "intent" ? 404 : 400;
	return new Refusal(status, { type: "invalid_request_error", code: "resource_missing", message, param });
}

/** 401 as Stripe's gate answers it. */
export function unauthorized(message: string, code?: string): Refusal {
	return new Refusal(401, { type: "invalid_request_error", message, ...(code ? { code } : {}) }, false);
}
