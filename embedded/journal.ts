import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";

/** A document that was put (`json`, with the terms it is listed by) or deleted (`null`). */
export type Entry = [collection: string, id: string, json: string | null, terms: string[]];

/** A file of transactions, a line each: a line that SIGKILL cut off counts as not written. */
export function openJournal(path: string) {
	const file = openSync(path, "a+");
	const left: Entry[] = [];
	for (const line of readFileSync(path, "utf8").split("\n").slice(0, -1)) {
		for (const entry of JSON.parse(line) as [string, string, unknown, string[]][])
			left.push([entry[0], entry[1], entry[2] === null ? null : JSON.stringify(entry[2]), entry[3]]);
	}
	// A line that was cut off must not be continued.
	if (left.length === 0) ftruncateSync(file);
	let size = fstatSync(file).size;

	return {
		/** What had not reached the database when the process ended. */
		left,
		append(entries: Entry[]): void {
			let line = "";
			for (const [collection, id, json, terms] of entries)
				line += `${line === "" ? "[" : ","}["${collection}",${JSON.stringify(id)},${json},${JSON.stringify(terms)}]`;
			const bytes = Buffer.from(`${line}]\n`);
			try {
				for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
			} catch (error) {
				// A full disk: what comes later must not continue half a line.
				ftruncateSync(file, size);
				throw error;
			}
			size += bytes.length;
		},
		/** All of it is in the database. */
		clear(): void {
			ftruncateSync(file);
			size = 0;
		},
		close: (): void => closeSync(file),
	};
}
