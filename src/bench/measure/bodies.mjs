// CPU per MiB of body, both ways.
import { costed, uploads, warm } from '../lib/load.mjs';
import { median, ratio, turn } from '../lib/statistics.mjs';
import { MEBIBYTE } from '../lib/world.mjs';

const CONNECTIONS = 8;
const ROUNDS = 5;

export async function bodies(proxies, { seconds, warmUp, say }) {
  const kinds = {
    down: { path: '/api/blob', connections: CONNECTIONS, seconds },
    up: { path: '/api/live/upload', connections: CONNECTIONS, seconds, script: uploads(MEBIBYTE) },
  };
  const samples = new Map(proxies.map((proxy) => [proxy, { down: [], up: [] }]));
  for (const proxy of proxies) {
    say(`warming up ${proxy.peer.key}`);
    for (const load of Object.values(kinds)) await warm(proxy, load, warmUp);
  }
  for (let round = 0; round < ROUNDS; round++) {
    say(`round ${round + 1} of ${ROUNDS}`);
    for (const proxy of turn(proxies, round)) {
      for (const [kind, load] of Object.entries(kinds)) samples.get(proxy)[kind].push(await costed(proxy, load));
    }
  }
  const base = samples.get(proxies[0]);
  const figures = (proxy, kind) => ({
    micros: median(samples.get(proxy)[kind].map((s) => s.micros)),
    times: ratio(samples.get(proxy)[kind], base[kind], (s) => s.micros),
    samples: samples.get(proxy)[kind],
  });
  return proxies.map((proxy) => ({ key: proxy.peer.key, down: figures(proxy, 'down'), up: figures(proxy, 'up') }));
}
