import type { Context, Middleware } from "moleculer";
import type { Settings } from "./config.ts";
import { log } from "./log.ts";
import { every, type Periodic } from "./periodic.ts";
import { nextSpan, readTrace, type Trace, within } from "./trace.ts";

/** One piece of work of a trace, which is over. */
export interface Span {
	trace: Trace;
	/** The span that asked for it; null for the first. */
	parent: string | null;
	service: string;
	name: string;
	/** Milliseconds. */
	start: number;
	end: number;
	error: string | null;
}

const SEND_EVERY = 1_000;
/** Spans that wait for a collector that does not answer; more are lost. */
const MOST = 2_000;
const WITHIN = 5_000;

/** Tells of spans: to a collector by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/), and to the log at `debug`. */
export class Spans {
	readonly #url: string | null;
	#waiting: Span[] = [];
	readonly #timer: Periodic | null;

	/** @param endpoint of the collector, without `/v1/traces`; empty for none */
	constructor(endpoint: string) {
		this.#url = endpoint ? `${endpoint.replace(/\/$/, "")}/v1/traces` : null;
		this.#timer = this.#url
			? every(
					SEND_EVERY,
					() => this.#send(),
					(error) => log().warn(`spans are lost: ${error.message}`),
				)
			: null;
	}

	add(span: Span): void {
		const { trace, parent, service, name, start, end, error } = span;
		log().debug({ traceId: trace.id, spanId: trace.span, parent, service, ms: end - start, error }, name);
		if (this.#url && this.#waiting.length < MOST) this.#waiting.push(span);
	}

	async stop(): Promise<void> {
		await this.#timer?.stop();
		await this.#send().catch(() => {});
	}

	async #send(): Promise<void> {
		const spans = this.#waiting;
		if (!this.#url || spans.length === 0) return;
		this.#waiting = [];
		const { ok, status } = await fetch(this.#url, {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(exported(spans)),
			signal: AbortSignal.timeout(WITHIN),
		});
		if (!ok) throw new Error(`the collector answered ${status}`);
	}
}

/** The spans of this process; null where nobody wants any. */
export const spansOf = ({ OTEL_EXPORTER_OTLP_ENDPOINT, LOG_LEVEL }: Settings): Spans | null =>
	OTEL_EXPORTER_OTLP_ENDPOINT || LOG_LEVEL === "debug" || LOG_LEVEL === "trace"
		? new Spans(OTEL_EXPORTER_OTLP_ENDPOINT)
		: null;

/**
 * Makes each action a part of the trace that its caller belongs to, so that what it asks and what it publishes is one, too.
 * @param spans is told of each; null where traces are only passed on
 */
export function tracing(spans: Spans | null): Middleware {
	return {
		name: "Tracing",
		localAction(next: (ctx: Context) => Promise<unknown>, action: { name: string; service: { name: string } }) {
			return (ctx: Context) => {
				const parent = readTrace((ctx.meta as { traceparent?: unknown }).traceparent);
				if (!parent) return next(ctx);
				const trace = nextSpan(parent);
				const start = Date.now();
				const done = (error: Error | null) =>
					spans?.add({
						trace,
						parent: parent.span,
						service: action.service.name,
						name: action.name,
						start,
						end: Date.now(),
						error: error && ((error as { type?: string }).type ?? error.name),
					});
				const answer = within(trace, () => next(ctx));
				answer.then(
					() => done(null),
					(error) => done(error),
				);
				return answer;
			};
		},
	} as Middleware;
}

const KIND_SERVER = 2;
const STATUS_ERROR = 2;
const nanoseconds = (milliseconds: number) => `${Math.round(milliseconds * 1_000)}000`;
const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** As OTLP's JSON has them, by service. */
function exported(spans: Span[]) {
	const services = Map.groupBy(spans, ({ service }) => service);
	const resourceSpans = Array.from(services, ([service, theirs]) => ({
		resource: { attributes: [attribute("service.name", service)] },
		scopeSpans: [
			{
				scope: { name: "tradewind" },
				spans: theirs.map(({ trace, parent, name, start, end, error }) => ({
					traceId: trace.id,
					spanId: trace.span,
					...(parent ? { parentSpanId: parent } : {}),
					name,
					kind: KIND_SERVER,
					startTimeUnixNano: nanoseconds(start),
					endTimeUnixNano: nanoseconds(end),
					attributes: error ? [attribute("error.type", error)] : [],
					status: error ? { code: STATUS_ERROR } : {},
				})),
			},
		],
	}));
	return { resourceSpans };
}
