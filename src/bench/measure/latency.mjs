// How long an answer takes: at a fixed rate that every peer bears, and one call after another, beside no proxy at all.
import { steady, wrk } from '../lib/load.mjs';
import { median, turn } from '../lib/statistics.mjs';

export const RATE = 500;
const ROUNDS = 3;

export async function latency(proxies, direct, { seconds, say }) {
  const all = [direct, ...proxies];
  const paced = new Map(all.map((proxy) => [proxy, []]));
  const single = new Map(all.map((proxy) => [proxy, []]));
  for (let round = 0; round < ROUNDS; round++) {
    say(`round ${round + 1} of ${ROUNDS}`);
    for (const proxy of turn(all, round)) {
      paced.get(proxy).push(await steady(proxy, { rate: RATE, seconds }));
      single.get(proxy).push(await wrk(proxy, { connections: 1, seconds: 1 }));
    }
  }
  return all.map((proxy) => ({
    key: proxy.peer.key,
    p50: median(paced.get(proxy).map((s) => s.p50)),
    p99: median(paced.get(proxy).map((s) => s.p99)),
    unanswered: paced.get(proxy).reduce((all, s) => all + s.unanswered, 0),
    alone: median(single.get(proxy).map((s) => s.p50)),
    added: median(single.get(proxy).map((s, round) => s.p50 - single.get(direct)[round].p50)),
    samples: paced.get(proxy),
  }));
}
