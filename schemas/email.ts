import Type from "typebox";
import { closed, Email, Id, Nothing } from "./common.ts";
import { contract, event } from "./contract.ts";

export const changeEmail = contract({
	name: "user.changeEmail",
	summary:
		"Mails a link to another address, which is the account's once `POST /v1/auth/verify-email` got its token; tells the present one",
	kind: "write",
	params: closed({ email: Email, password: Type.String({ minLength: 1, maxLength: 128 }) }),
	result: Nothing,
	errors: ["email_taken", "invalid_credentials", "too_many_requests", "unavailable"],
	route: {
		method: "POST",
		path: "/v1/me/email",
		access: "customer",
		status: 204,
		limit: { requests: 30, seconds: 60 },
	},
});

export const emailChangeAsked = event({
	name: "user.email_change_asked",
	service: "user",
	summary: "A person wants another address for their account; it waits for a proof",
	data: closed({ userId: Id }),
});
