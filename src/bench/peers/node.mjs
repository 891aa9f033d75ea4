import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/processes.mjs';
import { CLIENT } from '../lib/world.mjs';

const FOLDER = join(root, 'src/bench/peers/node');

function peer(key, packages, rest) {
  const version = (name) => JSON.parse(readFileSync(join(FOLDER, 'node_modules', name, 'package.json'), 'utf8')).version;
  return {
    key,
    name: () => packages.map((name) => `${name} ${version(name)}`).join(' + '),
    missing: () => (packages.every((name) => existsSync(join(FOLDER, 'node_modules', name))) ? undefined : 'src/bench/peers/node is not installed'),
    recipe: ({ port, origin, issuer, upstream }) => ({
      command: 'node',
      args: [join(FOLDER, `${key}.mjs`)],
      env: {
        NODE_ENV: 'production', PORT: String(port), ORIGIN: origin, ISSUER: issuer, CLIENT_ID: CLIENT.id, CLIENT_SECRET: CLIENT.secret,
        UPSTREAM: `http://127.0.0.1:${upstream}`,
      },
    }),
    ...rest,
  };
}

/** Sessions in an encrypted cookie, the library's default. An upgrade never passes the middleware that knows the session. */
export const express = peer('express', ['express-openid-connect', 'http-proxy-middleware'], { login: '/api/coat', websocket: false });

/** Sessions in memory. */
export const fastify = peer('fastify', ['fastify', '@fastify/oauth2', '@fastify/http-proxy'], { login: '/login', websocket: true });
