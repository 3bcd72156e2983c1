import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import test from "ava";
import { parse, parseAllDocuments } from "yaml";
import { USERS } from "../bin/nats-permissions.ts";
import { SERVICES } from "../bin/services.ts";
import { readSettings } from "../runtime/config.ts";
import { settings } from "../schemas/settings.ts";

interface Container {
	image?: string;
	command?: string[];
	environment?: Record<string, string>;
	depends_on?: Record<string, { condition: string }>;
	healthcheck?: object;
	volumes?: string[];
	ports?: string[];
	build?: { context: string; dockerfile: string };
	restart?: string;
	secrets?: (string | { source: string; target: string })[];
}

/** What `npm run nats:keys` makes. */
const MADE = ["public.conf", "server.pem", "server-key.pem", ...USERS.map((user) => `${user}.seed`)];
const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const text = read("docker-compose.yml");
const compose = parse(text, { merge: true }) as {
	services: Record<string, Container>;
	volumes: object;
	secrets: Record<string, { file: string }>;
};
const containers = Object.entries(compose.services);
const example = Object.fromEntries(
	read(".env.example")
		.split("\n")
		.filter((line) => line !== "" && !line.startsWith("#"))
		.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
);

test("every service has a container that runs it, and no other", (t) => {
	for (const name of SERVICES) t.deepEqual(compose.services[name]?.command, ["node", "bin/node.ts", name]);
	const others = containers.map(([name]) => name).filter((name) => !(SERVICES as readonly string[]).includes(name));
	t.deepEqual(others, ["nats", "streams", "mongo", "elasticsearch", "sandbox"]);
});

test("containers are given settings that exist", (t) => {
	for (const name of SERVICES) {
		for (const variable of Object.keys(compose.services[name]?.environment ?? {}))
			t.true(Object.hasOwn(settings, variable.replace(/_FILE$/, "")), `${name} is given ${variable}`);
	}
});

test("a container is given every setting that its service reads", (t) => {
	// Read only to make an address where PUBLIC_URL is not set.
	const spared = new Set(["HOST", "PORT", "NAMESPACE"]);
	for (const name of SERVICES) {
		const folder = name === "gateway" ? "gateway" : `services/${name}`;
		const code = globSync(`${folder}/**/*.ts`, { cwd: root, exclude: (path) => path.endsWith(".test.ts") }).map(read);
		const wanted = new Set(
			code.flatMap((file) =>
				[...file.matchAll(/setting\("([A-Z_]+)"\)|settings\.([A-Z_]+)/g)].map((m) => m[1] ?? m[2]),
			),
		);
		const given = compose.services[name]?.environment ?? {};
		for (const variable of wanted)
			if (variable && !spared.has(variable)) t.true(Object.hasOwn(given, variable), `${name} reads ${variable}`);
	}
});

test("what the compose file takes from the environment stands in .env.example, and nothing else", (t) => {
	const taken = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1] as string));
	t.deepEqual(Object.keys(example).sort(), [...taken].sort());
});

test("the values of .env.example are no mistake", (t) => {
	for (const name of Object.keys(example)) t.true(Object.hasOwn(settings, name), `${name} is a setting`);
	t.notThrows(() => readSettings(example, read));
});

test("each container is given the seed of its own user on NATS, and no other", (t) => {
	for (const { file } of Object.values(compose.secrets)) t.true(MADE.includes(basename(file)), file);
	for (const name of [...SERVICES, "streams"]) {
		const { secrets, environment = {} } = compose.services[name] ?? {};
		t.deepEqual(secrets, [{ source: `nats-${name}`, target: "nats-seed" }, "nats-ca"]);
		t.is(compose.secrets[`nats-${name}`]?.file, `./secrets/nats/${name}.seed`);
		t.is(environment.NATS_NKEY_SEED_FILE, "/run/secrets/nats-seed");
		t.is(environment.NATS_CA_FILE, "/run/secrets/nats-ca");
	}
	t.is(compose.secrets["nats-ca"]?.file, "./secrets/nats/server.pem");
	t.regex(read(".gitignore"), /^\/secrets\/$/m);
});

test("every image is pinned to a version", (t) => {
	for (const [name, { image }] of containers) t.regex(image ?? "", /^[a-z]+:\d+\.\d+\.\d+(-[a-z]+)?$/, name);
	t.regex(read("deploy/Dockerfile"), /^FROM node:\d+\.\d+\.\d+-slim$/m);
	const { version } = JSON.parse(read("package.json")) as { version: string };
	for (const name of SERVICES) t.is(compose.services[name]?.image, `tradewind:${version}`);
});

