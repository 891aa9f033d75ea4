// CPU per call against the number of sessions that the gateway holds. It starts on a file of sessions (`session.persist`);
// the calls come from up to 10000 of them by turns.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cookies, costed, wrk } from '../lib/load.mjs';
import { residentBytes } from '../lib/machine.mjs';
import { ALL_CPUS, line, root, run, said, start, stop, work, PROXY_CPU } from '../lib/processes.mjs';
import { place, running } from '../lib/proxy.mjs';
import { median, ratio, turn } from '../lib/statistics.mjs';
import { cloakroom, gateway } from '../peers/cloakroom.mjs';

const CONNECTIONS = 64;
const PATIENCE = 240;

/** Writes the files: a settings key, and for each number the sessions and the cookies of some of them. */
export async function fill(counts) {
  const folder = join(work, `sessions-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder);
  const key = randomBytes(32).toString('base64');
  const java = `${said('. .mvn/jdk25.sh && find_jdk25 && printf %s "$JAVA_HOME"').trim()}/bin/java`;
  const source = join(root, 'src/bench/Sessions.java');
  const args = ['--sun-misc-unsafe-memory-access=allow', '--enable-native-access=ALL-UNNAMED', '-cp', join(root, 'target/cloakroom.jar'), source, '--fill', folder, key];
  await run({ command: java, args: [...args, ...counts.map(String)] }, ALL_CPUS);
  return { key, sessions: (count) => join(folder, `${count}.sessions`), cookies: (count) => join(folder, `${count}.cookies`) };
}

/** A gateway that holds so many sessions. Its heap is twice what they need, so that it has not to look for room all the time. */
export async function filled(files, count, upstream, more = {}) {
  const where = await place(cloakroom, upstream);
  const session = `session: {persist: "${files.sessions(count)}", encryption_keys: ["${files.key}"], idle_timeout: 8h, max_lifetime: 8h}\n`;
  const recipe = await gateway({ ...where, session, javaOptions: count > 100_000 ? `-Xmx${Math.ceil(count / 85_000)}g` : '', ...more });
  const child = start(recipe, ALL_CPUS); // reading the file would take one CPU twice as long
  await line(child, /gateway\.ready/, `the gateway with ${count} sessions`, PATIENCE);
  said(`taskset -a -c -p ${PROXY_CPU} ${child.pid}`);
  return { ...running(cloakroom, child, where.port, ''), count, load: { connections: CONNECTIONS, script: cookies(), scriptArgs: [files.cookies(count)] } };
}

export async function sessions(counts, upstream, { rounds, seconds, warmUp, say }) {
  say('filling');
  const files = await fill(counts);
  const gateways = [];
  for (const count of counts) {
    say(`${count} sessions`);
    gateways.push({ ...(await filled(files, count, upstream)), samples: [] });
  }
  for (const each of gateways) {
    delete each.headers.Cookie; // the script brings one with each call
    await wrk(each, { ...each.load, seconds: warmUp });
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
  await Promise.all(gateways.map((each) => stop(each.child)));
  return results;
}
