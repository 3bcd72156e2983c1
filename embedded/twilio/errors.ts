import type { HttpAnswer } from "../http.ts";

/** A refusal in Twilio's shape: https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
export class Refusal extends Error {
	status: number;
	code: number;
	constructor(code: number, message: string, status = 400) {
		super(message);
		this.code = code;
		this.status = status;
	}
}

export const errorAnswer = ({ code, message, status }: Refusal): HttpAnswer => ({
	status,
	body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});
