import http from 'node:http';
import { appendFile, mkdir } from 'node:fs/promises';
const { BASE = '/persist' } = process.env;
await mkdir(`${BASE}/logs`, { recursive: true });
http.createServer(async (q, r) => { await appendFile(`${BASE}/logs/a.log`, 'x'); r.end('ok'); }).listen(8000);
