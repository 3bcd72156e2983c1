import type { Agent } from "node:http";
import { parseBody } from "../form.ts";
import type { HttpAnswer, HttpHandler, HttpRequest, Route } from "../http.ts";
import { approvals } from "./approvals.ts";
import { ask, type Question } from "./ask.ts";
import type { SandboxOptions } from "./index.ts";

// A mail is shown in a frame of its own: styles and pictures, and nothing that runs or is sent. Its links open beside it.
const MAIL_CSP =
	"default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";
const LINKS = '<base target="_blank">';
const withLinks = (html: string): string => {
	const head = /<head(\s[^>]*)?>/i.exec(html);
	return head ? html.replace(head[0], () => head[0] + LINKS) : LINKS + html;
};

const absent = (what: string): HttpAnswer => ({
	status: 404,
	body: { message: `The stand-in for ${what} does not run here.` },
});

const JSON_TYPE = { "content-type": "application/json" };

/** The JSON API of the page; it asks the stand-ins' control routes. */
export function apiRoutes(base: string, options: SandboxOptions, agent: Agent): Route[] {
	const { smtpApiUrl, twilioUrl, easypostUrl, stripeUrl, paypalUrl } = options;
	/** The handler where the stand-in runs, and 404 where it does not. */
	const at = (
		url: string | undefined,
		what: string,
		handler: (url: string, request: HttpRequest) => ReturnType<HttpHandler>,
	) => ((request) => (url === undefined ? absent(what) : handler(url, request))) as HttpHandler;
	const pass = (
		url: string | undefined,
		what: string,
		question: (request: HttpRequest) => Omit<Question, "method"> & { method?: string },
	) =>
		at(url, what, (origin, request) => {
			const asked = question(request);
			return ask(agent, { method: "GET", ...asked, url: origin + asked.url });
		});
	const filter = ({ query }: HttpRequest): string => {
		const wanted = new URLSearchParams({ limit: query.get("limit") ?? "100" });
		const to = query.get("to");
		if (to) wanted.set("to", to);
		return wanted.toString();
	};
	const post = (request: HttpRequest, url: string): Question => ({
		method: "POST",
		url,
		headers: JSON_TYPE,
		body: JSON.stringify(parseBody(request)),
	});
	const enc = encodeURIComponent;

	return [
		["GET", `${base}/mails`, pass(smtpApiUrl, "mail", (request) => ({ url: `/messages?${filter(request)}` }))],
		["GET", `${base}/mails/:id`, pass(smtpApiUrl, "mail", ({ params }) => ({ url: `/messages/${enc(params.id!)}` }))],
		[
			"GET",
			`${base}/mails/:id/html`,
			at(smtpApiUrl, "mail", async (url, { params }) => {
				const answer = await ask(agent, { method: "GET", url: `${url}/messages/${enc(params.id!)}` });
				if (answer.status !== 200) return answer;
				const { html, text } = JSON.parse(answer.body.toString()) as { html: string | null; text: string | null };
				const headers = { "content-security-policy": MAIL_CSP, "x-content-type-options": "nosniff" };
				if (html !== null)
					return {
						status: 200,
						headers: { ...headers, "content-type": "text/html; charset=utf-8" },
						body: withLinks(html),
					};
				return { status: 200, headers: { ...headers, "content-type": "text/plain; charset=utf-8" }, body: text ?? "" };
			}),
		],
		[
			"GET",
			`${base}/messages`,
			pass(twilioUrl, "Twilio", (request) => ({ url: `/_sandbox/messages?${filter(request)}` })),
		],
		[
			"GET",
			`${base}/parcels`,
			pass(easypostUrl, "EasyPost", (request) => ({ url: `/_sandbox/parcels?${filter(request)}` })),
		],
		[
			"GET",
			`${base}/parcels/:code/label`,
			at(easypostUrl, "EasyPost", async (url, { params }) => {
				const answer = await ask(agent, { method: "GET", url: `${url}/_sandbox/parcels/${enc(params.code!)}` });
				if (answer.status !== 200) return answer;
				const { label } = JSON.parse(answer.body.toString()) as { label: string | null };
				if (label === null) return { status: 404, body: { message: "The parcel has no label." } };
				return ask(agent, { method: "GET", url: url + label });
			}),
		],
		[
			"POST",
			`${base}/parcels/:code/advance`,
			written(
				pass(easypostUrl, "EasyPost", (request) =>
					post(request, `/_sandbox/trackers/${enc(request.params.code!)}/advance`),
				),
			),
		],
		["GET", `${base}/approvals`, () => approvals(agent, stripeUrl, paypalUrl)],
		[
			"POST",
			`${base}/approvals/paypal/:id`,
			written(pass(paypalUrl, "PayPal", (request) => post(request, `/_sandbox/approve/${enc(request.params.id!)}`))),
		],
		[
			"POST",
			`${base}/approvals/stripe/:id`,
			written(pass(stripeUrl, "Stripe", (request) => post(request, `/_sandbox/3ds/${enc(request.params.id!)}`))),
		],
	];
}

/** Only a page of the same origin can send this type of content, so that no foreign page can press a button here. */
const written =
	(handler: HttpHandler): HttpHandler =>
	(request) =>
		request.headers["content-type"]?.startsWith("application/json")
			? handler(request)
			: { status: 415, body: { message: "Send application/json." } };
