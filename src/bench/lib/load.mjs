// Load: wrk as fast as it goes, and a loader of our own at a fixed rate.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clockTicks, compilerMicros, cpuMicros, stolen } from './machine.mjs';
import { OTHER_CPUS, root, run, work } from './processes.mjs';

const PATIENCE = 16; // seconds without any answer
const UNITS = { us: 1, ms: 1000, s: 1e6 };
const micros = (text) => {
  const match = text?.match(/^([\d.]+)(us|ms|s)$/);
  return match ? Number(match[1]) * UNITS[match[2]] : undefined;
};

/** What ended a measurement, and whose fault it was. */
export function failure({ peer, child }, what, text) {
  return Object.assign(new Error(`${peer.key} ${what}:\n${text}\n${child?.said.slice(-2000) ?? ''}`), { peer });
}

/** As many requests as it bears, over so many connections. Any answer but a 2xx is an error. Times are in microseconds. */
export async function wrk(proxy, load) {
  const { path = '/api/coat', connections, seconds, script, scriptArgs = [] } = load;
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '10s'];
  for (const [name, value] of Object.entries(proxy.headers)) args.push('-H', `${name}: ${value}`);
  if (script) args.push('-s', script);
  args.push(proxy.url(path), ...(scriptArgs.length ? ['--', ...scriptArgs] : []));
  const text = await run({ command: 'wrk', args }, OTHER_CPUS);
  const total = text.match(/(\d+) requests in/);
  if (total?.[1] === '0' && seconds < PATIENCE) return wrk(proxy, { ...load, seconds: 2 * seconds }); // it was too slow for so short a time
  if (!total || total[1] === '0' || /Non-2xx|Socket errors/.test(text)) throw failure(proxy, 'fails under load', text);
  const at = (part) => micros(text.match(new RegExp(`${part}%\\s+(\\S+)`))?.[1]);
  return { requests: Number(total[1]), rate: Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]), p50: at(50), p99: at(99) };
}

/** The same, with what the proxy's processes used for each request. */
export async function costed(proxy, load) {
  const clock = clockTicks();
  const before = cpuMicros(proxy.pid);
  const result = await wrk(proxy, load);
  return { ...result, micros: (cpuMicros(proxy.pid) - before) / result.requests, stolen: stolen(clock) };
}

const BURST = 2; // seconds
const RESTING = 0.05; // the part of a JVM's CPU that its compilers may still have
const LONGEST = 6; // times the warm-up that was asked for

/** Load until a proxy is as fast as it gets. A JVM is so once its compilers rest; what costs nothing to warm gets a second. */
export async function warm(proxy, load, seconds) {
  await wrk(proxy, { ...load, seconds: proxy.peer.floor ? 1 : seconds });
  if (!proxy.peer.jvm) return;
  for (let more = seconds; more < LONGEST * seconds; more += BURST) {
    const before = { all: cpuMicros(proxy.pid), compilers: compilerMicros(proxy.pid) };
    await wrk(proxy, { ...load, seconds: BURST });
    const compilers = compilerMicros(proxy.pid) - before.compilers;
    if (compilers < RESTING * (cpuMicros(proxy.pid) - before.all)) return;
  }
}

/** Requests at a fixed rate, whether or not the answers keep up; answers percentiles in microseconds. */
export async function steady(proxy, { path = '/api/coat', rate, seconds, connections = 32 }) {
  const job = JSON.stringify({ port: proxy.port, path, headers: proxy.headers, rate, seconds, connections });
  try {
    return JSON.parse(await run({ command: 'node', args: [join(root, 'src/bench/lib/steady.mjs'), job] }, OTHER_CPUS));
  } catch (fault) {
    throw failure(proxy, 'fails at a fixed rate', fault.message);
  }
}

/** A wrk script that sends a body. */
export function uploads(bytes) {
  const file = join(work, `upload-${bytes}.lua`);
  writeFileSync(file, `wrk.method = "POST"\nwrk.body = string.rep("x", ${bytes})\nwrk.headers["Content-Type"] = "application/octet-stream"\n`);
  return file;
}

const ONCE = 300; // seconds at most

/** One call with each of so many cookies of a file. */
export async function once(proxy, file, count) {
  const script = join(work, 'once.lua');
  writeFileSync(
    script,
    `local lines, left = nil, 0
function init(args)
  lines, left = args[1], tonumber(args[2])
  cookies = io.lines(lines)
end
function request()
  local cookie = cookies()
  if not cookie then
    cookies = io.lines(lines)
    cookie = cookies()
  end
  wrk.headers["Cookie"] = cookie
  return wrk.format()
end
function response(status)
  if status ~= 200 then print(status) os.exit(1) end
  left = left - 1
  if left == 0 then print("each was asked once") os.exit(0) end
end
`,
  );
  const args = ['-t1', '-c64', `-d${ONCE}s`, '-s', script, proxy.url('/api/coat')];
  for (const [name, value] of Object.entries(proxy.headers)) args.push('-H', `${name}: ${value}`);
  args.push('--', file, String(count));
  const text = await run({ command: 'wrk', args }, OTHER_CPUS);
  if (!text.includes('each was asked once')) throw failure(proxy, `answers not ${count} sessions`, text);
}

/** A wrk script that takes the cookies of a file by turns; each line is a Cookie header. */
export function cookies() {
  const file = join(work, 'cookies.lua');
  writeFileSync(
    file,
    `local ready, n = {}, 0
function init(args)
  for line in io.lines(args[1]) do
    wrk.headers["Cookie"] = line
    ready[#ready + 1] = wrk.format()
  end
end
function request()
  n = n % #ready + 1
  return ready[n]
end
`,
  );
  return file;
}
