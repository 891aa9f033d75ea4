// nginx settings that every nginx of the bench shares.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { work } from './processes.mjs';

const MODULES = ['/usr/lib/nginx/modules', '/usr/lib64/nginx/modules', '/usr/local/lib/nginx/modules'];

/** The path of a dynamic module, where it is installed. */
export const moduleFile = (name) => MODULES.map((folder) => join(folder, name)).find((file) => existsSync(file));

/** Writes the settings of one nginx and answers how to start it. */
export function nginx(name, http, { command = 'nginx', before = '', log = 'warn' } = {}) {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `${before}
daemon off; worker_processes 1; worker_rlimit_nofile 20000; pid ${folder}/pid; error_log stderr ${log};
events { worker_connections 16384; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s; tcp_nodelay on; sendfile on; client_max_body_size 0;
  proxy_read_timeout 600s; proxy_http_version 1.1;
  map $http_upgrade $hop { default upgrade; "" ""; }
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  ${http}
}
`,
  );
  return { command, args: ['-p', folder, '-c', file] };
}
