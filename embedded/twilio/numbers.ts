import { Refusal } from "./errors.ts";

// https://www.twilio.com/docs/iam/test-credentials#magic-input: senders and recipients that stand for one failure each.
const RECIPIENTS: Record<string, (to: string) => Refusal> = {
	"+15005550001": (to) => new Refusal(21211, `Invalid 'To' Phone Number: ${to}`),
	"+15005550002": (to) =>
		new Refusal(21612, `Message cannot be sent with the current combination of 'To' (${to}) and 'From' parameters`),
	"+15005550003": (to) =>
		new Refusal(
			21408,
			`Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${to}`,
		),
	"+15005550004": () => new Refusal(21610, "Attempt to send to unsubscribed recipient"),
	"+15005550009": (to) => new Refusal(21614, `'To' number: ${to}, is not a valid mobile number`),
};

const SENDERS: Record<string, (from: string) => Refusal> = {
	"+15005550001": (from) => new Refusal(21212, `Invalid From Number (caller ID): ${from}`),
	"+15005550008": () => new Refusal(21611, "This 'From' number has exceeded the maximum number of queued messages"),
};

/** The sender that always works. */
export const VALID_SENDER = "+15005550006";

/** Refuses a recipient that is no number, or a magic one. */
export function checkRecipient(to: string | undefined): string {
	if (!to) throw new Refusal(21604, "A 'To' phone number is required.");
	const magic = RECIPIENTS[to];
	if (magic) throw magic(to);
	if (!/^\+[1-9]\d{6,14}$/.test(to)) throw new Refusal(21211, `Invalid 'To' Phone Number: ${to}`);
	return to;
}

/** Refuses a sender that is not the account's: `own` and Twilio's valid test number are. */
export function checkSender(from: string, own: readonly string[]): string {
	if (from === VALID_SENDER || own.includes(from)) return from;
	const magic = SENDERS[from];
	if (magic) throw magic(from);
	if (!/^\+?\d{3,15}$/.test(from)) throw new Refusal(21212, `Invalid From Number (caller ID): ${from}`);
	throw new Refusal(
		21606,
		`The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number`,
	);
}

// The characters that GSM 03.38 writes, and those it writes as two.
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[\]~|€]*$/u;
const DOUBLE = /[\^{}\\[\]~|€]/gu;

/** How many segments a text is charged as. */
export function segments(body: string): number {
	const gsm = GSM.test(body);
	const length = gsm ? body.length + (body.match(DOUBLE)?.length ?? 0) : body.length;
	const [one, each] = gsm ? [160, 153] : [70, 67];
	return length <= one ? 1 : Math.ceil(length / each);
}
