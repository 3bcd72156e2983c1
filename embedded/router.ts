import type { HttpHandler, Route } from "./http.ts";

/** Finds the route by method and path; a literal segment wins over a `:name`. What no route takes goes to `unknown`. */
export function router(routes: Route[], unknown: HttpHandler): HttpHandler {
	const literal = new Map<string, HttpHandler>();
	const patterns = new Map<string, { parts: string[]; handler: HttpHandler }[]>();
	for (const [method, pattern, handler] of routes) {
		if (!pattern.includes("/:")) {
			literal.set(`${method} ${pattern}`, handler);
			continue;
		}
		const parts = pattern.split("/");
		const key = `${method} ${parts.length}`;
		const list = patterns.get(key);
		if (list) list.push({ parts, handler });
		else patterns.set(key, [{ parts, handler }]);
	}
	return (request) => {
		const exact = literal.get(`${request.method} ${request.path}`);
		if (exact) return exact(request);
		const segments = request.path.split("/");
		for (const { parts, handler } of patterns.get(`${request.method} ${segments.length}`) ?? []) {
			const params = match(parts, segments);
			if (params) {
				request.params = params;
				return handler(request);
			}
		}
		return unknown(request);
	};
}

function match(parts: string[], segments: string[]): Record<string, string> | null {
	const params: Record<string, string> = {};
	for (let i = 1; i < parts.length; i++) {
		const part = parts[i]!;
		const segment = segments[i]!;
		if (part.startsWith(":")) {
			if (segment === "") return null;
			try {
				params[part.slice(1)] = segment.includes("%") ? decodeURIComponent(segment) : segment;
			} catch {
				return null;
			}
		} else if (part !== segment) return null;
	}
	return params;
}
