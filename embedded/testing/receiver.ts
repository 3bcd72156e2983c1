import type { ExecutionContext } from "ava";
import { type HttpRequest, serve } from "../http.ts";

/** For tests: a server that takes webhooks and answers them with `status()`; `until` resolves when what came satisfies it. */
export async function receiver(t: ExecutionContext, status: () => number = () => 200) {
	const received: HttpRequest[] = [];
	const waiting = new Set<() => void>();
	const server = await serve({
		handle(request) {
			const answer = { status: status() };
			received.push(request);
			for (const check of waiting) check();
			return answer;
		},
	});
	t.teardown(() => server.close());
	return {
		url: `${server.url}/hook`,
		received,
		until(satisfied: (received: HttpRequest[]) => boolean, withinMs = 10_000): Promise<void> {
			return new Promise((resolve, reject) => {
				const late = setTimeout(
					() => reject(new Error(`After ${withinMs} ms only ${received.length} webhooks had come.`)),
					withinMs,
				);
				const check = () => {
					if (!satisfied(received)) return;
					clearTimeout(late);
					waiting.delete(check);
					resolve();
				};
				waiting.add(check);
				check();
			});
		},
	};
}
