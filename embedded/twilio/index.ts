import { faultControl } from "../faults.ts";
import { parseBody, UnreadableBody } from "../form.ts";
import { type HttpAnswer, type HttpRequest, type Route, type StandIn, type StandInOptions, serve } from "../http.ts";
import { router } from "../router.ts";
import { openState } from "../state.ts";
import { outgoing } from "../webhooks.ts";
import { errorAnswer, Refusal } from "./errors.ts";
import { listPage } from "./list.ts";
import { type MessageStatus, type Messages, openMessages, STATUSES } from "./messages.ts";
import { signer } from "./signature.ts";

/**
 * `accountSid`, `authToken`: the only ones that are taken (any, unless given). `numbers`: senders of the account beside Twilio's
 * test number +15005550006. `stepMs`: how long a message stays `queued` and `sent`.
 */
export type TwilioOptions = StandInOptions & {
	accountSid?: string;
	authToken?: string;
	numbers?: string[];
	stepMs?: number;
};

/**
 * Stands in for Twilio's messages of the API 2010-04-01: send, fetch, list, delete; Twilio's magic numbers; signed status
 * callbacks. Control: `GET /_sandbox/messages?to=&limit=`, `POST /_sandbox/messages/:sid { status, errorCode? }`, and the routes
 * of faults.ts.
 */
export async function startTwilio(options: TwilioOptions): Promise<StandIn> {
	const state = openState(options.dataDir, "twilio");
	const control = faultControl(state);
	const webhooks = outgoing(state, signer, control.webhooks);
	const messages = openMessages(state, webhooks, options.numbers ?? [], options.stepMs ?? 50);
	const handle = router(
		[...accountRoutes(messages, options), ...controlRoutes(messages), ...control.routes()],
		({ method, path }) => {
			throw new Refusal(20404, `This stand-in for Twilio does not support ${method} ${path}.`, 404);
		},
	);
	const end = () => {
		messages.close();
		webhooks.close();
		state.close();
	};
	const server = await serve({
		...options,
		handle: (request) => control.around(request, handle, refuse),
		onError: explain,
	}).catch((error) => {
		end();
		throw error;
	});
	return {
		url: server.url,
		async close() {
			await server.close();
			end();
		},
	};
}

const refuse = (status: number): HttpAnswer =>
	errorAnswer(new Refusal(status === 429 ? 20429 : 20500, "The stand-in was told to refuse this.", status));

function explain(error: unknown): HttpAnswer {
	if (error instanceof Refusal) return errorAnswer(error);
	if (error instanceof UnreadableBody) return errorAnswer(new Refusal(20001, error.message));
	console.error(error);
	return errorAnswer(new Refusal(20500, "The stand-in failed; its log has the reason.", 500));
}

/** The auth token of the request, or a refusal. */
function authenticate(request: HttpRequest, options: TwilioOptions): string {
	const [scheme, value = ""] = (request.headers.authorization ?? "").split(" ");
	const [user = "", token = ""] = scheme === "Basic" ? Buffer.from(value, "base64").toString().split(/:(.*)/s) : [];
	const wanted = options.accountSid ?? request.params.account!;
	const known = user === wanted && token !== "" && (options.authToken === undefined || token === options.authToken);
	if (!known || request.params.account !== wanted) throw new Refusal(20003, "Authenticate", 401);
	return token;
}

function accountRoutes(messages: Messages, options: TwilioOptions): Route[] {
	const base = "/2010-04-01/Accounts/:account";
	const find = (request: HttpRequest) => {
		authenticate(request, options);
		const sid = request.params.file!.replace(/\.json$/, "");
		const message = messages.get(sid);
		if (!message) throw new Refusal(20404, `The requested resource ${request.path} was not found`, 404);
		return message;
	};
	return [
		[
			"POST",
			`${base}/Messages.json`,
			(request) => {
				const token = authenticate(request, options);
				return { status: 201, body: messages.send(request.params.account!, token, parseBody(request)) };
			},
		],
		[
			"GET",
			`${base}/Messages.json`,
			(request) => {
				authenticate(request, options);
				return { status: 200, body: listPage(messages, request) };
			},
		],
		["GET", `${base}/Messages/:file`, (request) => ({ status: 200, body: find(request) })],
		[
			"DELETE",
			`${base}/Messages/:file`,
			(request) => {
				messages.delete(find(request).sid);
				return { status: 204 };
			},
		],
	];
}

const controlRoutes = (messages: Messages): Route[] => [
	[
		"GET",
		"/_sandbox/messages",
		({ query }) => {
			const to = query.get("to");
			const limit = Math.min(1000, Math.max(1, Number(query.get("limit") ?? 100) || 100));
			return { status: 200, body: { messages: messages.list({ term: to ? `to:${to}` : undefined, limit }) } };
		},
	],
	[
		"POST",
		"/_sandbox/messages/:sid",
		(request) => {
			const { status, errorCode } = parseBody(request);
			if (!STATUSES.includes(status as MessageStatus)) {
				throw new Refusal(20001, `status must be one of ${STATUSES.join(", ")}.`);
			}
			const error = typeof errorCode === "number" ? { code: errorCode, message: "Told by the operator" } : null;
			const message = messages.move(request.params.sid!, status as MessageStatus, error);
			if (!message) throw new Refusal(20404, `There is no message ${request.params.sid}.`, 404);
			return { status: 200, body: message };
		},
	],
];
