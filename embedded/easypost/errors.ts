import type { HttpAnswer } from "../http.ts";

/** A refusal in EasyPost's shape: https://docs.easypost.com/docs/errors */
export class Refusal extends Error {
	status: number;
	code: string;
	errors: object[];
	constructor(status: number, code: string, message: string, errors: object[] = []) {
		super(message);
		this.status = status;
		this.code = code;
		this.errors = errors;
	}
}

export const notFound = (): Refusal => new Refusal(404, "NOT_FOUND", "The requested resource could not be found.");

export const required = (...fields: string[]): Refusal =>
	new Refusal(
		422,
		"PARAMETER.REQUIRED",
		"Missing required parameter.",
		fields.map((field) => ({ field, message: "cannot be blank" })),
	);

export const invalid = (field: string, message: string): Refusal =>
	new Refusal(422, "PARAMETER.INVALID", "Invalid parameter.", [{ field, message }]);

/** What EasyPost can do and this stand-in cannot. */
export const unsupported = (what: string): Refusal =>
	new Refusal(501, "STAND_IN.UNSUPPORTED", `This stand-in for EasyPost does not support ${what}.`);

export const errorAnswer = (status: number, code: string, message: string, errors: object[] = []): HttpAnswer => ({
	status,
	body: { error: { code, message, errors } },
});
