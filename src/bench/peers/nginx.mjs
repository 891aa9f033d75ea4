import { nginx as settings } from '../lib/nginx.mjs';
import { installed, said } from '../lib/processes.mjs';
import { FIXED_TOKEN } from '../lib/world.mjs';

/** The floor: no session, no login, the same token for everybody. */
export const nginx = {
  key: 'nginx',
  floor: true,
  name: () => `nginx ${said('nginx -v').match(/nginx\/([\d.]+)/)?.[1]}, plain reverse proxy`,
  missing: () => (installed('nginx') ? undefined : 'nginx is not installed'),
  recipe: ({ port, upstream }) =>
    settings(
      `nginx-${port}`,
      `upstream up { server 127.0.0.1:${upstream}; keepalive 1024; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://up; proxy_set_header Connection ""; proxy_set_header Authorization "Bearer ${FIXED_TOKEN}"; }
    location /api/live/ {
      proxy_pass http://up; proxy_buffering off; proxy_request_buffering off; proxy_set_header Connection $hop; proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Authorization "Bearer ${FIXED_TOKEN}";
    }
  }`,
    ),
};
