import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import serveStatic from "serve-static";
import { errors } from "../schemas/errors.ts";

const root = join(import.meta.dirname, "..");
const viewer = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

const web = serveStatic(join(root, "web"), { maxAge: "5m", index: ["index.html"] });
const images = serveStatic(join(root, "data", "images"), { maxAge: "1d", index: false });
const viewerFiles = serveStatic(viewer, { maxAge: "1d", index: false });
const docsFiles = serveStatic(join(import.meta.dirname, "pages"), { maxAge: "5m", index: false });

/** Files of the storefront, the pictures of the sample catalogue, and the documentation. @returns false when it is no page */
export function servePage(
	request: IncomingMessage,
	response: ServerResponse,
	pathname: string,
	missing: () => void,
): boolean {
	if (request.method !== "GET" && request.method !== "HEAD") return false;
	const from = (handler: ReturnType<typeof serveStatic>, prefix: string) => {
		request.url = pathname.slice(prefix.length) || "/";
		handler(request as never, response as never, missing);
		return true;
	};
	if (pathname === "/docs" || pathname === "/docs/")
		return sendHtml(request, response, readFileSync(join(import.meta.dirname, "pages", "docs.html"), "utf8"));
	if (pathname === "/docs/errors") return sendHtml(request, response, errorsPage());
	if (pathname.startsWith("/docs/viewer/")) return from(viewerFiles, "/docs/viewer");
	if (pathname.startsWith("/docs/")) return from(docsFiles, "/docs");
	if (pathname.startsWith("/images/")) return from(images, "/images");
	if (pathname.startsWith("/v1/")) return false;
	return from(web, "");
}

function sendHtml(request: IncomingMessage, response: ServerResponse, html: string): true {
	const body = Buffer.from(html);
	response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Length": body.length });
	response.end(request.method === "HEAD" ? undefined : body);
	return true;
}

/** Every code with its status and meaning; `type` of a problem points here. */
function errorsPage(): string {
	const rows = Object.entries(errors).map(
		([code, { status, title }]) =>
			`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
	);
	return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Errors · Tradewind</title><link rel="icon" href="/icons/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/docs/docs.css"><h1>Errors</h1><p>Every answer that is not a success is <code>application/problem+json</code> with one of these codes.</p><table><tr><th>code</th><th>status</th><th>meaning</th></tr>${rows.join("")}</table></html>`;
}
