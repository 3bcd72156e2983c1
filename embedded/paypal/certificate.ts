import { type KeyObject, randomBytes, sign } from "node:crypto";

// The few pieces of DER (X.690) that a self-signed certificate (RFC 5280) is made of.
const der = (tag: number, ...contents: Buffer[]): Buffer => {
	const content = Buffer.concat(contents);
	const bytes: number[] = [];
	for (let rest = content.length; rest > 0; rest >>= 8) bytes.unshift(rest & 255);
	const length = content.length < 128 ? [content.length] : [128 + bytes.length, ...bytes];
	return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const sequence = (...items: Buffer[]) => der(0x30, ...items);
const set = (item: Buffer) => der(0x31, item);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const text = (value: string) => der(0x0c, Buffer.from(value));
const integer = (bytes: Buffer) => der(0x02, bytes);
const time = (at: Date) => der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
const bits = (bytes: Buffer) => der(0x03, Buffer.from([0]), bytes);

const SHA256_WITH_RSA = sequence(oid("2a864886f70d01010b"), der(0x05));
const COMMON_NAME = oid("550403");
const YEARS = 10;

/** A certificate (PEM) for the name, signed with the key it certifies, good for ten years. */
export function selfSigned(publicKey: KeyObject, privateKey: KeyObject, name: string): string {
	const subject = sequence(set(sequence(COMMON_NAME, text(name))));
	const from = new Date();
	const to = new Date(from);
	to.setUTCFullYear(from.getUTCFullYear() + YEARS);
	const serial = randomBytes(16);
	// A serial number is positive.
	serial[0] = (serial[0]! & 0x7f) | 0x40;
	const certified = sequence(
		der(0xa0, integer(Buffer.from([2]))),
		integer(serial),
		SHA256_WITH_RSA,
		subject,
		sequence(time(from), time(to)),
		subject,
		publicKey.export({ type: "spki", format: "der" }),
	);
	const whole = sequence(certified, SHA256_WITH_RSA, bits(sign("sha256", certified, privateKey)));
	const lines = whole.toString("base64").match(/.{1,64}/g)!;
	return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
