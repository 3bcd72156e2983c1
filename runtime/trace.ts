import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";

/** Where a piece of work belongs: the whole that it is part of, and the piece that asked for it (https://www.w3.org/TR/trace-context/). */
export interface Trace {
	/** 32 hexadecimal digits. */
	id: string;
	/** 16 hexadecimal digits. */
	span: string;
	/** Two hexadecimal digits. */
	flags: string;
}

const FORM = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const current = new AsyncLocalStorage<Trace>();

/** What a header `traceparent` says; null for what is none, which is then as if it were not there. */
export function readTrace(header: unknown): Trace | null {
	const [whole, id, span, flags, more] = (typeof header === "string" && FORM.exec(header)) || [];
	if (!whole || !id || !span || !flags || (more && whole.startsWith("00"))) return null;
	return { id, span, flags };
}

/** As the header has it. */
export const writeTrace = ({ id, span, flags }: Trace): string => `00-${id}-${span}-${flags}`;

/** A further piece of the same whole, or the first of one of its own. */
export const nextSpan = (parent: Trace | null): Trace => ({
	id: parent?.id ?? randomBytes(16).toString("hex"),
	span: randomBytes(8).toString("hex"),
	flags: parent?.flags ?? "01",
});

/** What the running work belongs to; undefined where nobody traces it. */
export const traceNow = (): Trace | undefined => current.getStore();

/** Does some work, and all that follows from it, as a part of a trace. */
export const within = <T>(trace: Trace | null | undefined, work: () => T): T =>
	trace ? current.run(trace, work) : work();
