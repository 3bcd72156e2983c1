/** A span of time, RFC 3339, from `since` until before `until`. */
export interface Span {
	since: string;
	until: string;
}

const from = (at: string) => `pay_${Date.parse(at).toString(16).padStart(12, "0")}`;

/** The condition on the ids of payments that began in a span: an id begins with the milliseconds of its birth. */
export const idsOf = ({ since, until }: Span) => ({ $gte: from(since), $lt: from(until) });
