import { createServer, IncomingMessage, ServerResponse } from "node:http";

import { milliseconds } from "./convert";

const port = Number(process.env.PORT ?? 3000);

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const found = milliseconds(url.searchParams.get("of") ?? "1 day");
  response.writeHead(found === null ? 400 : 200, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ milliseconds: found }));
}

createServer(answer).listen(port, () => console.log(`listening on ${port}`));
