// CPU per authenticated call: small JSON answers over keep-alive connections, as fast as it goes.
import { costed, warm } from '../lib/load.mjs';
import { residentBytes } from '../lib/machine.mjs';
import { median, ratio, turn } from '../lib/statistics.mjs';

export const CONNECTIONS = 64;

/** Also tells what is resident: before anybody came, and after all rounds. */
export async function calls(proxies, { rounds, seconds, warmUp, say }) {
  for (const proxy of proxies) {
    say(`warming up ${proxy.peer.key}`);
    await warm(proxy, { connections: CONNECTIONS }, warmUp);
  }
  const samples = new Map(proxies.map((proxy) => [proxy, []]));
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    for (const proxy of turn(proxies, round)) samples.get(proxy).push(await costed(proxy, { connections: CONNECTIONS, seconds }));
  }
  const base = samples.get(proxies[0]);
  return proxies.map((proxy) => ({
    key: proxy.peer.key,
    micros: median(samples.get(proxy).map((s) => s.micros)),
    times: ratio(samples.get(proxy), base, (s) => s.micros),
    rate: median(samples.get(proxy).map((s) => s.rate)),
    idle: proxy.idle,
    loaded: residentBytes(proxy.pid),
    samples: samples.get(proxy),
  }));
}
