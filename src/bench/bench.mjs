#!/usr/bin/env node
// What Cloakroom costs, beside those that a user might take instead: every figure of the README's chapter on it.
//
//   sh src/bench/install.sh                  once: what the peers need
//   node src/bench/bench.mjs --publish       all of it, about twenty minutes; leave the machine alone meanwhile
//   node src/bench/bench.mjs --quick         two short rounds, to see that it works
//
//   --only calls,latency,startup,bodies,idle,sessions,routes,connections     some of the measurements
//   --peers nginx,cloakroom,spring,…         some of the peers; the first is what the others are compared with
//   --rounds 9 --seconds 2 --warmup 6        of each peer in each round; of each before the first, a JVM until it has compiled
//   --sessions 100,1000,10000,100000,1000000 how many sessions the gateway holds; a million take 8 GB of memory and 4 of disk
//   --java-options=-Xmx128m                  for Cloakroom's JVM
//   --out target/bench                       results.json, table.md and the plots
//   --publish                                writes them to src/bench/results and the README instead
//   --draw                                   measures nothing: draws tables and plots anew from the results that are there
//
// What a run does not measure stays as an earlier one left it in the results, and the table says when each was measured, so
// that parts can be measured one by one. Of a peer that has another version since, the earlier figures are left out.
//
// It starts and stops everything itself, on free ports of the loopback interface: an upstream that answers only to a bearer
// token, a provider for each gateway at which a session is really logged in, and the peers. The proxy under test has the first
// CPU for itself; load, upstream and providers have the others. CPU is user and system time of all processes of the proxy, from
// /proc, so the figure holds where the machine is shared. Peers take turns, each round in the other direction, and a ratio is
// taken within one round: what slows the machine down hits both. What is missing is reported as not measured. A peer that answers anything but
// success leaves, and the command fails at its end.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './lib/machine.mjs';
import { ALL_CPUS, OTHER_CPUS, installed, root, said, stop, stopAll } from './lib/processes.mjs';
import { BROWSER, launch } from './lib/proxy.mjs';
import { FIXED_TOKEN, startUpstream } from './lib/world.mjs';
import { bodies } from './measure/bodies.mjs';
import { CONNECTIONS, calls } from './measure/calls.mjs';
import { connections } from './measure/connections.mjs';
import { idle } from './measure/idle.mjs';
import { RATE, latency } from './measure/latency.mjs';
import { routes } from './measure/routes.mjs';
import { sessions } from './measure/sessions.mjs';
import { startup } from './measure/startup.mjs';
import { OURS } from './peers/cloakroom.mjs';
import { peers as known } from './peers/all.mjs';
import { MEASUREMENTS } from './report/merge.mjs';
import { RESULTS, draw, publish, write } from './report/report.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: MEASUREMENTS.join() },
    peers: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    warmup: { type: 'string' },
    sessions: { type: 'string' },
    'java-options': { type: 'string', default: '' },
    out: { type: 'string', default: join(root, 'target/bench') },
    quick: { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
    draw: { type: 'boolean', default: false },
  },
});
const { quick } = options;
const wanted = options.only.split(',');
const unknown = wanted.filter((name) => !MEASUREMENTS.includes(name));
if (unknown.length) throw new Error(`there is no measurement ${unknown}; there are ${MEASUREMENTS}`);
const effort = {
  quick,
  rounds: Number(options.rounds ?? (quick ? 2 : 9)),
  seconds: Number(options.seconds ?? (quick ? 1 : 2)),
  warmUp: Number(options.warmup ?? (quick ? 2 : 6)),
};
const counts = (options.sessions ?? (quick ? '100,1000' : '100,1000,10000,100000,1000000')).split(',').map(Number);

const results = { failed: [] };
const began = performance.now();
let about = '';
const say = (what) => console.error(`${String(Math.round((performance.now() - began) / 1000)).padStart(4)} s  ${about}: ${what}`);

/** The peers that can take part, and why the others cannot. */
function select() {
  const keys = options.peers?.split(',');
  const strangers = keys?.filter((key) => !known.some((peer) => peer.key === key)) ?? [];
  if (strangers.length) throw new Error(`there is no peer ${strangers}; there are ${known.map((peer) => peer.key)}`);
  const chosen = keys ? keys.map((key) => known.find((peer) => peer.key === key)) : known;
  const absent = chosen.filter((peer) => peer.missing()).map((peer) => ({ key: peer.key, why: peer.missing() }));
  for (const { key, why } of absent) console.error(`not measured: ${key} (${why})`);
  return { present: chosen.filter((peer) => !peer.missing()), absent };
}

