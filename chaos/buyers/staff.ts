import { RestClient } from "../../bin/rest.ts";
import { pause } from "./client.ts";

/** Milliseconds after which a token is renewed: it is good for five minutes. */
const RENEWED_AFTER = 180_000;

/** Whoever may refund, signed in. */
export class Staff {
	readonly #client: RestClient;
	readonly #credentials: { email: string; password: string };
	#token: { value: Promise<string>; at: number } | undefined;

	constructor(url: string, credentials: { email: string; password: string }) {
		this.#client = new RestClient(url);
		this.#credentials = credentials;
	}

	/** An access token that is good for two minutes more; signs in until it gets one. */
	token(): Promise<string> {
		if (!this.#token || Date.now() - this.#token.at > RENEWED_AFTER)
			this.#token = { value: this.#signIn(), at: Date.now() };
		return this.#token.value;
	}

	async #signIn(): Promise<string> {
		const body = this.#credentials;
		for (let tries = 1; ; tries++) {
			const answer = await this.#client
				.request<{ accessToken: string }>("POST", "/v1/auth/login", { body })
				.catch(() => null);
			if (answer?.status === 200) return answer.body.accessToken;
			if (tries > 100) throw new Error("staff cannot sign in");
			await pause(500);
		}
	}
}
