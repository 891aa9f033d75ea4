// CPU per call against the number of routes, with calls to one in the middle.
import { costed, warm } from '../lib/load.mjs';
import { stop } from '../lib/processes.mjs';
import { launch } from '../lib/proxy.mjs';
import { median, ratio, turn } from '../lib/statistics.mjs';
import { cloakroom } from '../peers/cloakroom.mjs';

export const COUNTS = [1, 10, 100, 1000];
const CONNECTIONS = 64;

const paths = (count) => ['/api/**', ...Array.from({ length: count - 1 }, (_, i) => `/api/service-${i}/**`)];

export async function routes(upstream, { rounds, seconds, warmUp, say }) {
  const gateways = [];
  for (const count of COUNTS) {
    say(`${count} routes`);
    const proxy = await launch(cloakroom, upstream, { routes: paths(count) });
    gateways.push({ count, proxy, samples: [], load: { path: count === 1 ? '/api/coat' : `/api/service-${count >> 1}/coat`, connections: CONNECTIONS } });
  }
  for (const { proxy, load, count } of gateways) {
    say(`warming up the gateway with ${count}`);
    await warm(proxy, load, warmUp);
  }
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    for (const { proxy, load, samples } of turn(gateways, round)) samples.push(await costed(proxy, { ...load, seconds }));
  }
  await Promise.all(gateways.map(({ proxy }) => stop(proxy.child)));
  return gateways.map(({ count, samples }) => ({
    count,
    micros: median(samples.map((s) => s.micros)),
    times: ratio(samples, gateways[0].samples, (s) => s.micros),
    samples,
  }));
}