/** Everything that needs the peers logged in and running. */
async function together(present, upstream) {
  const needed = ['calls', 'latency', 'bodies', 'idle', 'connections']; // many connections leave memory behind that idle ones would find
  if (!wanted.some((name) => needed.includes(name))) return;
  const two = !needed.some((name) => name !== 'connections' && wanted.includes(name));
  let proxies = [];
  for (const peer of present.filter(({ key }, i) => !two || i === 0 || key === OURS)) {
    about = 'starting';
    say(peer.key);
    proxies.push(await launch(peer, upstream, peer.ours ? { javaOptions: options['java-options'] } : {}));
  }
  const direct = { peer: { key: 'direct' }, port: upstream, headers: { ...BROWSER, Host: 'localhost', Authorization: `Bearer ${FIXED_TOKEN}` }, url: (path) => `http://127.0.0.1:${upstream}${path}` };
  const steps = {
    calls: () => calls(proxies, { ...effort, say }),
    latency: () => latency(proxies, direct, { ...effort, say }),
    bodies: () => bodies(proxies.filter(({ peer }) => peer.key !== 'cloakroom-redis'), { ...effort, seconds: 1, say }),
    connections: () => connections(proxies.filter(({ peer }, i) => i === 0 || peer.key === OURS), { ...effort, seconds: 1, say }),
    idle: () => idle(proxies.filter(({ peer }) => peer.key !== 'cloakroom-redis'), { ...effort, say }),
  };
  for (const name of needed.filter((each) => wanted.includes(each))) {
    about = name;
    while (!results[name]) {
      try {
        results[name] = await steps[name]();
      } catch (fault) {
        proxies = await without(proxies, fault);
        results.failed.push({ measurement: name, key: fault.peer.key, why: fault.message.split('\n')[0] });
      }
    }
  }
  await Promise.all(proxies.map((proxy) => stop(proxy.child)));
}

/** A peer that fails leaves, and the measurement begins anew; nothing goes on without ourselves or the floor. */
async function without(proxies, fault) {
  const failed = proxies.find(({ peer }) => peer === fault.peer);
  if (!failed || failed === proxies[0] || failed.peer.ours) throw fault;
  console.error(fault.message);
  await stop(failed.child);
  return proxies.filter((proxy) => proxy !== failed);
}

async function main() {
  const folder = options.publish ? join(root, RESULTS) : options.out;
  if (options.draw) {
    console.log(draw(folder));
    if (options.publish) publish();
    return 0;
  }
  const lacking = !installed('wrk') || !installed('nginx') || !existsSync(join(root, 'frontend-demo/node_modules/oidc-provider'));
  if (lacking) throw new Error('wrk, nginx and the demo provider are needed: sh src/bench/install.sh');
  execFileSync(join(root, 'cloakroom'), ['--version'], { stdio: ['ignore', 'ignore', 'inherit'] }); // builds what is not built
  said(`taskset -a -c -p ${OTHER_CPUS} ${process.pid}`);
  const { present, absent } = select();
  const upstream = await startUpstream();
  const run = { machine: machine(), effort: { ...effort, connections: CONNECTIONS, rate: RATE, cpus: ALL_CPUS } };
  Object.assign(results, { run, peers: present.map((peer) => ({ key: peer.key, name: peer.name() })), absent });
  if (wanted.includes('startup')) {
    about = 'startup';
    say('all peers in turn');
    results.startup = await startup(present, upstream, effort);
  }
  await together(present, upstream);
  about = 'sessions';
  if (wanted.includes('sessions')) results.sessions = await sessions(counts, upstream, { ...effort, seconds: 1, say });
  about = 'routes';
  if (wanted.includes('routes')) results.routes = await routes(upstream, { ...effort, seconds: 1, say });
  run.took = Math.round((performance.now() - began) / 1000);
  console.log(write(results, folder));
  if (options.publish) publish();
  return results.failed.length ? 1 : 0;
}

let ended = false;
async function end(code) {
  if (ended) return;
  ended = true;
  await stopAll();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(130));
main().then(
  end,
  (fault) => {
    console.error(fault.stack);
    if (results.run) write(results, options.out); // what there is
    return end(1);
  },
);