test("a container waits only for containers that are there and tell their health", (t) => {
	for (const [name, { depends_on = {} }] of containers) {
		for (const [other, { condition }] of Object.entries(depends_on)) {
			if (condition === "service_completed_successfully") t.is(compose.services[other]?.restart, "on-failure", other);
			else t.truthy(compose.services[other]?.healthcheck, `${name} on ${other}`);
		}
	}
});

test("only the gateway is open to the host, and only to this one", (t) => {
	const open = containers.filter(([, { ports }]) => ports).map(([name, { ports }]) => [name, ports]);
	t.deepEqual(open, [["gateway", ["127.0.0.1:3000:3000"]]]);
});

test("files and volumes that containers name exist", (t) => {
	for (const [name, { volumes = [], build, command = [] }] of containers) {
		for (const volume of volumes) {
			const source = volume.split(":")[0] as string;
			if (source.startsWith("./secrets/nats/")) t.true(MADE.includes(basename(source)), `${name}: ${source}`);
			else if (source.startsWith(".")) t.true(existsSync(join(root, source)), `${name}: ${source}`);
			else t.true(Object.hasOwn(compose.volumes, source), `${name}: ${source}`);
		}
		if (build) t.true(existsSync(join(root, build.context, build.dockerfile)), name);
		for (const part of command) if (part.endsWith(".ts")) t.true(existsSync(join(root, part)), `${name}: ${part}`);
	}
});

test("the image is made of files that exist, runs as nobody special, and brings the Node that the shop is pinned to", (t) => {
	const dockerfile = read("deploy/Dockerfile");
	const copied = [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap((match) => (match[1] as string).split(" "));
	for (const path of copied) t.true(existsSync(join(root, path)), path);
	for (const folder of ["bin", "schemas", "runtime", "services", "gateway"]) t.true(copied.includes(folder), folder);
	t.regex(dockerfile, /^USER node$/m);
	const { dependencies } = JSON.parse(read("package.json")) as { dependencies: { node: string } };
	t.regex(dockerfile, new RegExp(`^FROM node:${dependencies.node.replaceAll(".", "\\.")}-`, "m"));
});

test("the sandbox listens where .env.example says", (t) => {
	const ports = [...read("deploy/sandbox.ts").matchAll(/(\w+): (40\d\d)/g)].map(([, name, port]) => [name, port]);
	const named = Object.entries(example)
		.filter(([, value]) => value.includes("//sandbox:"))
		.map(([name, value]) => [name.split("_")[0]?.toLowerCase(), new URL(value).port]);
	t.deepEqual(named.sort(), ports.sort());
	t.deepEqual(compose.services.sandbox?.command?.slice(1, 4), ["deploy/sandbox.ts", "--host", "sandbox"]);
});

test("Kubernetes runs every service, and opens the gateway", (t) => {
	const folder = join(root, "deploy", "kubernetes");
	const { resources } = parse(readFileSync(join(folder, "kustomization.yaml"), "utf8")) as { resources: string[] };
	t.deepEqual(
		resources,
		["streams", ...SERVICES].map((name) => `${name}.yaml`),
	);
	const kinds = resources.flatMap((file) =>
		parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((document) => {
			t.deepEqual(document.errors, []);
			const { kind, metadata, spec } = document.toJS();
			if (kind === "Job") {
				t.deepEqual(spec.template.spec.containers[0].args, ["node", "bin/nats-streams.ts"]);
				t.true(JSON.stringify(spec).includes('"key":"streams.seed"'));
			}
			if (kind === "Deployment") {
				const [{ args, env }] = spec.template.spec.containers;
				t.deepEqual(args, ["node", "bin/node.ts", metadata.name]);
				const secretKeyRef = { name: "nats", key: `${metadata.name}.seed` };
				t.deepEqual(env, [{ name: "NATS_NKEY_SEED", valueFrom: { secretKeyRef } }]);
				t.deepEqual(spec.selector.matchLabels, spec.template.metadata.labels);
			}
			return `${kind} ${metadata.name}`;
		}),
	);
	t.deepEqual(kinds, ["Job streams", ...SERVICES.map((name) => `Deployment ${name}`), "Service gateway"]);
	for (const file of readdirSync(folder))
		t.notThrows(() => parseAllDocuments(readFileSync(join(folder, file), "utf8")));
});

test("Kubernetes is given settings that exist", (t) => {
	const file = read("deploy/kubernetes/kustomization.yaml");
	const { configMapGenerator } = parse(file) as { configMapGenerator: [{ literals: string[] }] };
	for (const literal of configMapGenerator[0].literals)
		t.true(Object.hasOwn(settings, literal.split("=")[0] as string), literal);
});
