import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** What a browser and its authenticator say; a test changes what an attacker would. */
export interface Ceremony {
	challenge: string;
	origin: string;
	rpId: string;
	type?: string;
	/** User present 1, user verified 4. */
	flags?: number;
	counter?: number;
	crossOrigin?: boolean;
}

const UP_UV = 0x05;
const ATTESTED = 0x40;
const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest();
const base64url = (bytes: Buffer) => bytes.toString("base64url");

/** An authenticator as WebAuthn level 3 has it, with one discoverable credential on P-256. */
export class Authenticator {
	readonly id: Buffer;
	readonly #publicKey: KeyObject;
	readonly #privateKey: KeyObject;
	/** As the shop named the person. */
	userHandle = "";
	counter = 0;

	constructor(id: Buffer = randomBytes(32)) {
		this.id = id;
		({ publicKey: this.#publicKey, privateKey: this.#privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" }));
	}

	/** Answers `navigator.credentials.create()`. */
	create(userHandle: string, ceremony: Ceremony, fmt = "none", statement = cbor(new Map())) {
		this.userHandle = userHandle;
		const length = Buffer.alloc(2);
		length.writeUInt16BE(this.id.length);
		const attested = Buffer.concat([Buffer.alloc(16), length, this.id, this.#cose()]);
		const authData = Buffer.concat([this.#head(ceremony, ATTESTED), attested]);
		const attestation = Buffer.concat([
			Buffer.from([0xa3]),
			cbor("fmt"),
			cbor(fmt),
			cbor("attStmt"),
			statement,
			cbor("authData"),
			cbor(authData),
		]);
		return {
			...this.#named(),
			response: {
				clientDataJSON: base64url(clientData({ type: "webauthn.create", ...ceremony })),
				attestationObject: base64url(attestation),
				transports: ["internal"],
			},
		};
	}

	/** Answers `navigator.credentials.get()`. */
	get(ceremony: Ceremony) {
		const authData = this.#head(ceremony, 0);
		const client = clientData({ type: "webauthn.get", ...ceremony });
		const signature = sign("sha256", Buffer.concat([authData, sha256(client)]), this.#privateKey);
		return {
			...this.#named(),
			response: {
				clientDataJSON: base64url(client),
				authenticatorData: base64url(authData),
				signature: base64url(signature),
				userHandle: this.userHandle,
			},
		};
	}

	#named() {
		const id = base64url(this.id);
		return { id, rawId: id, type: "public-key", authenticatorAttachment: "platform", clientExtensionResults: {} };
	}

	#head({ rpId, flags = UP_UV, counter = ++this.counter }: Ceremony, more: number): Buffer {
		const rest = Buffer.alloc(5);
		rest.writeUInt8(flags | more);
		rest.writeUInt32BE(counter, 1);
		return Buffer.concat([sha256(rpId), rest]);
	}

	/** The public key as a COSE key: EC2, ES256, P-256. */
	#cose(): Buffer {
		const { x, y } = this.#publicKey.export({ format: "jwk" }) as { x: string; y: string };
		return cbor(
			new Map<number, number | Buffer>([
				[1, 2],
				[3, -7],
				[-1, 1],
				[-2, Buffer.from(x, "base64url")],
				[-3, Buffer.from(y, "base64url")],
			]),
		);
	}
}

function clientData({ type, challenge, origin, crossOrigin = false }: Ceremony): Buffer {
	return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin }));
}

type Cbor = number | string | Buffer | Cbor[] | Map<number, Cbor>;

/** As much of RFC 8949 as the above needs. */
export function cbor(value: Cbor): Buffer {
	if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
	if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
	if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
	if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
	return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])]);
}

function head(major: number, length: number): Buffer {
	if (length < 24) return Buffer.from([(major << 5) | length]);
	if (length < 256) return Buffer.from([(major << 5) | 24, length]);
	return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}
