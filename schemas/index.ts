import * as access from "./access.ts";
import * as audit from "./audit.ts";
import * as cart from "./cart.ts";
import type { Contract, EventContract } from "./contract.ts";
import * as email from "./email.ts";
import * as events from "./events.ts";
import * as key from "./key.ts";
import * as mfa from "./mfa.ts";
import * as notification from "./notification.ts";
import * as operations from "./operations.ts";
import * as order from "./order.ts";
import * as passkey from "./passkey.ts";
import * as payment from "./payment.ts";
import * as person from "./person.ts";
import * as product from "./product.ts";
import * as review from "./review.ts";
import * as search from "./search.ts";
import * as shipping from "./shipping.ts";
import * as user from "./user.ts";

const isContract = (value: unknown): value is Contract =>
	typeof value === "object" && value !== null && "params" in value && "result" in value && "kind" in value;

/** Every contract of the shop, by service. */
export const contracts: readonly Contract[] = [
	user,
	access,
	audit,
	email,
	mfa,
	passkey,
	key,
	product,
	cart,
	order,
	payment,
	shipping,
	search,
	review,
	notification,
	operations,
	person,
	person.personalData,
	person.erasePerson,
].flatMap((module) => Object.values(module).filter(isContract));

/** Every event of the shop. */
export const allEvents: readonly EventContract[] = Object.values(events).filter((value) => "data" in value);
