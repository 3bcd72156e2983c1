import { rotateKeys, signingKeys } from "../../schemas/key.ts";
import { audited } from "../audited.ts";
import type { Command } from "../command.ts";
import { ask, print } from "../command.ts";

interface Flags {
	revoke?: boolean;
}

export default {
	command: "keys [verb]",
	description:
		"The keys that sign tokens; `keys rotate` lets another one sign, with --revoke what the former ones signed is refused",
	options: [{ option: "--revoke", description: "Nothing that the former keys signed is taken: everybody asks anew" }],
	async action(broker, args) {
		const { verb = "list" } = args;
		const { revoke = false } = (args.options ?? {}) as Flags;
		if (verb !== "list" && verb !== "rotate") {
			console.log("keys lists them, keys rotate lets another one sign");
			return;
		}
		if (verb === "rotate")
			await audited(broker, { action: rotateKeys.name, changes: { revoke } }, () =>
				ask(broker, rotateKeys, { revoke }),
			);
		const { data } = await ask(broker, signingKeys, {});
		print(
			["key", "since", "signs"],
			data.map(({ kid, createdAt, retiredAt }) => [kid, createdAt, retiredAt ? `until ${retiredAt}` : "yes"]),
		);
	},
} satisfies Command & { options: { option: string; description: string }[] };
