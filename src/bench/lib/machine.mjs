// What a process and the machine have used, from /proc.
import { readFileSync, readdirSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { said } from './processes.mjs';

const TICK = 10_000; // microseconds: Linux counts in hundredths of a second

function stat(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  const at = (i) => Number(fields[i]);
  return { parent: at(1), own: at(11) + at(12), children: at(13) + at(14) };
}

/** The process and everything it started that is still there. */
function tree(pid) {
  const parents = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      parents.set(Number(entry), stat(entry).parent);
    } catch {} // it ended meanwhile
  }
  const members = [pid];
  for (let i = 0; i < members.length; i++) {
    for (const [child, parent] of parents) if (parent === members[i]) members.push(child);
  }
  return members;
}

/** CPU microseconds of a process tree so far, user and system, those of children that ended included. */
export function cpuMicros(pid) {
  let ticks = stat(pid).children;
  for (const member of tree(pid)) {
    try {
      ticks += stat(member).own;
    } catch {}
  }
  return ticks * TICK;
}

/** CPU microseconds of a JVM's compilers so far. One that has no work for a while ends, and is no longer counted. */
export function compilerMicros(pid) {
  let ticks = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      if (/^C[12] Compiler/.test(readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8'))) ticks += stat(`${pid}/task/${thread}`).own;
    } catch {}
  }
  return ticks * TICK;
}

function sum(pid, file, field) {
  let kilobytes = 0;
  for (const member of tree(pid)) {
    try {
      kilobytes += Number(readFileSync(`/proc/${member}/${file}`, 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))[1]);
    } catch {}
  }
  return kilobytes * 1024;
}

/** Resident bytes of a process tree. What processes share is counted for each, as `ps` does. */
export const residentBytes = (pid) => sum(pid, 'status', 'VmRSS');

/** The JVM's own reading of its heap after a collection, and where the heap lies; undefined for what is no JVM with G1 or the serial collector. */
function heapOf(pid) {
  const jcmd = (what) => said(`. .mvn/jdk25.sh && find_jdk25 && "$JAVA_HOME/bin/jcmd" ${pid} ${what}`);
  jcmd('GC.run');
  const parts = [...jcmd('GC.heap_info').matchAll(/(?:garbage-first heap|DefNew|Tenured).* used (\d+)K \[0x([0-9a-f]+), (?:0x[0-9a-f]+, )?0x([0-9a-f]+)\)/g)];
  if (!parts.length) return undefined;
  const ends = parts.flatMap(([, , from, to]) => [BigInt(`0x${from}`), BigInt(`0x${to}`)]).sort((a, b) => (a < b ? -1 : 1));
  return { used: parts.reduce((sum, [, used]) => sum + Number(used) * 1024, 0), from: ends[0], to: ends.at(-1) };
}

/** Resident bytes without the room that a JVM's heap has to spare: what lives in the heap, and all the rest. */
export function livingBytes(pid, isJvm) {
  const heap = isJvm ? heapOf(pid) : undefined;
  const resident = residentBytes(pid);
  if (!heap) return resident;
  let inHeap = 0;
  let counts = false;
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const range = line.match(/^([0-9a-f]+)-([0-9a-f]+) /);
    if (range) counts = BigInt(`0x${range[1]}`) >= heap.from && BigInt(`0x${range[2]}`) <= heap.to;
    else if (counts && line.startsWith('Rss:')) inHeap += Number(line.match(/\d+/)[0]) * 1024;
  }
  return resident - inHeap + heap.used;
}

/** The part of the machine's time that its host gave to others since `before`, a reading of `clockTicks`. */
export function stolen(before) {
  const now = clockTicks();
  const all = now.reduce((a, b) => a + b, 0) - before.reduce((a, b) => a + b, 0);
  return all > 0 ? (now[7] - before[7]) / all : 0;
}

/** The machine's time by use; see proc(5). Guests' time is part of the users'. */
export function clockTicks() {
  return readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1, 9).map(Number);
}

/** What was measured on, and with which versions. */
export function machine() {
  const first = (command, pattern) => said(command).match(pattern)?.[1];
  return {
    date: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    cpu: cpus()[0].model.trim().replace(/\s+/g, ' '),
    cpus: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `Linux ${release().split('-')[0]}`,
    commit: first('git rev-parse --short HEAD', /^(\w+)/),
    java: first('. .mvn/jdk25.sh && find_jdk25 && "$JAVA_HOME/bin/java" --version', /\n(.*?) \(build/),
    node: process.version,
    wrk: first('wrk --version', /^wrk (\S+)/),
  };
}
