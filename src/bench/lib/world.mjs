// What surrounds the proxies: an upstream that answers only to a bearer token, and providers to log in at.
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nginx } from './nginx.mjs';
import { freePort, line, OTHER_CPUS, root, start, work } from './processes.mjs';

const BODY = JSON.stringify({ id: 4711, item: 'winter coat', hook: 'A-17', note: 'x'.repeat(75) }); // 131 bytes
export const MEBIBYTE = 2 ** 20;
export const CLIENT = { id: 'cloakroom', secret: 'bench-secret' };

/** The shape of a JWT; the upstream for many calls looks no closer, since its own work is not what is measured. */
const JWT = '^Bearer [A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$';

/** Stands for the access token behind proxies that know no login: as long as the provider's. */
export const FIXED_TOKEN = [120, 500, 342].map((length) => randomBytes(length).toString('base64url').slice(0, length)).join('.');

/** Small answers and 1 MiB bodies from nginx; event streams, WebSockets, uploads and a real check of the token from Node. */
export async function startUpstream() {
  const live = start({ command: 'node', args: [join(root, 'src/bench/lib/upstream.mjs')], env: { FIXED_TOKEN } });
  const [, livePort] = await line(live, /READY (\d+)/, 'the upstream');
  const port = await freePort();
  mkdirSync(join(work, 'www/api'), { recursive: true });
  writeFileSync(join(work, 'www/api/blob'), randomBytes(MEBIBYTE));
  start(
    nginx(
      'upstream',
      `map $http_authorization $bearer { default 0; "~${JWT}" 1; }
  upstream live { server 127.0.0.1:${livePort}; keepalive 64; }
  server {
    listen 127.0.0.1:${port} backlog=4096; default_type application/json; client_body_buffer_size 2m; large_client_header_buffers 8 32k;
    location / { if ($bearer = 0) { return 401; } return 200 '${BODY}'; }
    location = /api/blob { if ($bearer = 0) { return 401; } root ${work}/www; }
    location /api/live/ { proxy_pass http://live; proxy_buffering off; proxy_set_header Connection $hop; proxy_set_header Upgrade $http_upgrade; }
  }`,
    ),
  );
  await answers(`http://127.0.0.1:${port}/api/coat`);
  return port;
}

/** A provider at which the gateway of this origin is registered; answers its issuer. */
export async function startProvider(origin) {
  const provider = start(
    {
      command: 'node',
      args: [join(root, 'frontend-demo/servers/provider.mjs')],
      env: { PORT: '0', GATEWAY_ORIGIN: origin, CLIENT_ID: CLIENT.id, CLIENT_SECRET: CLIENT.secret, API_AUDIENCE: 'urn:bench:api', ACCESS_TOKEN_TTL: '7200' },
    },
    OTHER_CPUS,
  );
  return (await line(provider, /READY (\S+)/, 'the demo provider'))[1];
}

/** Waits for any HTTP answer. */
export async function answers(url, child) {
  for (let i = 0; i < 2400; i++) {
    if (child && child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${child.said}`);
    try {
      await (await fetch(url, { redirect: 'manual' })).arrayBuffer();
      return;
    } catch {}
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`${url} does not answer:\n${child?.said ?? ''}`);
}
