// Runs the app in dev/ with what stands in for the proxy of Backstage's backend: /api/proxy/dorado leads to DORADO_URL,
// with DORADO_TOKEN if that is set.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const dorado = process.env.DORADO_URL ?? 'http://localhost:8080';
const token = process.env.DORADO_TOKEN;
const ENDPOINT = '/api/proxy/dorado';
const PORT = 7007;

createServer(async (request, response) => {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', '*');
  if (request.method === 'OPTIONS') {
    response.writeHead(204).end();
  } else if (request.method !== 'GET' || !request.url.startsWith(`${ENDPOINT}/`)) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  } else {
    try {
      const headers = token ? { authorization: `Bearer ${token}` } : {};
      const answer = await fetch(dorado + request.url.slice(ENDPOINT.length), { headers });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') });
      response.end(await answer.text());
    } catch (error) {
      response.writeHead(504, { 'content-type': 'text/plain' }).end(`${dorado}: ${error.cause ?? error}`);
    }
  }
}).listen(PORT, 'localhost', () => console.log(`${ENDPOINT} on port ${PORT} leads to ${dorado}`));

spawn('backstage-cli', ['package', 'start'], { stdio: 'inherit' }).on('exit', code => process.exit(code ?? 0));
