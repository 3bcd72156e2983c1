import { api } from "../api.js";
import { field, h, onSubmit, say } from "../dom.js";

/** Browsers make passkeys for names alone, not for an address of numbers. */
const able = () =>
	Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) && !/^[\d.]+$|:/.test(location.hostname);

/** Asks for a code of the authenticator app, or one of the recovery codes; `goOn` gets the session. */
export function secondFactor(mfaToken, goOn) {
	const form = h(
		"form",
		{ class: "panel" },
		h("h2", {}, "One more step"),
		field("Code of your authenticator app, or a recovery code", "code", {
			required: true,
			maxlength: 40,
			autocomplete: "one-time-code",
			autofocus: true,
		}),
		h("button", { class: "main wide" }, "Sign in"),
	);
	onSubmit(form, async ({ code }) => {
		const factor = /^\d{6}$/.test(code) ? { code } : { recoveryCode: code };
		await goOn(await api("POST", "/v1/auth/mfa", { body: { mfaToken, ...factor } }));
	});
	return form;
}

/** Signs in by a passkey, where the browser has them. */
export function passkeyButton(goOn) {
	if (!able()) return null;
	const problem = h("p", { class: "problem", role: "alert", hidden: true });
	const enter = async () => {
		problem.hidden = true;
		try {
			const options = await api("POST", "/v1/auth/passkeys/options", { body: {} });
			const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
			const credential = (await navigator.credentials.get({ publicKey })).toJSON();
			await goOn(await api("POST", "/v1/auth/passkeys/verify", { body: { credential } }));
		} catch (error) {
			if (error.name === "NotAllowedError" || error.name === "AbortError") return;
			problem.hidden = false;
			problem.textContent = error.message;
		}
	};
	return h("p", {}, h("button", { class: "plain", type: "button", onclick: enter }, "Sign in with a passkey"), problem);
}

/** Makes a passkey for who is signed in. */
export function passkeyForm() {
	if (!able()) return null;
	const form = h(
		"form",
		{ class: "panel narrow" },
		h("h2", {}, "Sign in without a password"),
		field("Your password, once more", "password", {
			type: "password",
			required: true,
			maxlength: 128,
			autocomplete: "current-password",
		}),
		h("button", { class: "plain" }, "Make a passkey"),
	);
	onSubmit(form, async ({ password }) => {
		const options = await api("POST", "/v1/me/passkeys/options", { body: { password } });
		const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
		const credential = (await navigator.credentials.create({ publicKey })).toJSON();
		const name = navigator.userAgentData?.platform || navigator.platform || "Passkey";
		await api("POST", "/v1/me/passkeys", { body: { name, credential } });
		form.reset();
		say("From now on you can sign in with this passkey.");
	});
	return form;
}
