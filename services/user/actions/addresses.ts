import { action } from "../../../runtime/action.ts";
import { listAddresses } from "../../../schemas/user.ts";
import { addressBooks } from "../model.ts";
import { pageOf } from "../page.ts";
import { personOf } from "../signed-in.ts";

export default action(listAddresses, async ({ params, meta }) =>
	pageOf((await addressBooks.find(personOf(meta)))?.addresses ?? [], params),
);
