// The demo's API: a resource server that trusts nobody but the issuer. It checks the signature, issuer, audience and
// expiry of every access token and tells what it saw, so that the page can show that no cookie arrives here.
//
// Environment: PORT (0 takes a free one), ISSUER, AUDIENCE. Says `READY http://127.0.0.1:<port>` and ends when stdin closes.
import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { WebSocketServer } from 'ws';
import { bodyOf, endWithParent, listen, ready, setting } from './lifecycle.mjs';

const issuer = setting('ISSUER');
const audience = setting('AUDIENCE', 'urn:demo:api');
const SLOW_MS = 3000;
const NEW_ORDERS_KEPT = 100;

// Fetched with the first call, since the provider may start after this API.
let keySet;
const keys = async (...wanted) => {
  keySet ??= createRemoteJWKSet(new URL((await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()).jwks_uri), {
    cooldownDuration: 0, // the provider is on this machine, and a test that rotates its keys cannot wait
  });
  return keySet(...wanted);
};

const orders = [
  { id: 'CR-1041', item: 'Camel hair overcoat', hook: 14, price: 3.5, currency: 'EUR' },
  { id: 'CR-1042', item: 'Umbrella, black', hook: 15, price: 1.5, currency: 'EUR' },
  { id: 'CR-1043', item: 'Red silk scarf', hook: 16, price: 1.5, currency: 'EUR' },
];
const SAMPLES = orders.length;

/** The claims of the request's access token, or the RFC 6750 error that says why there are none. */
async function authorize(request) {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!token) return { error: 'no access token' };
  try {
    const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt', algorithms: ['RS256', 'PS256', 'ES256'] });
    return { claims: payload };
  } catch (refusal) {
    return { error: refusal.code ?? 'the access token could not be checked' };
  }
}

function reply(response, status, body, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function challenge(response, description) {
  const headers = { 'WWW-Authenticate': `Bearer error="invalid_token", error_description="${description}"` };
  reply(response, 401, { error: 'invalid_token', error_description: description, from: 'the demo API' }, headers);
}

const SECRET = new Set(['authorization', 'cookie', 'proxy-authorization', 'dpop']);

/** The request's header fields, without the values of the secret ones. */
const visible = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, SECRET.has(name) ? '(present, not shown)' : value]));

const routes = {
  'GET /api/me': ({ request, response, claims }) =>
    reply(response, 200, {
      sub: claims.sub,
      scope: claims.scope,
      client_id: claims.client_id,
      audience: claims.aud,
      token_expires_in: claims.exp - Math.floor(Date.now() / 1000),
      authorization: /^bearer /i.test(request.headers.authorization) ? 'bearer' : 'other',
      cookie: request.headers.cookie === undefined ? 'none' : 'present',
      headers: visible(request.headers),
    }),
  'GET /api/orders': ({ response }) => reply(response, 200, { orders }),
  'POST /api/orders': async ({ request, response, claims }) => {
    let asked;
    try {
      asked = JSON.parse(await bodyOf(request));
    } catch {
      return reply(response, 400, { error: 'invalid_request', error_description: 'the body is not JSON, or too long', from: 'the demo API' });
    }
    const item = String(asked?.item ?? '').trim().slice(0, 80);
    if (!item) return reply(response, 422, { error: 'invalid_request', error_description: 'an order needs an item', from: 'the demo API' });
    const last = Number(orders.at(-1).id.slice(3));
    const order = { id: `CR-${last + 1}`, item, hook: (last % 60) + 1, price: 2, currency: 'EUR', for: claims.sub };
    orders.push(order);
    if (orders.length > SAMPLES + NEW_ORDERS_KEPT) orders.splice(SAMPLES, 1);
    return reply(response, 201, order, { Location: `/api/orders/${order.id}` });
  },
  'GET /api/status/401': ({ response }) => challenge(response, 'this API always refuses here'),
  'GET /api/status/403': ({ response }) =>
    reply(response, 403, { error: 'insufficient_scope', scope: 'orders:admin', from: 'the demo API' }, { 'WWW-Authenticate': 'Bearer error="insufficient_scope", scope="orders:admin"' }),
  'GET /api/status/500': ({ response }) => reply(response, 500, { error: 'server_error', from: 'the demo API' }),
  'GET /api/status/slow': ({ response }) => {
    const timer = setTimeout(() => reply(response, 200, { waited_ms: SLOW_MS, from: 'the demo API' }), SLOW_MS);
    response.on('close', () => clearTimeout(timer));
  },
  'GET /api/echo': ({ request, response }) => reply(response, 200, { headers: Object.keys(request.headers).sort() }),
  'GET /api/stream': ({ response }) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    let count = 0;
    const tick = () => response.write(`id: ${++count}\nevent: tick\ndata: ${JSON.stringify({ count, time: new Date().toISOString() })}\n\n`);
    tick();
    const timer = setInterval(tick, 1000);
    response.on('close', () => clearInterval(timer));
  },
};

const server = createServer(async (request, response) => {
  try {
    const { pathname } = new URL(request.url, 'http://api.invalid');
    const { claims, error } = await authorize(request);
    if (!claims) return challenge(response, error);
    const route = routes[`${request.method} ${pathname}`];
    if (!route) return reply(response, 404, { error: 'not_found', from: 'the demo API' });
    return await route({ request, response, claims });
  } catch (fault) {
    process.stderr.write(`${fault.stack}\n`);
    if (!response.headersSent) reply(response, 500, { error: 'server_error', from: 'the demo API' });
    return response.destroy();
  }
});

// A WebSocket is authorized like any request, before the upgrade.
const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, handleProtocols: () => false });
server.on('upgrade', async (request, socket, head) => {
  socket.on('error', () => socket.destroy());
  const refuse = (status, extra = '') => socket.end(`HTTP/1.1 ${status}\r\n${extra}Content-Length: 0\r\nConnection: close\r\n\r\n`);
  if (new URL(request.url, 'http://api.invalid').pathname !== '/api/socket') return refuse('404 Not Found');
  const { claims } = await authorize(request);
  if (!claims) return refuse('401 Unauthorized', 'WWW-Authenticate: Bearer error="invalid_token"\r\n');
  return sockets.handleUpgrade(request, socket, head, (open) => {
    const say = (message) => open.send(JSON.stringify({ ...message, time: new Date().toISOString() }));
    say({ hello: claims.sub, cookie: request.headers.cookie === undefined ? 'none' : 'present' });
    open.on('message', (data, binary) => (binary ? open.send(data) : say({ echo: data.toString() })));
    open.on('error', () => open.terminate());
  });
});

const origin = await listen(server, setting('PORT', '0'));
endWithParent();
ready(origin);
