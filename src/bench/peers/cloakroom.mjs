import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, installed, OTHER_CPUS, root, start, work } from '../lib/processes.mjs';
import { CLIENT } from '../lib/world.mjs';

/** What the gateway itself is called in the results. */
export const OURS = 'cloakroom';

/** Writes the settings of one gateway and answers how to start it. */
export async function gateway({ port, origin, issuer, upstream, session = '', routes, javaOptions = '' }) {
  const file = join(work, `cloakroom-${port}.yaml`);
  const paths = routes ?? ['/api/**'];
  writeFileSync(
    file,
    `version: 1
server:
  public_url: ${origin}
  host: 127.0.0.1
  port: ${port}
  management: {port: ${await freePort()}}
providers:
  main: {issuer: "${issuer}", client_id: ${CLIENT.id}, client_secret: ${CLIENT.secret}, scopes: [openid, profile, email]}
routes:
${paths.map((path) => `  - {path: "${path}", upstream: "http://127.0.0.1:${upstream}", timeout: {idle: 600s}}`).join('\n')}
${session}`,
  );
  return { command: join(root, 'cloakroom'), args: ['run', '--config', file], env: { CLOAKROOM_JAVA_OPTS: javaOptions } };
}

const peer = (key, name, rest) => ({ key, ours: true, jvm: true, name: () => name, missing: () => undefined, login: '/auth/login', websocket: true, ready: /gateway\.ready/, recipe: gateway, ...rest });

export const cloakroom = peer(OURS, 'Cloakroom, sessions in memory');

export const cloakroomRedis = peer('cloakroom-redis', 'Cloakroom, sessions in Redis', {
  missing: () => (installed('redis-server') ? undefined : 'redis-server is not installed'),
  async recipe(place) {
    const port = await freePort();
    start({ command: 'redis-server', args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', work] }, OTHER_CPUS);
    const key = randomBytes(32).toString('base64');
    return gateway({ ...place, session: `session:\n  store: redis\n  redis: {url: "redis://127.0.0.1:${port}"}\n  encryption_keys: ["${key}"]\n` });
  },
});
