import { fail } from "../../../runtime/errors.ts";
import type { Provider } from "../../../schemas/payment.ts";
import { type Breaker, breaker } from "./breaker.ts";
import { paypal } from "./paypal.ts";
import { type PaymentProvider, Refused } from "./provider.ts";
import { stripe } from "./stripe.ts";

interface Open {
	provider: PaymentProvider;
	close(): void;
}

type Known = Open & { breaker: Breaker };

let known: Record<Provider, Known> | undefined;

/**
 * Makes the providers from the settings; their SDKs are loaded when they are first asked.
 * @param others take the place of a provider
 */
export function openProviders(others: Partial<Record<Provider, Open>> = {}): void {
	closeProviders();
	known = {
		stripe: { ...(others.stripe ?? stripe()), breaker: breaker("Stripe") },
		paypal: { ...(others.paypal ?? paypal()), breaker: breaker("PayPal") },
	};
}

/** Lets go of their connections. */
export function closeProviders(): void {
	if (known) for (const { close } of Object.values(known)) close();
	known = undefined;
}

/**
 * Instructs a provider, for 8 seconds at most.
 * @throws Refused when it said no, provider_failed when the outcome is not known, unavailable while it keeps failing
 */
export function instruct<T>(
	name: Provider,
	instruction: (provider: PaymentProvider) => Promise<T>,
	counts = true,
): Promise<T> {
	const { provider, breaker } = providerOf(name);
	return breaker.run(() => instruction(provider), counts);
}

/**
 * Asks a provider what it should know, so that its no is a failure.
 * @param counts whether a failure brings the breaker nearer to opening
 * @throws provider_failed, unavailable
 */
export async function ask<T>(
	name: Provider,
	question: (provider: PaymentProvider) => Promise<T>,
	counts = true,
): Promise<T> {
	try {
		return await instruct(name, question, counts);
	} catch (error) {
		if (error instanceof Refused) throw fail("provider_failed", {}, `The provider refused: ${error.message}`);
		throw error;
	}
}

/** @throws unavailable while a provider keeps failing */
export function requireUp(name: Provider): void {
	providerOf(name).breaker.requireClosed();
}

/** Checks a webhook without asking anybody but, at times, for a certificate. */
export const verify = (name: Provider, ...webhook: Parameters<PaymentProvider["verifyWebhook"]>) =>
	providerOf(name).provider.verifyWebhook(...webhook);

function providerOf(name: Provider): Known {
	if (!known) throw new Error("the payment providers are not open");
	return known[name];
}
