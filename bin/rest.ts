/** An answer of the shop, its body parsed. */
export interface Answer<T = Record<string, unknown>> {
	status: number;
	headers: Headers;
	body: T;
}

export interface RequestOptions {
	body?: unknown;
	headers?: Record<string, string>;
	/** Tokens that are sent along. */
	cartToken?: string;
	orderToken?: string;
	accessToken?: string;
	key?: string;
}

/** Speaks to a shop as its front ends do: JSON over REST, nothing else. */
export class RestClient {
	readonly url: string;

	constructor(url: string) {
		this.url = url.replace(/\/$/, "");
	}

	async request<T = Record<string, unknown>>(
		method: string,
		path: string,
		options: RequestOptions = {},
	): Promise<Answer<T>> {
		const { body, cartToken, orderToken, accessToken, key } = options;
		const headers: Record<string, string> = { ...options.headers };
		if (body !== undefined && !headers["Content-Type"]) headers["Content-Type"] = "application/json";
		if (cartToken) headers["Cart-Token"] = cartToken;
		if (orderToken) headers["Order-Token"] = orderToken;
		if (accessToken) headers.Authorization = `Bearer ${accessToken}`;
		if (key) headers["Idempotency-Key"] = key;
		const payload = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
		const response = await fetch(this.url + path, { method, headers, body: payload as string, redirect: "manual" });
		const text = await response.text();
		const json = /json/.test(response.headers.get("content-type") ?? "");
		return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
	}
}
