import { type Agent, request as overHttp } from "node:http";

/** What a stand-in answered. */
export interface Answer {
	status: number;
	headers: Record<string, string>;
	body: Buffer;
}

export interface Question {
	method: string;
	url: string;
	headers?: Record<string, string>;
	body?: Buffer | string;
}

const PASSED_ON = ["content-type", "location", "cache-control"];

/** Sends a request to a stand-in. */
export function ask(agent: Agent, { method, url, headers, body }: Question): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
		const request = overHttp(
			url,
			{ method, agent, headers: { ...headers, ...length }, timeout: 10_000 },
			(response) => {
				const chunks: Buffer[] = [];
				response.on("data", (chunk: Buffer) => chunks.push(chunk));
				response.on("error", reject);
				response.on("end", () => {
					const kept = PASSED_ON.flatMap((name) =>
						response.headers[name] ? [[name, String(response.headers[name])]] : [],
					);
					resolve({
						status: response.statusCode ?? 502,
						headers: Object.fromEntries(kept),
						body: Buffer.concat(chunks),
					});
				});
			},
		);
		request.on("timeout", () => request.destroy(new Error(`${url} did not answer within 10 s`)));
		request.on("error", reject);
		request.end(body);
	});
}
