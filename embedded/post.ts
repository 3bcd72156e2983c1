import { Agent, request } from "node:https";
import { connect, type Socket } from "node:net";

const TIMEOUT_MS = 10_000;

type Settled = (ok: boolean) => void;

/**
 * POSTs JSON over kept-alive connections, one for each request under way. Plain HTTP is written to the socket directly, at a
 * third of the processor time of `node:http`. `settled(true)` comes after a 2xx, `settled(false)` after anything else; once.
 */
export function poster() {
	const tls = new Agent({ keepAlive: true });
	const idle = new Map<string, Socket[]>();
	const open = new Set<Socket>();

	const overHttp = (url: URL, headers: Record<string, string>, body: string, settled: Settled) => {
		const pool = idle.get(url.host) ?? [];
		idle.set(url.host, pool);
		const socket =
			pool.pop() ??
			connect({ host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80), noDelay: true });
		if (!open.has(socket)) {
			open.add(socket);
			socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
			socket.on("error", () => {});
			socket.on("close", () => {
				open.delete(socket);
				const list = idle.get(url.host)!;
				if (list.includes(socket)) list.splice(list.indexOf(socket), 1);
			});
		}
		let head = `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
		for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
		let answer = "";
		const done = (ok: boolean) => {
			socket.off("data", read);
			socket.off("close", lost);
			settled(ok);
		};
		const lost = () => done(false);
		const read = (chunk: Buffer) => {
			answer += chunk.toString("latin1");
			const ends = completeness(answer);
			if (ends === "open") return;
			if (ends === "whole" && !/\r\nconnection: *close/i.test(answer)) {
				pool.push(socket);
				socket.unref();
			} else socket.destroy();
			done(answer[9] === "2");
		};
		socket.ref();
		socket.on("data", read);
		socket.on("close", lost);
		socket.write(`${head}\r\n${body}`);
	};

	const overHttps = (url: URL, headers: Record<string, string>, body: string, settled: Settled) => {
		let settledOnce = false;
		const settle = (ok: boolean) => {
			if (!settledOnce) settled(ok);
			settledOnce = true;
		};
		const length = { "content-length": Buffer.byteLength(body) };
		const call = request(url, { method: "POST", agent: tls, timeout: TIMEOUT_MS, headers: { ...headers, ...length } });
		call.on("response", (response) => {
			response.resume();
			response.on("end", () => settle(response.statusCode! >= 200 && response.statusCode! < 300));
			response.on("close", () => settle(false));
		});
		call.on("timeout", () => call.destroy());
		call.on("error", () => settle(false));
		call.end(body);
	};

	return {
		post(url: string, headers: Record<string, string>, body: string, settled: Settled): void {
			const target = URL.parse(url);
			const typed = { "content-type": "application/json", ...headers };
			if (target?.protocol === "https:") overHttps(target, typed, body, settled);
			else if (target?.protocol === "http:") overHttp(target, typed, body, settled);
			// The caller counts on an answer after the call.
			else setImmediate(() => settled(false));
		},
		close(): void {
			for (const socket of open) socket.destroy();
			tls.destroy();
		},
	};
}

// Whether the response is there: `whole` when its end is known, so that the connection may be used again.
function completeness(answer: string): "open" | "whole" | "unframed" {
	const end = answer.indexOf("\r\n\r\n");
	if (end < 0) return "open";
	const head = answer.slice(0, end);
	const length = /\r\ncontent-length: *(\d+)/i.exec(head);
	if (length) return answer.length >= end + 4 + Number(length[1]) ? "whole" : "open";
	if (/\r\ntransfer-encoding: *chunked/i.test(head)) return answer.endsWith("0\r\n\r\n") ? "whole" : "open";
	return answer.startsWith("204", 9) ? "whole" : "unframed";
}
