/** Where the providers' stand-ins are. */
export interface Tills {
	stripe: string;
	paypal: string;
}

/**
 * What a buyer does on the provider's page. Once more changes nothing: the page has nothing to ask any more (409).
 * @param url of the page, as `payment.nextAction` has it
 */
export async function decide(tills: Tills, url: string, approves: boolean): Promise<void> {
	const { pathname, searchParams } = new URL(url);
	const token = searchParams.get("token");
	const [page, decision] = token
		? [`${tills.paypal}/_sandbox/approve/${token}`, approves ? {} : { decline: "INSTRUMENT_DECLINED" }]
		: [`${tills.stripe}${pathname}`, { outcome: approves ? "complete" : "fail" }];
	const { status } = await fetch(page, {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify(decision),
	});
	if (status !== 200 && status !== 409) throw new Error(`${page} was answered with ${status}`);
}
