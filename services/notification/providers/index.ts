import { smtp } from "./smtp.ts";
import { twilio } from "./twilio.ts";

let open: { mail: ReturnType<typeof smtp>; messages: ReturnType<typeof twilio> } | undefined;

/** Makes the providers from the settings; their libraries are loaded when something is sent first. */
export function openProviders(): void {
	closeProviders();
	open = { mail: smtp(), messages: twilio() };
}

export function closeProviders(): void {
	open?.mail.close();
	open = undefined;
}

export function providers(): NonNullable<typeof open> {
	if (!open) throw new Error("the notification providers are not open");
	return open;
}
