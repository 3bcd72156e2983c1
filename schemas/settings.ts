/** How a setting is read from the environment. `secret` values are never printed. */
export interface Setting {
	type: "string" | "integer" | "url" | "choice" | "flag";
	choices?: readonly string[];
	default?: string;
	secret?: true;
	minimum?: number;
	maximum?: number;
	/** What a string must match. */
	pattern?: RegExp;
	/** What is shown for a value that does not fit; a URL must have one of its schemes. */
	example?: string;
	schemes?: readonly string[];
	/** What .env.example gives a secret: everybody knows it, and it is refused in production. */
	sample?: string;
	/** The setting that lets the sample be where it names a stand-in, which has an address with `http:`. */
	standInAt?: string;
	summary: string;
}

/** Every setting of the shop; the README's table is written from this. */
export const settings = {
	PORT: {
		type: "integer",
		default: "3000",
		minimum: 0,
		maximum: 65535,
		summary: "Port of the shop; 0 takes a free one",
	},
	HOST: { type: "string", default: "127.0.0.1", summary: "Address to listen on" },
	DATA_DIR: { type: "string", default: ".tradewind", summary: "Folder of everything that is embedded" },
	NAMESPACE: {
		type: "string",
		default: "tradewind",
		pattern: /^[A-Za-z0-9_-]{1,40}$/,
		example: "tradewind: up to 40 letters, digits, - and _",
		summary: "Prefix of databases, indices, streams and subjects",
	},
	PUBLIC_URL: { type: "url", summary: "Address under which buyers reach the shop, for links in mails" },
	CURRENCY: {
		type: "string",
		default: "USD",
		pattern: /^[A-Z]{3}$/,
		example: "USD",
		summary: "The currency that the shop sells in, ISO 4217",
	},
	TAX_RATES: {
		type: "string",
		default: "",
		summary: "Percentages by country or country and state: `DE=19,US-CA=7.25`",
	},
	ADMIN_EMAIL: { type: "string", default: "admin@tradewind.test", summary: "The first administrator" },
	ADMIN_PASSWORD: {
		type: "string",
		secret: true,
		summary: "Their password; where it is not set, one is made and printed once",
	},
	NATS_URL: {
		type: "url",
		schemes: ["nats:", "tls:"],
		example: "nats://127.0.0.1:4222",
		secret: true,
		summary: "NATS with JetStream; without it a nats-server on the PATH, or one process",
	},
	NATS_NKEY_SEED: {
		type: "string",
		secret: true,
		pattern: /^SU[A-Z2-7]{56}$/,
		example: "the seed of a user that `npm run nats:keys` makes: 58 characters from SU on",
		summary: "Seed of the nkey of this node's user on NATS, one for each service",
	},
	NATS_CA: {
		type: "string",
		pattern: /^-----BEGIN CERTIFICATE-----/,
		example: "a certificate in PEM: name its file in NATS_CA_FILE",
		summary: "Certificate that vouches for a NATS with TLS, where the usual ones do not; `NATS_CA_FILE` names its file",
	},
	NATS_MONITOR_URL: {
		type: "url",
		schemes: ["http:", "https:"],
		example: "http://127.0.0.1:8222",
		summary: "NATS's monitoring port, asked at the start whether it syncs what it acknowledges; port 8222 unless set",
	},
	ALLOW_UNSYNCED: {
		type: "choice",
		choices: ["0", "1"],
		default: "0",
		summary: "`1`: a NATS that acknowledges events before they are on the disk will do",
	},
	MONGODB_URL: {
		type: "url",
		schemes: ["mongodb:", "mongodb+srv:"],
		example: "mongodb://127.0.0.1:27017",
		secret: true,
		summary: "MongoDB; without it the embedded one",
	},
	ELASTICSEARCH_URL: { type: "url", secret: true, summary: "Elasticsearch; without it the embedded one" },
	STRIPE_SECRET_KEY: {
		type: "string",
		secret: true,
		sample: "sk_test_sandbox",
		standInAt: "STRIPE_API_URL",
		summary: "Stripe's key; without it the stand-in",
	},
	STRIPE_WEBHOOK_SECRET: {
		type: "string",
		secret: true,
		sample: "whsec_sandbox",
		standInAt: "STRIPE_API_URL",
		summary: "Secret of the webhook endpoint at Stripe",
	},
	STRIPE_API_URL: { type: "url", summary: "Where Stripe's API is; Stripe's own unless set" },
	PAYPAL_CLIENT_ID: {
		type: "string",
		secret: true,
		sample: "sandbox",
		standInAt: "PAYPAL_API_URL",
		summary: "PayPal's client id; without it the stand-in",
	},
	PAYPAL_CLIENT_SECRET: {
		type: "string",
		secret: true,
		sample: "sandbox",
		standInAt: "PAYPAL_API_URL",
		summary: "Its secret",
	},
	PAYPAL_WEBHOOK_ID: {
		type: "string",
		sample: "WH-SANDBOX",
		standInAt: "PAYPAL_API_URL",
		summary: "Id of the webhook at PayPal",
	},
	PAYPAL_API_URL: { type: "url", summary: "Where PayPal's API is; PayPal's sandbox unless set" },
	EASYPOST_API_KEY: {
		type: "string",
		secret: true,
		sample: "EZTKsandbox",
		standInAt: "EASYPOST_API_URL",
		summary: "EasyPost's key; without it the stand-in",
	},
	EASYPOST_WEBHOOK_SECRET: {
		type: "string",
		secret: true,
		sample: "sandbox",
		standInAt: "EASYPOST_API_URL",
		summary: "Secret of the webhook at EasyPost",
	},
	EASYPOST_API_URL: { type: "url", summary: "Where EasyPost's API is; EasyPost's own unless set" },
	TWILIO_ACCOUNT_SID: {
		type: "string",
		secret: true,
		sample: "AC00000000000000000000000000000000",
		standInAt: "TWILIO_API_URL",
		summary: "Twilio's account; without it the stand-in",
	},
	TWILIO_AUTH_TOKEN: {
		type: "string",
		secret: true,
		sample: "sandbox",
		standInAt: "TWILIO_API_URL",
		summary: "Its token",
	},
	TWILIO_FROM: { type: "string", default: "+15005550006", summary: "The number that messages come from" },
	TWILIO_API_URL: { type: "url", summary: "Where Twilio's API is; Twilio's own unless set" },
	SMTP_URL: { type: "url", secret: true, summary: "Mail server; without it the stand-in" },
	MAIL_FROM: { type: "string", default: "Tradewind <shop@tradewind.test>", summary: "Sender of mails" },
	SANDBOX_URL: { type: "url", summary: "Where the stand-ins' page is; set by `npm start`" },
	SHIP_FROM: {
		type: "string",
		default: "Tradewind, 417 Montgomery Street, San Francisco, CA, 94104, US",
		summary: "Where parcels start: name, street, city, state, postal code, country",
	},
	TOKEN_SECRET: {
		type: "string",
		secret: true,
		pattern: /^.{32,}$/s,
		example: "what `openssl rand -base64 32` prints: at least 32 characters",
		summary: "Seals the keys that sign tokens and the second factors; made and kept in DATA_DIR by `npm start`",
	},
	FULFILMENT: {
		type: "choice",
		choices: ["auto", "manual"],
		default: "auto",
		summary:
			"`auto`: a confirmed order becomes one parcel at once; `manual`: staff make parcels by POST .../fulfilments",
	},
	REVIEW_MODERATION: {
		type: "choice",
		choices: ["on", "off"],
		default: "off",
		summary: "`on`: reviews wait for a moderator",
	},
	TRUST_PROXY: {
		type: "string",
		default: "",
		pattern: /^[\s\da-fA-F.:,/]*$/,
		example: "10.0.0.7,10.1.0.0/16: addresses and CIDR ranges by commas",
		summary: "Proxies whose X-Forwarded-For counts: addresses and CIDR ranges by commas",
	},
	CORS_ORIGINS: {
		type: "string",
		default: "",
		pattern: /^(\s*https?:\/\/[^\s,/]+\s*(,|$))*$/,
		example: "https://shop.example.com,https://m.example.com: origins without a path, by commas",
		summary: "Origins whose pages may ask this API, by commas; only its own unless set",
	},
	RATE_LIMIT: { type: "choice", choices: ["on", "off"], default: "on", summary: "`off` for load tests" },
	DRAIN_SECONDS: {
		type: "integer",
		default: "0",
		minimum: 0,
		maximum: 300,
		summary:
			"How long a gateway that is told to end goes on answering while its readiness says no: longer than load balancers take to see it",
	},
	SHED_LOAD: {
		type: "choice",
		choices: ["on", "off"],
		default: "on",
		summary: "`off`: a gateway that has too much to do makes everybody wait instead of refusing some",
	},
	OTEL_EXPORTER_OTLP_ENDPOINT: {
		type: "url",
		schemes: ["http:", "https:"],
		example: "http://127.0.0.1:4318",
		summary: "Collector of OpenTelemetry's spans by OTLP over HTTP, without `/v1/traces`; nothing is sent unless set",
	},
	LOG_LEVEL: {
		type: "choice",
		choices: ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
		default: "info",
		summary: "How much is logged",
	},
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
