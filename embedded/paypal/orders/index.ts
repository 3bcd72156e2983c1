import type { Endpoint } from "../endpoint.ts";
import { createOrder } from "./create.ts";
import { patchOrder } from "./patch.ts";
import { authorizeOrder, captureOrder, orderOf } from "./pay.ts";

const getOrder: Endpoint = {
	method: "GET",
	path: "/v2/checkout/orders/:id",
	run: (account, { id }) => ({ status: 200, kind: "order", id: orderOf(account, id).id }),
};

export const orderEndpoints = [createOrder, getOrder, patchOrder, authorizeOrder, captureOrder];
