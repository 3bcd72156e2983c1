import { consumer } from "../../../runtime/events/consumer.ts";
import { stockChanged } from "../../../schemas/events.ts";
import { record } from "../ledger.ts";

export default consumer(stockChanged, "ledger", record, { inOrder: false });
