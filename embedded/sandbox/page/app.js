const REFRESH_MS = 4000;
const list = document.querySelector("#list");
const reader = document.querySelector("#reader");
const notice = document.querySelector("#notice");

async function api(path, body) {
	const options = body && {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body),
	};
	const answer = await fetch(`api/${path}`, options);
	const result = await answer.json().catch(() => ({}));
	if (!answer.ok)
		throw new Error(result.message ?? result.error?.message ?? `The sandbox answered with ${answer.status}.`);
	return result;
}

function element(name, properties = {}, ...children) {
	const made = Object.assign(document.createElement(name), properties);
	made.append(...children.filter((child) => child !== null));
	return made;
}

const button = (label, work, className = "") =>
	element("button", { type: "button", className, onclick: () => act(work) }, label);

const time = (iso) => element("time", { dateTime: iso }, new Date(iso).toLocaleString());

/** A text with its web addresses to click on. */
const linked = (text) =>
	text
		.split(/(https?:\/\/\S+)/)
		.map((part, n) => (n % 2 ? element("a", { href: part, target: "_blank", rel: "noopener" }, part) : part));

function table(heads, rows, empty) {
	if (rows.length === 0) return element("p", {}, empty);
	const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
	const body = rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, ...[cell].flat()))));
	return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

const money = ({ provider, amount, currency }) =>
	provider === "paypal" ? `${amount} ${currency}` : `${minor(amount, currency)} ${currency}`;

function minor(amount, currency) {
	const { maximumFractionDigits } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
	return (Number(amount) / 10 ** maximumFractionDigits).toFixed(maximumFractionDigits);
}

const sections = {
	async mails() {
		const { messages } = await api("mails");
		const rows = messages.map(({ id, date, to, subject }) => [
			time(date),
			to.join(", "),
			button(subject || "(no subject)", () => read(id), "plain"),
		]);
		return table(["Received", "To", "Subject"], rows, "No mail has been sent yet.");
	},
	async messages() {
		const { messages } = await api("messages");
		const rows = messages.map(({ date_created, to, status, body }) => [time(date_created), to, status, linked(body)]);
		return table(["Sent", "To", "Status", "Text"], rows, "No text message has been sent yet.");
	},
	async parcels() {
		const { parcels } = await api("parcels");
		const rows = parcels.map((parcel) => {
			const { code, carrier, service, destination, status, next, final, label, updatedAt } = parcel;
			const to = (wanted) => () => api(`parcels/${code}/advance`, wanted ? { status: wanted } : {});
			const moves = [
				next && button(`→ ${next.replaceAll("_", " ")}`, to()),
				final ? null : button("fail", to("failure")),
				final ? null : button("return", to("return_to_sender")),
			];
			const link = label && element("a", { href: `api/parcels/${code}/label`, target: "_blank" }, code);
			return [
				time(updatedAt),
				[link || code, element("br"), `${carrier} ${service ?? ""}`],
				destination ?? "",
				status.replaceAll("_", " "),
				moves.filter(Boolean),
			];
		});
		return table(["Moved", "Parcel", "To", "Status", ""], rows, "No label has been bought yet.");
	},
	async approvals() {
		const { approvals } = await api("approvals");
		const rows = approvals.map((approval) => {
			const { provider, id, reference, createdAt } = approval;
			const path = `approvals/${provider}/${id}`;
			const choices =
				provider === "paypal"
					? [button("Approve", () => api(path, {}))]
					: [
							button("Complete", () => api(path, { outcome: "complete" })),
							button("Fail", () => api(path, { outcome: "fail" })),
						];
			const name = provider === "paypal" ? "PayPal approval" : "3-D Secure";
			return [time(createdAt), name, reference ?? id, money(approval), choices];
		});
		return table(["Since", "What", "Reference", "Amount", ""], rows, "No payment waits for its buyer.");
	},
};

async function read(id) {
	const { subject, from, to, date, attachments } = await api(`mails/${id}`);
	document.querySelector("#subject").textContent = subject;
	const lines = { From: from, To: to.join(", "), Date: new Date(date).toLocaleString() };
	if (attachments.length > 0) lines.Attachments = attachments.map(({ filename }) => filename ?? "unnamed").join(", ");
	const about = Object.entries(lines).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
	document.querySelector("#about").replaceChildren(...about);
	document.querySelector("#body").src = `api/mails/${id}/html`;
	reader.hidden = false;
	reader.scrollIntoView({ behavior: "smooth" });
}

async function act(work) {
	notice.textContent = "";
	try {
		await work();
		await show();
	} catch (error) {
		notice.textContent = error.message;
	}
}

const current = () => (location.hash.slice(1) in sections ? location.hash.slice(1) : "mails");

async function show() {
	const name = current();
	for (const link of document.querySelectorAll("nav a")) {
		if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
		else link.removeAttribute("aria-current");
	}
	const content = await sections[name]();
	// The section may have been changed while the answer was on its way.
	if (name === current()) list.replaceChildren(content);
}

addEventListener("hashchange", () => {
	reader.hidden = true;
	act(async () => {});
});
setInterval(() => {
	if (!document.hidden)
		show().catch((error) => {
			notice.textContent = error.message;
		});
}, REFRESH_MS);
act(async () => {});
