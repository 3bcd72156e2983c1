import { toMinor } from "../money.ts";
import type { Column, Header } from "./header.ts";

export interface RowError {
	row: number;
	message: string;
}

/** The cells of one row, read by what their columns mean; what does not fit becomes an error of the row. */
export class Cells {
	readonly row: number;
	readonly #header: Header;
	readonly #cells: string[];
	readonly #errors: RowError[];

	constructor(header: Header, row: number, cells: string[], errors: RowError[]) {
		this.row = row;
		this.#header = header;
		this.#cells = cells;
		this.#errors = errors;
	}

	error(column: Column, message: string): void {
		const name = this.#header.get(column)?.name ?? column;
		this.#errors.push({ row: this.row, message: `${name} ${message}` });
	}

	/** The cell as it stands; undefined where the file has no such column. */
	text(column: Column): string | undefined {
		const place = this.#header.get(column);
		return place && (this.#cells[place.index] ?? "");
	}

	/** The same without blanks around it. */
	raw(column: Column): string | undefined {
		return this.text(column)?.trim();
	}

	/** One line of text. */
	line(column: Column, longest: number): string | undefined {
		const value = this.raw(column);
		if (value === undefined) return undefined;
		if (value.length > longest) this.error(column, `is longer than ${longest} characters`);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
		if (/[\u0000-\u001f\u007f]/.test(value)) this.error(column, "holds a line break or a control character");
		return value;
	}

	/** The same, null where the cell is empty. */
	nullable(column: Column, longest: number): string | null | undefined {
		const value = this.line(column, longest);
		return value === "" ? null : value;
	}

	/** TRUE or FALSE; undefined where the cell is empty. */
	flag(column: Column): boolean | undefined {
		const value = this.raw(column)?.toLowerCase();
		if (!value) return undefined;
		if (value === "true" || value === "yes" || value === "1") return true;
		if (value !== "false" && value !== "no" && value !== "0")
			this.error(column, `is ${quoted(value)} but must be TRUE or FALSE`);
		return false;
	}

	/** A whole number; null where the cell is empty. `rounded` takes `420.5` as well. */
	whole(column: Column, highest: number, rounded: boolean): number | null | undefined {
		const value = this.raw(column);
		if (!value) return value === undefined ? undefined : null;
		const number = (rounded ? /^\d+(\.\d+)?$/ : /^\d+$/).test(value) ? Math.round(Number(value)) : Number.NaN;
		if (number <= highest) return number;
		this.error(column, `is ${quoted(value)} but must be a whole number from 0 to ${highest}`);
		return null;
	}

	/** A price in minor units; null where the cell is empty. */
	price(column: Column, currency: string): number | null | undefined {
		const value = this.raw(column);
		if (!value) return value === undefined ? undefined : null;
		const amount = toMinor(value, currency);
		if (amount === null) this.error(column, `is ${quoted(value)} but must be a price in ${currency} such as 24.00`);
		return amount;
	}

	/** An address of an image, or a path of the shop; null where the cell is empty. */
	address(column: Column): string | null | undefined {
		const value = this.raw(column);
		if (!value) return value === undefined ? undefined : null;
		if (value.length <= 2000 && /^(https?:\/\/|\/)\S+$/.test(value)) return value;
		this.error(column, `is ${quoted(value)} but must be a URL`);
		return null;
	}
}

const quoted = (value: string) => `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
