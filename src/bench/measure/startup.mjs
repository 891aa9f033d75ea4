// From the command to the first answer, on all CPUs, with nothing else going on.
import { request } from 'node:http';
import { ALL_CPUS, pause, start, stop } from '../lib/processes.mjs';
import { place } from '../lib/proxy.mjs';
import { median } from '../lib/statistics.mjs';

const STARTS = 3;
const EVERY = 2; // milliseconds between two tries
const PATIENCE = 60_000;

/** Any HTTP answer counts: 401 and a redirect to a login, too. */
function asked(port) {
  return new Promise((done) => {
    const outgoing = request({ port, host: '127.0.0.1', path: '/', agent: false, headers: { Host: `localhost:${port}` } }, (incoming) => {
      incoming.resume();
      done(true);
    });
    outgoing.on('error', () => done(false));
    outgoing.end();
  });
}

async function once(peer, where) {
  const recipe = await peer.recipe(where);
  const began = performance.now();
  const child = start(recipe, ALL_CPUS);
  while (!(await asked(where.port))) {
    if (performance.now() - began > PATIENCE) throw new Error(`${peer.key} does not start:\n${child.said}`);
    await pause(EVERY);
  }
  const took = performance.now() - began;
  await stop(child);
  return took;
}

export async function startup(peers, upstream, { quick }) {
  const results = [];
  for (const peer of peers) {
    const where = await place(peer, upstream);
    const samples = [];
    for (let i = 0; i < (quick ? 1 : STARTS); i++) samples.push(await once(peer, where));
    results.push({ key: peer.key, milliseconds: median(samples), samples });
  }
  return results;
}
