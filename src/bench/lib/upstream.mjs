// The part of the upstream that holds connections and reads bodies. Every request must bring a bearer token that a
// provider on this machine signed, or the one that stands for it behind proxies that know no login.
//
// Environment: FIXED_TOKEN. Says `READY <port>` and ends when stdin closes.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';

const fixed = process.env.FIXED_TOKEN;
const genuine = new Map(); // tokens that were checked: a run has a handful

const json = async (url) => (await fetch(url)).json();

async function check(token) {
  const [head, payload, signature] = token.split('.');
  const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'));
  const { iss, exp } = decode(payload);
  if (!/^http:\/\/127\.0\.0\.1:\d+$/.test(iss) || exp * 1000 < Date.now()) return false;
  const { keys } = await json((await json(`${iss}/.well-known/openid-configuration`)).jwks_uri);
  const key = createPublicKey({ key: keys.find(({ kid }) => kid === decode(head).kid), format: 'jwk' });
  return decode(head).alg === 'RS256' && verify('RSA-SHA256', Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url'));
}

async function allowed(request) {
  const token = request.headers.authorization?.match(/^Bearer (\S+)$/)?.[1];
  if (!token) return false;
  if (token === fixed) return true;
  if (!genuine.has(token)) genuine.set(token, check(token).catch(() => false));
  return genuine.get(token);
}

const server = createServer(async (request, response) => {
  if (!(await allowed(request))) return response.writeHead(401).end();
  switch (new URL(request.url, 'http://x').pathname) {
    case '/api/live/whoami':
      return response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"genuine":true}');
    case '/api/live/upload':
      for await (const _ of request);
      return response.writeHead(204).end();
    case '/api/live/events':
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      return response.write(': open\n\n');
    default:
      return response.writeHead(404).end();
  }
});

server.on('upgrade', async (request, socket) => {
  socket.on('error', () => {});
  if (!(await allowed(request))) return socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.write(Buffer.from([0x81, 4, ...Buffer.from('open')]));
});

server.keepAliveTimeout = 600_000;
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', 20_000, () => process.stdout.write(`READY ${server.address().port}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
