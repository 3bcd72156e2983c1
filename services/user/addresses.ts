import type { Static } from "typebox";
import { fail } from "../../runtime/errors.ts";
import type { Address } from "../../schemas/common.ts";
import type { SavedAddress } from "../../schemas/user.ts";

export type Saved = Static<typeof SavedAddress>;

/** A person's addresses; `id` is the person's. */
export interface AddressBook {
	id: string;
	rev: number;
	addresses: Saved[];
}

const MOST_ADDRESSES = 50;

/** @throws quantity_exceeded */
export function withAddress(book: AddressBook, address: Saved): AddressBook {
	if (book.addresses.length >= MOST_ADDRESSES) throw fail("quantity_exceeded", { maximum: MOST_ADDRESSES });
	return { ...book, addresses: [...book.addresses, address] };
}

/** Sets the given fields; null takes an optional one away. @throws not_found */
export function withChange(
	book: AddressBook,
	id: string,
	change: { [K in keyof Address]?: Address[K] | null },
): AddressBook {
	const found = saved(book, id);
	const merged = Object.fromEntries(Object.entries({ ...found, ...change }).filter(([, value]) => value !== null));
	return { ...book, addresses: book.addresses.map((entry) => (entry === found ? (merged as Saved) : entry)) };
}

/** @throws not_found */
export function withoutAddress(book: AddressBook, id: string): AddressBook {
	const found = saved(book, id);
	return { ...book, addresses: book.addresses.filter((entry) => entry !== found) };
}

/** @throws not_found */
export function saved(book: AddressBook, id: string): Saved {
	const found = book.addresses.find((entry) => entry.id === id);
	if (!found) throw fail("not_found");
	return found;
}
