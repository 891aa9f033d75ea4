// The tables and plots of a run: into a folder, or into src/bench/results and the README's chapter.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/processes.mjs';
import { percentile, ratio } from '../lib/statistics.mjs';
import { OURS } from '../peers/cloakroom.mjs';
import { merge, runOf } from './merge.mjs';
import { bars, panels } from './plot.mjs';

const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';
/** Where published results are. */
export const RESULTS = 'src/bench/results';
const PLOTS = {
  'calls.svg': 'CPU per authenticated call, as times nginx',
  'latency.svg': 'Time to the answer at a fixed rate',
  'memory.svg': 'Resident memory, idle and loaded',
  'growth.svg': 'CPU per call against sessions, routes and connections',
};

const missing = '–';
const number = (value, digits = 0) => (Number.isFinite(value) ? value.toFixed(digits) : missing);
const times = (value) => number(value, 2);
const time = (micros) => (!Number.isFinite(micros) ? missing : micros < 995 ? `${number(micros)} µs` : `${number(micros / 1000, micros < 9950 ? 1 : 0)} ms`);
const mebibytes = (bytes) => (Number.isFinite(bytes) ? `${number(bytes / 2 ** 20)} MB` : missing);
const kilobytes = (bytes) => (Number.isFinite(bytes) ? `${number(bytes / 1024, bytes < 10_240 ? 1 : 0)} KB` : missing);
const count = (value) => value.toLocaleString('en');

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A measurement's line for a peer; empty where it was not measured. */
const of = (results, measurement, key) => results[measurement]?.find((line) => line.key === key) ?? {};

function callsTable(results) {
  const direct = of(results, 'latency', 'direct');
  const rows = results.peers.map(({ key, name }) => {
    const [calls, latency] = [of(results, 'calls', key), of(results, 'latency', key)];
    const late = latency.unanswered > 0 ? ' and more' : ''; // it did not keep up with the rate
    return [name, number(calls.micros, 1), times(calls.times), number(calls.rate), time(latency.p50) + late, time(latency.p99) + late, time(latency.added)];
  });
  if (direct.p50) rows.unshift(['*no proxy*', missing, missing, missing, time(direct.p50), time(direct.p99), missing]);
  const { rate } = (runOf(results, 'latency') ?? results.runs[0]).effort;
  return table(['proxy', 'CPU µs per call', 'times nginx', 'calls/s, one CPU', `p50 at ${rate}/s`, `p99 at ${rate}/s`, 'added p50, one by one'], rows);
}

function footprintTable(results) {
  const rows = results.peers.map(({ key, name }) => {
    const [startup, calls, bodies, idle] = ['startup', 'calls', 'bodies', 'idle'].map((measurement) => of(results, measurement, key));
    const body = (way) => (bodies[way] ? `${number(bodies[way].micros)} (${times(bodies[way].times)})` : missing);
    return [name, time(startup.milliseconds * 1000), `${mebibytes(calls.idle)}, ${mebibytes(calls.loaded)}`, body('down'), body('up'), kilobytes(idle.sse), kilobytes(idle.websocket)];
  });
  return table(['proxy', 'start to first answer', 'RSS idle, loaded', 'CPU µs per MiB down (times nginx)', 'up', 'per open event stream', 'per open WebSocket'], rows);
}

function growthTable(results) {
  const rows = [];
  const add = (what, lines, more) => {
    if (lines?.length) rows.push([what, lines.map((line) => count(line.count)).join(', '), lines.map((line) => number(line.micros, 1)).join(', '), lines.map((line) => times(line.times)).join(', ') + more]);
  };
  add('sessions', results.sessions, ' of the first');
  add('routes', results.routes, ' of the first');
  add('connections', results.connections?.filter((line) => line.key === OURS), ' of nginx');
  return rows.length ? table(['Cloakroom with', 'numbers', 'CPU µs per call', 'times'], rows) : '';
}

