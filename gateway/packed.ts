import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { codingOf, KeptBody, WORTHWHILE } from "./encoding.ts";

/** What gets smaller by compression; pictures are compressed already. */
const TYPES: Record<string, string> = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml",
	".json": "application/json; charset=utf-8",
	".webmanifest": "application/manifest+json",
};

interface Packed {
	body: KeptBody;
	/** When the file was written, milliseconds. */
	at: number;
}

const packed = new Map<string, Packed>();

/** Whether the answer for a file goes by the codings that the caller takes. */
export const isPackable = (file: string): boolean => extname(file) in TYPES;

/**
 * Answers with a file of a folder compressed, as its whole; each is compressed once and kept until it is written anew.
 * @param path below the folder, as in the URL
 * @param maxAge seconds
 * @returns false for what is better sent as it is: to be served otherwise
 */
export async function sendPacked(
	request: IncomingMessage,
	response: ServerResponse,
	folder: string,
	path: string,
	maxAge: number,
): Promise<boolean> {
	const coding = codingOf(request.headers["accept-encoding"]);
	const type = TYPES[extname(path)];
	// Whatever is not plainly a file's name is left to the library that knows the traps.
	if (!coding || !type || request.headers.range || !/^(\/[\w-][\w.-]*)+$/.test(path)) return false;
	const name = join(folder, path);
	const { mtimeMs: at, size } = (await stat(name).catch(() => null)) ?? { mtimeMs: 0, size: 0 };
	if (size < WORTHWHILE) return false;
	let known = packed.get(name);
	if (known?.at !== at) {
		known = { body: new KeptBody(await readFile(name)), at };
		packed.set(name, known);
	}
	const etag = `W/"${size.toString(16)}-${Math.floor(at).toString(16)}"`;
	response.setHeader("ETag", etag);
	response.setHeader("Cache-Control", `public, max-age=${maxAge}`);
	if (request.headers["if-none-match"]?.includes(etag)) {
		response.appendHeader("Vary", "Accept-Encoding");
		response.writeHead(304).end();
		return true;
	}
	await known.body.send(request, response, { "Content-Type": type });
	return true;
}
