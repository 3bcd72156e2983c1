import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { type BrotliOptions, brotliCompress, constants, createBrotliCompress, createGzip, gzip } from "node:zlib";

export type Coding = "br" | "gzip";

/** Bytes below which compression saves next to nothing. */
export const WORTHWHILE = 1_024;

/** Brotli's own default takes a hundred times as long for a few percent less. */
const BROTLI: BrotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const inBrotli = promisify<Buffer | string, BrotliOptions, Buffer>(brotliCompress);
const inGzip = promisify<Buffer | string, Buffer>(gzip);

/** The coding that a caller prefers of those there are (RFC 9110, 12.5.3); null for none. */
export function codingOf(header: string | string[] | undefined): Coding | null {
	if (header === undefined) return null;
	const qualities = new Map<string, number>();
	for (const part of String(header).toLowerCase().split(",")) {
		const [name = "", weight] = part.split(";").map((piece) => piece.trim());
		qualities.set(name, weight === undefined ? 1 : Number(/^q=([\d.]+)$/.exec(weight)?.[1] ?? 0));
	}
	const quality = (coding: Coding) => qualities.get(coding) ?? qualities.get("*") ?? 0;
	const [br, gz] = [quality("br"), quality("gzip")];
	if (br > 0 && br >= gz) return "br";
	return gz > 0 ? "gzip" : null;
}

export const compressed = (body: Buffer | string, coding: Coding): Promise<Buffer> =>
	coding === "br" ? inBrotli(body, BROTLI) : inGzip(body);

/** Compresses what comes in pieces. */
export const compressor = (coding: Coding) => (coding === "br" ? createBrotliCompress(BROTLI) : createGzip());

/** A body that is sent again and again: compressed once in each coding, when somebody asks for it. */
export class KeptBody {
	readonly plain: Buffer | string;
	readonly length: number;
	readonly #coded = new Map<Coding, Promise<Buffer>>();

	constructor(plain: Buffer | string) {
		this.plain = plain;
		this.length = Buffer.byteLength(plain);
	}

	in(coding: Coding): Promise<Buffer> {
		const known = this.#coded.get(coding);
		if (known) return known;
		const made = compressed(this.plain, coding);
		this.#coded.set(coding, made);
		return made;
	}

	/** Answers with it, in a coding that the caller takes. */
	async send(request: IncomingMessage, response: ServerResponse, headers: Record<string, string>): Promise<void> {
		const coding = this.length < WORTHWHILE ? null : codingOf(request.headers["accept-encoding"]);
		if (this.length >= WORTHWHILE) response.appendHeader("Vary", "Accept-Encoding");
		if (coding) response.setHeader("Content-Encoding", coding);
		const body = coding ? await this.in(coding) : this.plain;
		response.writeHead(200, { ...headers, "Content-Length": coding ? body.length : this.length });
		response.end(request.method === "HEAD" ? undefined : body);
	}
}
