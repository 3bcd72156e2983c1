import type { HttpRequest } from "../http.ts";
import { Refusal } from "./errors.ts";
import type { Messages } from "./messages.ts";

const SUPPORTED = ["To", "From", "PageSize", "Page", "PageToken"];

/** A page of messages in Twilio's shape, newest first; `PageToken` is `PA` and the sid of the last message before. */
export function listPage(messages: Messages, request: HttpRequest): object {
	const { query, path } = request;
	const foreign = [...query.keys()].find((name) => !SUPPORTED.includes(name));
	if (foreign) throw new Refusal(20001, `This stand-in for Twilio does not support listing by ${foreign}.`);
	const [to, from] = [query.get("To"), query.get("From")];
	if (to && from) throw new Refusal(20001, "This stand-in for Twilio lists by To or by From, not by both.");
	const size = Math.min(1000, Math.max(1, Number(query.get("PageSize") ?? 50) || 50));
	const page = Number(query.get("Page") ?? 0) || 0;
	const token = query.get("PageToken");
	const term = to ? `to:${to}` : from ? `from:${from}` : undefined;
	const found = messages.list({ term, limit: size + 1, after: token ? token.slice(2) : undefined });
	const shown = found.slice(0, size);
	const uri = (number: number, after?: string): string => {
		const params = new URLSearchParams({ PageSize: String(size), Page: String(number) });
		if (after) params.set("PageToken", `PA${after}`);
		if (to) params.set("To", to);
		if (from) params.set("From", from);
		return `${path}?${params}`;
	};
	return {
		messages: shown,
		page,
		page_size: size,
		start: page * size,
		end: page * size + Math.max(0, shown.length - 1),
		first_page_uri: uri(0),
		next_page_uri: found.length > size ? uri(page + 1, shown.at(-1)!.sid) : null,
		previous_page_uri: null,
		uri: uri(page, token?.slice(2)),
	};
}
