import { smtp } from "./smtp.ts";
import { twilio } from "./twilio.ts";

interface Open {
	mail: ReturnType<typeof smtp>;
	messages: ReturnType<typeof twilio>;
}

let open: Open | undefined;

/**
 * Makes the providers from the settings; their libraries are loaded when something is sent first.
 * @param others take their place
 */
export function openProviders(others?: Open): void {
	closeProviders();
	open = others ?? { mail: smtp(), messages: twilio() };
}

export function closeProviders(): void {
	open?.mail.close();
	open = undefined;
}

export function providers(): Open {
	if (!open) throw new Error("the notification providers are not open");
	return open;
}
