import { createServer } from "node:http"; createServer((_, a) => { a.end("x"); }).listen(8000);
