import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed, said, work } from '../lib/processes.mjs';
import { FIXED_TOKEN } from '../lib/world.mjs';

/** The other floor. */
export const haproxy = {
  key: 'haproxy',
  floor: true,
  name: () => `HAProxy ${said('haproxy -v').match(/version ([\d.]+)/)?.[1]}, plain reverse proxy`,
  missing: () => (installed('haproxy') ? undefined : 'haproxy is not installed'),
  recipe({ port, upstream }) {
    const file = join(work, `haproxy-${port}.cfg`);
    writeFileSync(
      file,
      `global
  nbthread 1
  maxconn 4000
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 600s
  timeout server 600s
  timeout tunnel 600s
frontend browsers
  bind 127.0.0.1:${port}
  default_backend api
backend api
  http-request set-header Authorization "Bearer ${FIXED_TOKEN}"
  server one 127.0.0.1:${upstream}
`,
    );
    return { command: 'haproxy', args: ['-db', '-q', '-f', file] };
  },
};
