import { hash } from "node:crypto";

/** `"<version>.<hash>"`: the version is what If-Match is held against, the hash tells whether anything shown differs. */
export function etagOf(result: unknown, body: string): string {
	const { version } = result as { version?: number };
	return `"${version ?? 0}.${hash("sha1", body, "base64url").slice(0, 16)}"`;
}

/** The tag of a body that is compressed: other bytes have another tag, as strong as the first. */
export const codedTag = (etag: string, coding: string | undefined): string =>
	coding ? `${etag.slice(0, -1)}~${coding}"` : etag;

/** Whether If-None-Match names this tag, in whatever coding its body came; weak tags compare alike. */
export function isFresh(header: string | undefined, etag: string): boolean {
	if (header === undefined) return false;
	return (
		header === "*" ||
		header.split(",").some(
			(tag) =>
				tag
					.trim()
					.replace(/^W\//, "")
					.replace(/~\w+"$/, '"') === etag,
		)
	);
}

/** The version that If-Match expects; -1, which no resource has, for a tag that this shop did not make. */
export function expectedVersion(header: string | undefined): number | undefined {
	if (header === undefined || header.trim() === "*") return undefined;
	const version = /^\s*"(\d{1,15})\.[\w-]+(?:~\w+)?"\s*$/.exec(header)?.[1];
	return version === undefined ? -1 : Number(version);
}
