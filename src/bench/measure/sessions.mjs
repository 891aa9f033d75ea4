// CPU per call against the number of sessions that the gateway holds. A few are really logged in; a gateway that stops leaves
// them in a file (`session.persist`), where Multiply.java makes many of them, and gateways start on that. Each session is then
// used once, as none would lie there as a restart left it, and the calls that are measured come from up to 10000 by turns.
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cookies, costed, once, warm } from '../lib/load.mjs';
import { logIn } from '../lib/login.mjs';
import { residentBytes } from '../lib/machine.mjs';
import { ALL_CPUS, freePort, line, root, run, said, start, stop, work, PROXY_CPU } from '../lib/processes.mjs';
import { arrives, place, running } from '../lib/proxy.mjs';
import { median, ratio, turn } from '../lib/statistics.mjs';
import { cloakroom, gateway } from '../peers/cloakroom.mjs';

const CONNECTIONS = 64;
const PATIENCE = 240;
const USERS = [
  ['alice', 'wonderland'],
  ['bob', 'builder'],
  ['alice', 'wonderland'], // at another browser
];

/** Starts a gateway on a file of sessions, and on all CPUs: reading it on one would take twice as long. */
async function begin(where, { file, key }, javaOptions = '') {
  const session = `session: {persist: "${file}", encryption_keys: ["${key}"], idle_timeout: 8h, max_lifetime: 8h}\n`;
  const child = start(await gateway({ ...where, session, javaOptions }), ALL_CPUS);
  await line(child, /gateway\.ready/, 'the gateway', PATIENCE);
  return child;
}

/** Logs a few in, and multiplies what the gateway leaves; answers where it all is. */
async function fill(counts, upstream) {
  const folder = join(work, `sessions-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { mode: 0o700 }); // there are cookies in it
  const where = await place(cloakroom, upstream);
  const left = { file: join(folder, 'left'), key: randomBytes(32).toString('base64') };
  const child = await begin(where, left);
  const users = [];
  for (const [name, password] of USERS) users.push(await logIn(where.origin, cloakroom.login, name, password));
  await stop(child);
  const headers = join(folder, 'cookies');
  writeFileSync(headers, users.join('\n'));
  const java = `${said('. .mvn/jdk25.sh && find_jdk25 && printf %s "$JAVA_HOME"').trim()}/bin/java`;
  const options = ['--sun-misc-unsafe-memory-access=allow', '--enable-native-access=ALL-UNNAMED', '-cp', join(root, 'target/cloakroom.jar')];
  await run({ command: java, args: [...options, join(root, 'src/bench/Multiply.java'), left.file, left.key, headers, folder, ...counts.map(String)] }, ALL_CPUS);
  return { folder, where, users, key: left.key };
}

/** A gateway that holds so many sessions. Its heap is twice what they need, so that it is never full. */
async function filled({ folder, where, users, key }, count, upstream, say) {
  const port = await freePort();
  const file = (kind) => join(folder, `${count}.${kind}`);
  const place = { port, origin: `http://localhost:${port}`, issuer: where.issuer, upstream };
  const child = await begin(place, { file: file('sessions'), key }, count > 100_000 ? `-Xmx${Math.ceil(count / 85_000)}g` : '');
  const proxy = running(cloakroom, child, port, users[0]);
  for (const user of users) await arrives(running(cloakroom, child, port, user));
  delete proxy.headers.Cookie; // the scripts bring one with each call
  say(`a call with each of ${count} sessions`);
  await once(proxy, file('all'), count);
  said(`taskset -a -c -p ${PROXY_CPU} ${child.pid}`);
  return { ...proxy, count, samples: [], load: { connections: CONNECTIONS, script: cookies(), scriptArgs: [file('cookies')] } };
}

export async function sessions(counts, upstream, { rounds, seconds, warmUp, say }) {
  say('logging in, and multiplying');
  const files = await fill(counts, upstream);
  const gateways = [];
  for (const count of counts) {
    say(`starting on ${count} sessions`);
    gateways.push(await filled(files, count, upstream, say));
  }
  for (const each of gateways) {
    say(`warming up the gateway with ${each.count}`);
    await warm(each, each.load, warmUp);
  }
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    for (const each of turn(gateways, round)) each.samples.push(await costed(each, { ...each.load, seconds }));
  }
  const results = gateways.map((each) => ({
    count: each.count,
    micros: median(each.samples.map((s) => s.micros)),
    times: ratio(each.samples, gateways[0].samples, (s) => s.micros),
    resident: residentBytes(each.pid),
    samples: each.samples,
  }));
  await Promise.all(gateways.map((each) => stop(each.child, 'SIGKILL'))); // or they would write all their sessions once more
  return results;
}
