import type { StandIn, StandInOptions } from "./http.ts";

export const NAMES = ["mongodb", "elasticsearch", "stripe", "paypal", "easypost", "twilio", "smtp", "sandbox"] as const;
export type Name = (typeof NAMES)[number];

/** A stand-in's own options beside those that all have; see its `start` function. */
export type Options = StandInOptions & Record<string, unknown>;
export type Running = StandIn & { apiUrl?: string };

/** Starts the stand-in of that name in this thread (MongoDB brings its own); loads no other. */
export async function startByName(name: Name, options: Options): Promise<Running> {
	switch (name) {
		case "mongodb":
			return (await import("./mongodb/index.ts")).startMongodb(options);
		case "elasticsearch":
			return (await import("./elasticsearch/index.ts")).startElasticsearch(options);
		case "stripe":
			return (await import("./stripe/index.ts")).startStripe(options);
		case "paypal":
			return (await import("./paypal/index.ts")).startPaypal(options);
		case "easypost":
			return (await import("./easypost/index.ts")).startEasypost(options);
		case "twilio":
			return (await import("./twilio/index.ts")).startTwilio(options);
		case "smtp":
			return (await import("./smtp/index.ts")).startSmtp(options);
		case "sandbox":
			return (await import("./sandbox/index.ts")).startSandbox(options);
	}
}
