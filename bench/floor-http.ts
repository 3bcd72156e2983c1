// The floor of every HTTP figure: Node's own server with the smallest answer.
import { createServer } from "node:http";

createServer((_request, response) => {
	response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 11 });
	response.end('{"ok":true}');
}).listen(Number(process.env.PORT), "127.0.0.1");
