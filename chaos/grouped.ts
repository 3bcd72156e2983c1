/** Looks up what belongs together; none is an empty list. */
export function grouped<T>(items: readonly T[], owner: (item: T) => string): (id: string) => T[] {
	const groups = Map.groupBy(items, owner);
	return (id) => groups.get(id) ?? [];
}
