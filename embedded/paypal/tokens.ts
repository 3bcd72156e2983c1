import { createHmac, randomBytes } from "node:crypto";
import { parseBody } from "../form.ts";
import type { HttpAnswer, HttpRequest } from "../http.ts";
import type { State } from "../state.ts";
import { Refusal } from "./errors.ts";

export type Tokens = ReturnType<typeof tokens>;

const LIFE_S = 32_400;

/** OAuth 2 client credentials. Any client id with any secret is good; tokens hold for nine hours and over a restart. */
export function tokens(state: State) {
	const keys = state.collection<{ secret: string }>("secrets", { secret: true });
	const { secret } = keys.get("tokens") ?? { secret: randomBytes(32).toString("hex") };
	keys.put("tokens", { secret });
	const known = new Map<string, number>();
	const seal = (text: string) => createHmac("sha256", secret).update(text).digest("base64url");

	return {
		/** `POST /v1/oauth2/token` */
		issue(request: HttpRequest): HttpAnswer {
			const [client, password] = credentials(request.headers.authorization);
			if (!client || !password)
				return { status: 401, body: { error: "invalid_client", error_description: "Client Authentication failed" } };
			const { grant_type } = parseBody(request);
			if (grant_type !== "client_credentials")
				return {
					status: 400,
					body: { error: "unsupported_grant_type", error_description: "Grant Type is NULL or not supported" },
				};
			const text = `A21AA${randomBytes(12).toString("base64url")}.${Math.floor(Date.now() / 1000) + LIFE_S}`;
			return {
				status: 200,
				body: {
					scope: "https://uri.paypal.com/services/payments/payment https://uri.paypal.com/services/checkout/orders",
					access_token: `${text}.${seal(text)}`,
					token_type: "Bearer",
					app_id: "APP-80W284485P519543T",
					expires_in: LIFE_S,
					nonce: `${new Date().toISOString()}${randomBytes(16).toString("base64url")}`,
				},
			};
		},
		/** Throws 401 unless the header has a token of ours that has not expired. */
		check(authorization: string | undefined): void {
			const token = authorization?.startsWith("Bearer ") ? authorization.slice(7) : "";
			let until = known.get(token);
			if (until === undefined) {
				const end = token.lastIndexOf(".");
				const text = token.slice(0, end);
				if (end < 0 || seal(text) !== token.slice(end + 1)) throw new Refusal(401, null);
				until = Number(text.slice(text.lastIndexOf(".") + 1)) * 1000;
				if (known.size > 1000) known.clear();
				known.set(token, until);
			}
			if (until < Date.now()) throw new Refusal(401, null);
		},
	};
}

function credentials(authorization = ""): string[] {
	return authorization.startsWith("Basic ") ? Buffer.from(authorization.slice(6), "base64").toString().split(":") : [];
}
