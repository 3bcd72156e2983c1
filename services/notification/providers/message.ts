import { randomUUID } from "node:crypto";
import { domainToASCII } from "node:url";
import addressparser from "nodemailer/lib/addressparser";
import { encodeWords, foldLines, quoteString } from "nodemailer/lib/mime-funcs";
import { encode, wrap } from "nodemailer/lib/qp";

/** Bytes of a line: https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1 */
const LINE = 76;

export interface Mail {
	to: string;
	subject: string;
	text: string;
	html: string;
	/** The same for a mail that is sent again because nobody knows whether it went: mail servers drop the second. */
	id: string;
}

export interface Sender {
	/** As it stands in front of the address; empty if there is none. */
	name: string;
	address: string;
}

/** The one of `Name <address>`, or of an address alone. */
export function senderOf(setting: string): Sender {
	const [first] = addressparser(setting, { flatten: true });
	return { name: first?.name ?? "", address: inAscii(first?.address ?? "") };
}

/**
 * A mail as it travels: plain text and HTML in `multipart/alternative` (RFC 2046, section 5.1.4), with the encodings of
 * nodemailer. Its own composer pipes every part through streams, which takes more processor time than all else of a mail.
 * @param now as `Date` says it
 */
export function compose({ to, subject, text, html, id }: Mail, { name, address }: Sender, now = new Date()): string {
	const domain = address.slice(address.lastIndexOf("@") + 1);
	const boundary = `=_${randomUUID()}`;
	const from = name ? `${phraseOf(name)} <${address}>` : address;
	return [
		header("From", from),
		header("To", inAscii(to)),
		header("Subject", encodeWords(subject, "Q", LINE - "Subject: ".length)),
		header("Message-ID", `<${id}@${domain}>`),
		header("Date", now.toUTCString().replace("GMT", "+0000")),
		header("Auto-Submitted", "auto-generated"),
		header("MIME-Version", "1.0"),
		header("Content-Type", `multipart/alternative; boundary="${boundary}"`),
		"",
		`--${boundary}`,
		part("plain", text),
		`--${boundary}`,
		part("html", html),
		`--${boundary}--`,
		"",
	].join("\r\n");
}

/** With the domain as it stands in the DNS: https://www.rfc-editor.org/rfc/rfc5891#section-4.4 */
function inAscii(address: string): string {
	const at = address.lastIndexOf("@") + 1;
	return address.slice(0, at) + domainToASCII(address.slice(at));
}

/** A line break in a value would begin another header. */
const header = (name: string, value: string) => foldLines(`${name}: ${value.replace(/[\r\n]+/g, " ")}`, LINE);

const phraseOf = (name: string) =>
	/^[\x20-\x7e]*$/.test(name) ? quoteString(name) : encodeWords(name, "Q", LINE - "From: ".length, true);

const part = (type: "plain" | "html", content: string) =>
	[
		`Content-Type: text/${type}; charset=utf-8`,
		"Content-Transfer-Encoding: quoted-printable",
		"",
		wrap(encode(content.replace(/\r\n|\r|\n/g, "\r\n")), LINE),
	].join("\r\n");
