// The floor of the gateway: moleculer-web and Moleculer as they come, one route to one action in the same process.
import { ServiceBroker } from "moleculer";
import ApiGateway from "moleculer-web";

const broker = new ServiceBroker({ logger: false });
const port = Number(process.env.PORT);
broker.createService({ name: "echo", actions: { hello: () => ({ ok: true }) } });
const gateway = {
	name: "gateway",
	mixins: [ApiGateway as never],
	settings: {
		port,
		ip: "127.0.0.1",
		routes: [{ path: "/", mappingPolicy: "restrict", logging: false, aliases: { "GET /echo": "echo.hello" } }],
	},
};
broker.createService(gateway as never);
await broker.start();
