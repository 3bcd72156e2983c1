import { database } from "../store/connection.ts";
import { type DeadLetter, LETTERS_A_PAGE } from "./letter.ts";
import type { LetterBox } from "./local.ts";

interface Stored extends Omit<DeadLetter, "id"> {
	_id: string;
}

/** Dead letters of a process without NATS, each in the database of the service that could not handle it. */
export function storedLetters(namespace: string): LetterBox {
	const services = new Set<string>();

	async function letters(service: string) {
		const connection = await database(namespace, service);
		return connection.getClient().db(connection.name).collection<Stored>("deadletters");
	}

	/** Services with a database: letters of an earlier run lie there too. */
	async function holders(): Promise<string[]> {
		const connection = await database(namespace, "deadletters");
		const { databases } = await connection.getClient().db("admin").admin().listDatabases({ nameOnly: true });
		const prefix = `${namespace}-`;
		const names = databases.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name.slice(prefix.length));
		return [...new Set([...services, ...names])];
	}

	return {
		async put({ id, ...rest }) {
			services.add(rest.service);
			await (await letters(rest.service)).replaceOne({ _id: id }, rest, { upsert: true });
		},
		async list({ service, limit = LETTERS_A_PAGE, after }) {
			const found: Stored[] = [];
			for (const name of service === undefined ? await holders() : [service]) {
				const later = after === undefined ? {} : { _id: { $gt: after } };
				const cursor = (await letters(name)).find(later).sort({ _id: 1 });
				found.push(...(await cursor.limit(limit + 1).toArray()));
			}
			found.sort((a, b) => (a._id < b._id ? -1 : 1));
			const page = found.slice(0, limit).map(letterFrom);
			return { letters: page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null };
		},
		async get(id) {
			for (const name of await holders()) {
				const found = await (await letters(name)).findOne({ _id: id });
				if (found) return letterFrom(found);
			}
			return null;
		},
		async remove(id) {
			for (const name of await holders())
				if ((await (await letters(name)).deleteOne({ _id: id })).deletedCount > 0) return true;
			return false;
		},
	};
}

const letterFrom = ({ _id, ...rest }: Stored): DeadLetter => ({ id: _id, ...rest });
