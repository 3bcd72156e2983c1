import {
	type AuthenticationResponseJSON,
	generateAuthenticationOptions,
	generateRegistrationOptions,
	type RegistrationResponseJSON,
	verifyAuthenticationResponse,
	verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { cose, decodeAttestationObject } from "@simplewebauthn/server/helpers";
import type { Params, Result } from "../../schemas/contract.ts";
import type { addPasskey, passkeyOptions, passkeySignIn, passkeySignInOptions } from "../../schemas/passkey.ts";
import { CHALLENGE_LIFE, challengeHolds, newChallenge } from "./challenge.ts";
import type { UserState } from "./domain.ts";
import { type PasskeyState, passkeysOf } from "./passkeys.ts";
import { relyingParty } from "./relying-party.ts";

/** A challenge that was answered, for who remembers that it must not be again. */
interface Answered {
	challenge: string;
	until: Date;
}

const ALGORITHMS = [cose.COSEALG.ES256, cose.COSEALG.EdDSA, cose.COSEALG.RS256];
const SIGN_IN = "passkey sign-in";
const ownUse = ({ id }: Pick<UserState, "id">) => `passkey of ${id}`;
const timeout = CHALLENGE_LIFE * 1_000;

/** Discoverable and with the person verified: the device then tells who signs in, and counts for two factors. */
export async function creationOptions(user: UserState, now: Date): Promise<Result<typeof passkeyOptions>> {
	const options = await generateRegistrationOptions({
		rpName: "Tradewind",
		rpID: relyingParty().id,
		userID: Uint8Array.from(Buffer.from(user.id)),
		userName: user.email,
		userDisplayName: user.name,
		challenge: newChallenge(ownUse(user), now),
		timeout,
		attestationType: "none",
		excludeCredentials: passkeysOf(user).map(({ credentialId: id }) => ({ id })),
		authenticatorSelection: { residentKey: "required", userVerification: "required" },
		supportedAlgorithmIDs: ALGORITHMS,
	});
	return options as Result<typeof passkeyOptions>;
}

/** The same for everybody: no account is named, so none is told of. */
export async function signInOptions(now: Date): Promise<Result<typeof passkeySignInOptions>> {
	const options = await generateAuthenticationOptions({
		rpID: relyingParty().id,
		challenge: newChallenge(SIGN_IN, now),
		timeout,
		userVerification: "required",
	});
	return options as Result<typeof passkeySignInOptions>;
}

/** @returns null for whatever a browser did not make for this person, now and here */
export async function registered(
	user: UserState,
	response: Params<typeof addPasskey>["credential"],
	now: Date,
): Promise<(Answered & Pick<PasskeyState, "credentialId" | "publicKey" | "counter" | "backedUp">) | null> {
	return guarded(async () => {
		// No attestation is asked for, so that none by certificates is read: nobody here needs what parsing them would risk.
		const attestation = decodeAttestationObject(
			Uint8Array.from(Buffer.from(response.response.attestationObject, "base64url")),
		);
		const fmt = attestation.get("fmt");
		if (fmt !== "none" && (fmt !== "packed" || attestation.get("attStmt").get("x5c"))) return null;
		const answered = await answeredBy(ownUse(user), now, async (expectedChallenge) => {
			const { id, origin } = relyingParty();
			return verifyRegistrationResponse({
				response: response as unknown as RegistrationResponseJSON,
				expectedChallenge,
				expectedOrigin: origin,
				expectedRPID: id,
				requireUserVerification: true,
				supportedAlgorithmIDs: ALGORITHMS,
			});
		});
		if (!answered?.registrationInfo) return null;
		const { challenge, until } = answered;
		const { credential, credentialBackedUp: backedUp } = answered.registrationInfo;
		const publicKey = Buffer.from(credential.publicKey).toString("base64url");
		return { challenge, until, credentialId: credential.id, publicKey, counter: credential.counter, backedUp };
	});
}

/** @returns null for whatever this passkey did not sign, now and here */
export async function asserted(
	{ credentialId: id, publicKey, counter }: PasskeyState,
	response: Params<typeof passkeySignIn>["credential"],
	now: Date,
): Promise<(Answered & Pick<PasskeyState, "counter" | "backedUp">) | null> {
	return guarded(async () => {
		const answered = await answeredBy(SIGN_IN, now, async (expectedChallenge) => {
			const { id: expectedRPID, origin: expectedOrigin } = relyingParty();
			return verifyAuthenticationResponse({
				response: response as unknown as AuthenticationResponseJSON,
				expectedChallenge,
				expectedOrigin,
				expectedRPID,
				credential: { id, publicKey: Uint8Array.from(Buffer.from(publicKey, "base64url")), counter },
				requireUserVerification: true,
			});
		});
		if (!answered) return null;
		const { newCounter, credentialBackedUp: backedUp } = answered.authenticationInfo;
		return { challenge: answered.challenge, until: answered.until, counter: newCounter, backedUp };
	});
}

/** What a verification says, with the challenge that it met; null when it was not met. */
async function answeredBy<R extends { verified: boolean }>(
	use: string,
	now: Date,
	verify: (expected: (challenge: string) => boolean) => Promise<R>,
): Promise<(R & Answered) | null> {
	let met: Answered | null = null;
	const result = await verify((challenge) => {
		const until = challengeHolds(challenge, use, now);
		met = until && { challenge, until };
		return met !== null;
	});
	return result.verified && met ? Object.assign({}, result, met as Answered) : null;
}

/** The library tells by throwing what does not fit; nobody is told which it was. */
const guarded = <T>(work: () => Promise<T | null>): Promise<T | null> => work().catch(() => null);
