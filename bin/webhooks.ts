import { PAYPAL_EVENTS } from "../services/payment/providers/paypal-webhook.ts";
import { STRIPE_EVENTS } from "../services/payment/providers/stripe-webhook.ts";

/** What to have sent by each provider that can be told; EasyPost sends everything. */
export const WANTED_EVENTS = { stripe: STRIPE_EVENTS, paypal: PAYPAL_EVENTS };
