// A running proxy with a session that was really logged in.
import { residentBytes } from './machine.mjs';
import { freePort, line, pause, PROXY_CPU, start } from './processes.mjs';
import { logIn } from './login.mjs';
import { answers, startProvider } from './world.mjs';

/** Request fields of a browser, the same for every proxy. */
export const BROWSER = {
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  Accept: 'application/json',
  'Accept-Language': 'en-GB,en;q=0.9',
  'Accept-Encoding': 'gzip, deflate, br',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'cors',
  'Sec-Fetch-Dest': 'empty',
  'Sec-Ch-Ua-Platform': '"Linux"',
  'X-CSRF': '1',
};

/** Where a proxy will be, and where its users will log in. */
export async function place(peer, upstream) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  return { port, origin, upstream, issuer: peer.login ? await startProvider(origin) : undefined };
}

const AT_REST = 6000; // milliseconds: what was only needed for the start has been given back

/** Starts a peer, logs in at it, and makes sure that a token which the provider signed arrives upstream. */
export async function launch(peer, upstream, more = {}) {
  const where = { ...(await place(peer, upstream)), ...more };
  const child = start(await peer.recipe(where), PROXY_CPU);
  await (peer.ready ? line(child, peer.ready, peer.key) : answers(`http://127.0.0.1:${where.port}/`, child));
  await pause(AT_REST);
  const idle = residentBytes(child.pid); // nobody has come yet
  const cookie = peer.login ? await logIn(where.origin, peer.login) : `plain=${'c'.repeat(43)}`;
  const proxy = { ...running(peer, child, where.port, cookie), idle };
  await arrives(proxy);
  return proxy;
}

export const running = (peer, child, port, cookie) => ({
  peer,
  child,
  pid: child.pid,
  port,
  headers: { Host: `localhost:${port}`, ...BROWSER, Cookie: cookie },
  url: (path) => `http://127.0.0.1:${port}${path}`,
});

/** Fails unless a token that its provider signed arrives upstream. */
export async function arrives({ peer, child, port, headers }) {
  const response = await fetch(`http://localhost:${port}/api/live/whoami`, { headers: { ...headers, Host: undefined }, redirect: 'manual' });
  const text = await response.text();
  if (response.status !== 200 || !JSON.parse(text).genuine) throw new Error(`${peer.key} forwards no genuine token: ${response.status} ${text}\n${child.said}`);
}
