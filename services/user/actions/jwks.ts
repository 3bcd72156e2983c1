import { action } from "../../../runtime/action.ts";
import { jwks } from "../../../schemas/key.ts";
import { ring } from "../tokens.ts";

export default action(jwks, () => ({
	keys: ring.keys.map(({ kid, verify }) => {
		const { x } = verify.export({ format: "jwk" });
		return { kty: "OKP", crv: "Ed25519", x: String(x), kid, alg: "EdDSA", use: "sig" } as const;
	}),
}));
