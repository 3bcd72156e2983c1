import { action } from "../../../runtime/action.ts";
import { getLabel } from "../../../schemas/shipping.ts";
import { shipments } from "../model.ts";

export default action(getLabel, async ({ params }) => ({ url: (await shipments.get(params.id)).labelUrl || null }));