function plots(results) {
  const drawn = {};
  const rows = (measurement, map) => results.peers.filter(({ key }) => of(results, measurement, key).key).map(({ key, name }) => ({ label: name.replace(/, plain reverse proxy/, ', plain').replace(/ \+ .*/, ' + …').replace(/(httpd [\d.]+), /, ''), ours: key.startsWith(OURS), ...map(of(results, measurement, key)) }));
  if (results.calls) {
    drawn['calls.svg'] = bars(PLOTS['calls.svg'], 'less is better; small JSON answers, keep-alive, the median of interleaved rounds', rows('calls', (line) => ({ value: line.times, end: `${times(line.times)} (${number(line.micros)} µs)` })));
    drawn['memory.svg'] = bars(PLOTS['memory.svg'], 'solid: started, nobody has come; faint: after the calls under full load', rows('calls', (line) => ({ value: line.idle, beyond: Math.max(line.loaded, line.idle), end: `${mebibytes(line.idle)}, ${mebibytes(line.loaded)}` })));
  }
  if (results.latency) {
    drawn['latency.svg'] = bars(`${PLOTS['latency.svg']}, ${runOf(results, 'latency').effort.rate} calls a second`, 'solid: p50; faint: p99; the proxy has one CPU', rows('latency', (line) => ({ value: line.p50 ?? 0, beyond: line.p99 ?? 0, end: `${time(line.p50)}, ${time(line.p99)}` })));
  }
  const line = (name, lines) => ({ name, points: lines.map((each) => [each.count, each.micros]) });
  const growth = [];
  if (results.sessions) growth.push({ title: 'sessions held', axis: 'sessions', lines: [line('Cloakroom', results.sessions)] });
  if (results.routes) growth.push({ title: 'routes', axis: 'routes', lines: [line('Cloakroom', results.routes)] });
  if (results.connections) {
    const [ours, floor] = [results.connections.filter((each) => each.key === OURS), results.connections.filter((each) => each.key !== OURS)];
    growth.push({ title: 'connections', axis: 'connections', lines: [...(ours.length ? [line('Cloakroom', ours)] : []), line('nginx', floor)] });
  }
  if (growth.length) drawn['growth.svg'] = panels(PLOTS['growth.svg'], 'flat is good; the proxy has one CPU', growth, 'µs');
  return drawn;
}

/** What a store elsewhere costs beside the one in memory, round by round. */
function stores(results) {
  const [memory, redis] = [of(results, 'calls', OURS), of(results, 'calls', `${OURS}-redis`)];
  if (!memory.samples || !redis.samples) return '';
  return `With its sessions in Redis, a call costs Cloakroom ${times(ratio(redis.samples, memory.samples, (s) => s.micros))} times what it costs with them in memory.`;
}

/** How much of the machine its host gave to others, in the worst of the rounds but a tenth. */
function lost(results) {
  const part = percentile((results.calls ?? []).flatMap(({ samples }) => samples.map((s) => s.stolen)), 0.9);
  return part === undefined ? '' : `In nine rounds of ten, at most ${number(100 * part, 1)} % of the machine's time was stolen by others on its host.`;
}

/** When, on what and with what effort something was measured; says what where it was not all in one run. */
function runLine({ machine, effort, measured }, single) {
  const rounds = `${effort.rounds} rounds of ${effort.seconds} s, ${effort.connections} connections`;
  return (
    `${single ? '' : `${measured.join(', ')}: `}${machine.date}, ${machine.cpu}, ${machine.cpus} CPUs, ${machine.system}, ${machine.java}, ` +
    `Node ${machine.node.slice(1)}; ${rounds}, commit ${machine.commit}.`
  );
}

function text(results, folder) {
  const { runs } = results;
  const shown = Object.keys(plots(results)).map((file) => `![${PLOTS[file]}](${folder}${file})`);
  const parts = [
    runs.length === 1 ? runLine(runs[0], true) : runs.map((run) => `- ${runLine(run, false)}`).join('\n'),
    lost(results),
    results.calls || results.latency ? callsTable(results) : '',
    stores(results),
    results.calls || results.startup || results.bodies || results.idle ? footprintTable(results) : '',
    growthTable(results),
    ...shown,
    results.failed.length ? `Failed and left out: ${results.failed.map(({ key, why }) => `${key} (${why})`).join(', ')}.` : '',
    results.absent.length ? `Not measured: ${results.absent.map(({ key, why }) => `${key} (${why})`).join(', ')}.` : '',
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

const read = (folder) => (existsSync(join(folder, 'results.json')) ? JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) : undefined);

/** Writes what a run measured into a folder, beside what earlier runs did; answers the tables. */
export function write(latest, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'results.json'), JSON.stringify(merge(read(folder), latest)));
  return draw(folder);
}

/** Writes tables and plots of the results in a folder; answers the tables. */
export function draw(folder) {
  const results = read(folder);
  const markdown = text(results, '');
  writeFileSync(join(folder, 'table.md'), markdown);
  for (const [file, drawing] of Object.entries(plots(results))) writeFileSync(join(folder, file), drawing);
  return markdown;
}

/** Writes the published results into the README's block. */
export function publish() {
  const file = join(root, 'README.md');
  const readme = readFileSync(file, 'utf8');
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the README has no ${BEGIN} … ${END}`);
  writeFileSync(file, `${readme.slice(0, from + BEGIN.length)}\n${text(read(join(root, RESULTS)), `${RESULTS}/`)}${readme.slice(to)}`);
}
