import { LRUCache } from "lru-cache";
import { setting } from "../../runtime/config.ts";
import { fail } from "../../runtime/errors.ts";
import { newId } from "../../runtime/ids.ts";
import { log } from "../../runtime/log.ts";
import type { Address } from "../../schemas/common.ts";
import type { Rate } from "../../schemas/shipping.ts";
import { circuit } from "./circuit.ts";
import { type QuoteState, quotes } from "./model.ts";
import { type Offer, Refused } from "./providers/carriers.ts";
import { easypost } from "./providers/easypost.ts";
import { shipFrom } from "./ship-from.ts";
import { OWN_CARRIER, tableRate } from "./table-rate.ts";

const HOUR = 3_600_000;
const OFFERED_FOR = 24 * HOUR;
const SAME_QUOTE_FOR = 10 * 60_000;
/** A flat rate is offered again only for a moment, so that carriers are asked soon after they are back. */
const SAME_FLAT_RATE_FOR = 10_000;

const byKey = new LRUCache<string, QuoteState>({ max: 5_000 });
const byId = new LRUCache<string, QuoteState>({ max: 5_000, ttl: HOUR });
const underWay = new Map<string, Promise<QuoteState>>();
const freshCircuit = () => circuit(5, 10_000, (error) => !(error instanceof Refused));
let guarded = freshCircuit();

/** Forgets what was quoted and how carriers fared, when a node starts on another store. */
export function forgetQuotes(): void {
	byKey.clear();
	byId.clear();
	guarded = freshCircuit();
}

/** FedEx and UPS charge by whole pounds, so a weight is quoted as what it is charged as. */
export const poundsOf = (grams: number): number => Math.max(1, Math.ceil(grams / 453.59237));

const keyOf = ({ country, state = "", postalCode, city }: Address, pounds: number): string =>
	[country, state, postalCode, city]
		.map((part) => part.trim().toUpperCase())
		.concat(String(pounds))
		.join("|");

/**
 * The rates for a destination and weight: those of the last ten minutes if there are any, otherwise the carriers' own.
 * @throws address_invalid with `reasons`
 */
export async function quoteFor(to: Address, grams: number, currency: string): Promise<Rate[]> {
	const pounds = poundsOf(grams);
	const key = `${currency}|${keyOf(to, pounds)}`;
	const known = byKey.get(key);
	if (known) return known.rates;
	let asking = underWay.get(key);
	if (!asking) {
		asking = storedQuote(key)
			.then((stored) => stored ?? askedQuote(key, to, pounds, currency))
			.finally(() => underWay.delete(key));
		underWay.set(key, asking);
	}
	return (await asking).rates;
}

/**
 * An offered rate that still holds for this destination and weight.
 * @throws shipping_rate_unknown
 */
export async function offeredRate(rateId: string, to: Address, grams: number): Promise<Rate> {
	const quoteId = rateId.replace(/^rate_([0-9a-f]{32})_\d+$/, "quo_$1");
	const quote = byId.get(quoteId) ?? (quoteId === rateId ? null : await quotes.find(quoteId));
	const rate = quote?.rates.find(({ id }) => id === rateId);
	if (!quote || !rate || quote.expiresAt.getTime() <= Date.now()) throw fail("shipping_rate_unknown");
	if (quote.key !== `${rate.price.currency}|${keyOf(to, poundsOf(grams))}`) throw fail("shipping_rate_unknown");
	byId.set(quoteId, quote);
	return rate;
}

async function storedQuote(key: string): Promise<QuoteState | null> {
	const since = new Date(Date.now() - SAME_QUOTE_FOR).toISOString();
	const quote = await quotes.findOne({ key, createdAt: { $gt: since } });
	if (quote && !isFlat(quote)) return remembered(quote);
	return null;
}

const isFlat = ({ rates }: QuoteState): boolean => rates[0]?.carrier === OWN_CARRIER;

async function askedQuote(key: string, to: Address, pounds: number, currency: string): Promise<QuoteState> {
	const offers = await offersFor(to, pounds, currency);
	const id = newId("quo");
	const now = Date.now();
	const quote = await quotes.insert({
		id,
		key,
		rates: offers.map((offer, index) => ({ ...offer, id: `rate_${id.slice(4)}_${index}` })),
		createdAt: new Date(now).toISOString(),
		expiresAt: new Date(now + OFFERED_FOR),
	});
	return remembered(quote);
}

function remembered(quote: QuoteState): QuoteState {
	const age = Date.now() - Date.parse(quote.createdAt);
	const ttl = (isFlat(quote) ? SAME_FLAT_RATE_FOR : SAME_QUOTE_FOR) - age;
	if (ttl > 0) byKey.set(quote.key, quote, { ttl });
	byId.set(quote.id, quote);
	return quote;
}

/** The carriers' offers; the flat rate when they do not answer, do not take this weight or ask for another currency. */
async function offersFor(to: Address, pounds: number, currency: string): Promise<Offer[]> {
	const from = shipFrom(setting("SHIP_FROM"));
	const reasons: string[] = [];
	try {
		const offers = await guarded(() => easypost.rates(from, to, pounds * 16));
		const usable = offers.filter(({ price }) => price.currency === currency);
		if (usable.length > 0) return usable;
		if (offers.length === 0) reasons.push(...(await guarded(() => easypost.problems(to))));
	} catch (error) {
		if (error instanceof Refused && error.code.startsWith("ADDRESS.")) reasons.push(error.message);
		else
			log(setting("LOG_LEVEL")).warn(`carriers give no rates, the flat rate is offered: ${(error as Error).message}`);
	}
	if (reasons.length > 0) throw fail("address_invalid", { reasons });
	return [tableRate(from.country, to.country, pounds, currency, new Date())];
}
