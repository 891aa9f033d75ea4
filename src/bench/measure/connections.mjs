// CPU per call against the number of connections.
import { costed, warm } from '../lib/load.mjs';
import { median, ratio, turn } from '../lib/statistics.mjs';

export const COUNTS = [1, 16, 64, 256, 1024];

export async function connections(proxies, { rounds, seconds, warmUp, say }) {
  for (const proxy of proxies) await warm(proxy, { connections: 64 }, warmUp);
  const series = proxies.flatMap((proxy) => COUNTS.map((count) => ({ proxy, count, samples: [] })));
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    for (const { proxy, count, samples } of turn(series, round)) samples.push(await costed(proxy, { connections: count, seconds }));
  }
  return series.map(({ proxy, count, samples }) => {
    const base = series.find((other) => other.proxy === proxies[0] && other.count === count).samples;
    return { key: proxy.peer.key, count, micros: median(samples.map((s) => s.micros)), times: ratio(samples, base, (s) => s.micros), samples };
  });
}
