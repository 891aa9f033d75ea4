// Results of several runs as one: each measurement is the newest run's that made it.
import { peers as known } from '../peers/all.mjs';

export const MEASUREMENTS = ['startup', 'calls', 'latency', 'bodies', 'idle', 'connections', 'sessions', 'routes'];

/** What a run made, in the order of the tables. */
const made = (results) => MEASUREMENTS.filter((name) => results[name]);

/**
 * Earlier results, with what a run measured in place of theirs.
 *
 * Results say for each run what was measured in it, with what effort, on which machine (`runs`); who took part (`peers`), who
 * could not (`absent`), who failed in which measurement (`failed`); and hold lines of figures for each measurement.
 */
export function merge(earlier, { run, ...latest }) {
  const now = made(latest);
  const names = new Map(latest.peers.map(({ key, name }) => [key, name]));
  const changed = new Set(earlier?.peers.filter(({ key, name }) => names.has(key) && names.get(key) !== name).map(({ key }) => key));
  const kept = made(earlier ?? {}).filter((name) => !now.includes(name));
  const runs = [...(earlier?.runs ?? []).map((each) => ({ ...each, measured: each.measured.filter((name) => kept.includes(name)) })), { ...run, measured: now }];
  const figures = Object.fromEntries([
    ...kept.map((name) => [name, earlier[name].filter(({ key }) => !changed.has(key))]),
    ...now.map((name) => [name, latest[name]]),
  ]);
  const measured = new Set(Object.values(figures).flatMap((lines) => lines.map(({ key }) => key)));
  const peers = new Map([...(earlier?.peers ?? []), ...latest.peers].filter(({ key }) => measured.has(key)).map((peer) => [peer.key, peer]));
  const absent = new Map([...(earlier?.absent ?? []), ...latest.absent].map((peer) => [peer.key, peer]));
  return {
    runs: runs.filter(({ measured }) => measured.length),
    peers: known.filter(({ key }) => peers.has(key)).map(({ key }) => peers.get(key)),
    absent: [...absent.values()].filter(({ key }) => !peers.has(key)),
    failed: [...(earlier?.failed ?? []).filter(({ measurement, key }) => kept.includes(measurement) && !changed.has(key)), ...latest.failed],
    ...figures,
  };
}

/** The run in which something was measured; undefined when it was not. */
export const runOf = ({ runs }, measurement) => runs.find(({ measured }) => measured.includes(measurement));
