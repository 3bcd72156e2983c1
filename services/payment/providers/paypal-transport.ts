import { type Agent, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

const TIMEOUT = 3_500;
const PAUSE = 300;

interface AxiosRequest {
	method?: string;
	url?: string;
	headers: { toJSON(): Record<string, string> };
	data?: string;
}

interface Answer {
	status: number;
	statusText: string;
	headers: Record<string, unknown>;
	data: string;
	config: AxiosRequest;
	request: null;
}

/**
 * An axios adapter that sends what the SDK means for PayPal's sandbox to `origin`. A request without an answer, or with one that
 * says to try later, is sent once more: every write carries its `PayPal-Request-Id`.
 */
export function adapterTo(origin: URL, agent: Agent): (config: AxiosRequest) => Promise<Answer> {
	return async (config) => {
		try {
			const answer = await send(origin, agent, config);
			if (answer.status < 500 && answer.status !== 429 && answer.status !== 409) return answer;
		} catch {
			// The second attempt tells what is wrong.
		}
		await new Promise((resolve) => setTimeout(resolve, PAUSE));
		return send(origin, agent, config);
	};
}

function send(origin: URL, agent: Agent, config: AxiosRequest): Promise<Answer> {
	const { pathname, search } = new URL(config.url!);
	const request = origin.protocol === "http:" ? requestHttp : requestHttps;
	const headers: Record<string, string | number> = config.headers.toJSON();
	if (config.data !== undefined) headers["content-length"] = Buffer.byteLength(config.data);
	return new Promise((resolve, reject) => {
		const outgoing = request(
			{
				host: origin.hostname,
				port: origin.port,
				path: pathname + search,
				method: config.method?.toUpperCase(),
				headers,
				agent,
				timeout: TIMEOUT,
			},
			(incoming) => {
				let data = "";
				incoming.setEncoding("utf8");
				incoming.on("data", (chunk: string) => {
					data += chunk;
				});
				incoming.on("error", reject);
				incoming.on("end", () =>
					resolve({
						status: incoming.statusCode!,
						statusText: incoming.statusMessage ?? "",
						headers: incoming.headers,
						data,
						config,
						request: null,
					}),
				);
			},
		);
		outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${TIMEOUT} ms`)));
		outgoing.on("error", reject);
		outgoing.end(config.data);
	});
}
