import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import serveStatic from "serve-static";
import { errors } from "../schemas/errors.ts";
import { KeptBody } from "./encoding.ts";
import { isPackable, sendPacked } from "./packed.ts";

const root = join(import.meta.dirname, "..");
const viewer = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

const HOUR = 3_600;

/** A folder of files. @param maxAge seconds that a browser may keep them without asking */
function files(folder: string, maxAge: number, index: string[] | false = false) {
	const setHeaders = (response: ServerResponse, file: string) => {
		if (isPackable(file)) response.appendHeader("Vary", "Accept-Encoding");
	};
	return { folder, maxAge, plain: serveStatic(folder, { maxAge: maxAge * 1_000, index, setHeaders }) };
}

const web = files(join(root, "web"), HOUR / 12, ["index.html"]);
const images = files(join(root, "data", "images"), 24 * HOUR);
const viewerFiles = files(viewer, 24 * HOUR);
const docsFiles = files(join(import.meta.dirname, "pages"), HOUR / 12);
const HTML = { "Content-Type": "text/html; charset=utf-8" };
const docsPage = new KeptBody(readFileSync(join(import.meta.dirname, "pages", "docs.html")));
const errorsPage = new KeptBody(errorsTable());

/** Files of the storefront, the pictures of the sample catalogue, and the documentation. @returns false when it is no page */
export async function servePage(
	request: IncomingMessage,
	response: ServerResponse,
	pathname: string,
	missing: () => void,
): Promise<boolean> {
	if (request.method !== "GET" && request.method !== "HEAD") return false;
	const from = async ({ folder, maxAge, plain }: ReturnType<typeof files>, prefix: string) => {
		const path = pathname.slice(prefix.length) || "/";
		const file = path === "/" ? "/index.html" : path;
		if (await sendPacked(request, response, folder, file, maxAge)) return true;
		request.url = path;
		plain(request as never, response as never, missing);
		return true;
	};
	const page = async (body: KeptBody) => {
		await body.send(request, response, HTML);
		return true;
	};
	if (pathname === "/docs" || pathname === "/docs/") return page(docsPage);
	if (pathname === "/docs/errors") return page(errorsPage);
	if (pathname.startsWith("/docs/viewer/")) return from(viewerFiles, "/docs/viewer");
	if (pathname.startsWith("/docs/")) return from(docsFiles, "/docs");
	if (pathname.startsWith("/images/")) return from(images, "/images");
	if (pathname.startsWith("/v1/")) return false;
	return from(web, "");
}

/** Every code with its status and meaning; `type` of a problem points here. */
function errorsTable(): string {
	const rows = Object.entries(errors).map(
		([code, { status, title }]) =>
			`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
	);
	return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Errors · Tradewind</title><link rel="icon" href="/icons/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/docs/docs.css"><h1>Errors</h1><p>Every answer that is not a success is <code>application/problem+json</code> with one of these codes.</p><table><tr><th>code</th><th>status</th><th>meaning</th></tr>${rows.join("")}</table></html>`;
}
