#!/usr/bin/env node
// What an authenticated call costs: CPU microseconds per request of the gateway's process, beside
// nginx as a plain reverse proxy, in one run on one machine.
//
//   node src/bench/forward.mjs [--rounds 5] [--seconds 6] [--connections 64] [--warmup 20] [--json FILE]
//
// Needs nginx and wrk on PATH (Debian: apt-get install nginx-light wrk), a JDK 25 and Node. It starts
// and stops everything itself: an upstream that answers 131 bytes and only to a bearer token, nginx in
// front of it (keep-alive upstream, sends the same token), and the gateway with a session that was
// really logged in at the demo provider. The proxies take turns, round by round, so that a change of
// the machine's speed hits both; the proxy under test is pinned to CPU 0, load and upstream to the others.
// CPU time is read from /proc, so the figure holds on a busy machine. Nothing leaves loopback.
// With --redis a second gateway takes part, whose sessions are in a Redis of its own (needs redis-server).
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { logIn } from './login.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    connections: { type: 'string', default: '64' },
    warmup: { type: 'string', default: '20' },
    json: { type: 'string' },
    redis: { type: 'boolean', default: false },
    'java-options': { type: 'string', default: '' },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const connections = Number(options.connections);
const work = mkdtempSync(join(tmpdir(), 'cloakroom-bench-'));
const running = [];
const BODY = JSON.stringify({ id: 4711, item: 'winter coat', hook: 'A-17', note: 'x'.repeat(75) }); // 131 bytes
const others = cpus().length > 1 ? `1-${cpus().length - 1}` : '0';

function need(program, hint) {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
  } catch {
    console.error(`${program} is not installed (${hint})`);
    process.exit(2);
  }
}

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

function start(cpu, command, args, env = {}) {
  const child = spawn('taskset', ['-c', cpu, command, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.push(child);
  return child;
}

function lineOf(child, pattern, what) {
  return new Promise((done, fail) => {
    let text = '';
    const timer = setTimeout(() => fail(new Error(`${what} did not start:\n${text}`)), 60_000);
    child.stdout.on('data', (bytes) => {
      text += bytes;
      const match = text.match(pattern);
      if (match) {
        clearTimeout(timer);
        done(match);
      }
    });
    child.on('exit', (code) => fail(new Error(`${what} ended with ${code}:\n${text}`)));
  });
}

async function answers(url, headers = {}) {
  for (let i = 0; i < 100; i++) {
    try {
      const response = await fetch(url, { headers });
      if (response.ok) return;
    } catch {}
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error(`${url} does not answer`);
}

function nginxConf(name, http) {
  const file = join(work, `${name}.conf`);
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${work}/${name}.pid; error_log stderr warn;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 300s; tcp_nodelay on;
  client_body_temp_path ${work}/${name}-body; proxy_temp_path ${work}/${name}-proxy;
  fastcgi_temp_path ${work}/${name}-f; uwsgi_temp_path ${work}/${name}-u; scgi_temp_path ${work}/${name}-s;
  ${http}
}`,
  );
  return file;
}

/** utime + stime of a process and its threads, in microseconds. */
function cpuMicros(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000; // clock ticks are 10 ms on Linux
}

/** The nginx worker: the child of the master. */
function workerOf(master) {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1].split(' ');
      if (Number(stat[1]) === master) return Number(entry);
    } catch {}
  }
  throw new Error('nginx has no worker');
}

function load(url, headers, duration) {
  return new Promise((done, fail) => {
    const args = ['-t1', `-c${connections}`, `-d${duration}s`, '--latency'];
    for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}: ${value}`);
    const child = spawn('taskset', ['-c', others, 'wrk', ...args, url]);
    let text = '';
    child.stdout.on('data', (bytes) => (text += bytes));
    child.on('exit', (code) => {
      const total = text.match(/(\d+) requests in/);
      if (code !== 0 || !total) return fail(new Error(`wrk failed:\n${text}`));
      if (/Non-2xx/.test(text)) return fail(new Error(`errors under load:\n${text}`));
      const percentile = (p) => text.match(new RegExp(`${p}%\\s+([\\d.]+(?:us|ms|s))`))?.[1];
      done({ requests: Number(total[1]), rate: Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]), p50: percentile(50), p99: percentile(99) });
    });
  });
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Browser-like request fields, the same for every proxy. */
const BROWSER = {
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  Accept: 'application/json',
  'Accept-Language': 'en-GB,en;q=0.9',
  'Accept-Encoding': 'gzip, deflate, br',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'cors',
  'Sec-Fetch-Dest': 'empty',
  'Sec-Ch-Ua-Platform': '"Linux"',
  'X-CSRF': '1',
};

/** Starts a gateway with a session that was really logged in, as a peer of the comparison. */
async function gatewayPeer(name, upstreamPort, session) {
  const [port, managementPort] = [await freePort(), await freePort()];
  const origin = `http://localhost:${port}`;
  const provider = start(others, 'node', [join(root, 'frontend-demo/servers/provider.mjs')], {
    PORT: '0', GATEWAY_ORIGIN: origin, CLIENT_ID: 'cloakroom', CLIENT_SECRET: 'bench-secret', API_AUDIENCE: 'urn:bench:api', ACCESS_TOKEN_TTL: '3600',
  });
  const issuer = (await lineOf(provider, /READY (\S+)/, 'the demo provider'))[1];
  const file = join(work, `gateway-${port}.yaml`);
  writeFileSync(file, `version: 1
server:
  public_url: ${origin}
  host: 127.0.0.1
  port: ${port}
  management: {port: ${managementPort}}
providers:
  main: {issuer: "${issuer}", client_id: cloakroom, client_secret: bench-secret, scopes: [openid, profile, email]}
routes:
  - {path: /api/**, upstream: "http://127.0.0.1:${upstreamPort}"}
${session}`);
  const java = execFileSync('sh', ['-c', '. .mvn/jdk25.sh && find_jdk25 && echo "$JAVA_HOME"'], { cwd: root }).toString().trim();
  const flags = ['--enable-native-access=ALL-UNNAMED', '--sun-misc-unsafe-memory-access=allow', '-XX:+UseG1GC', ...options['java-options'].split(' ').filter(Boolean)];
  const gateway = start('0', `${java}/bin/java`, [...flags, '-jar', join(root, 'target/cloakroom.jar'), 'run', '--config', file]);
  await lineOf(gateway, /gateway\.ready/, 'the gateway');
  const cookie = await logIn(origin, 'alice', 'wonderland');
  await answers(`${origin}/api/coat`, { Cookie: `__Host-Http-session=${cookie}`, ...BROWSER });
  return { name, pid: gateway.pid, url: `http://127.0.0.1:${port}/api/coat`, headers: { ...BROWSER, Host: `localhost:${port}`, Cookie: `__Host-Http-session=${cookie}` } };
}

async function redisSessions() {
  need('redis-server', 'Debian: apt-get install redis-server');
  const port = await freePort();
  start(others, 'redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', work]);
  return `session:
  store: redis
  redis: {url: "redis://127.0.0.1:${port}"}
  encryption_keys: ["${randomBytes(32).toString('base64')}"]
`;
}

async function main() {
  need('nginx', 'Debian: apt-get install nginx-light');
  need('wrk', 'Debian: apt-get install wrk');
  const [upstreamPort, plainPort] = [await freePort(), await freePort()];

  start(others, 'nginx', ['-p', work, '-c', nginxConf('upstream', `server { listen 127.0.0.1:${upstreamPort}; default_type application/json;
    location / { if ($http_authorization !~ "^Bearer .") { return 401; } return 200 '${BODY}'; } }`)]);
  const token = 'b'.repeat(900);
  const plain = start('0', 'nginx', ['-p', work, '-c', nginxConf('plain', `upstream up { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${plainPort}; location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_set_header Authorization "Bearer ${token}"; } }`)]);
  await answers(`http://127.0.0.1:${plainPort}/api/coat`);

  const cookie = { Cookie: `__Host-Http-session=${'c'.repeat(43)}` };
  const peers = [
    { name: 'nginx, plain reverse proxy', pid: workerOf(plain.pid), url: `http://127.0.0.1:${plainPort}/api/coat`, headers: { ...BROWSER, ...cookie } },
    await gatewayPeer('cloakroom, session and bearer', upstreamPort, ''),
  ];
  if (options.redis) peers.push(await gatewayPeer('cloakroom, session in Redis', upstreamPort, await redisSessions()));
  for (const peer of peers) await load(peer.url, peer.headers, Number(options.warmup));
  const samples = peers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...peers.entries()];
    if (round % 2) order.reverse(); // so that no peer always follows the same other
    for (const [i, peer] of order) {
      const before = cpuMicros(peer.pid);
      const result = await load(peer.url, peer.headers, seconds);
      samples[i].push({ ...result, micros: (cpuMicros(peer.pid) - before) / result.requests });
    }
  }
  report(peers, samples);
}

function report(peers, samples) {
  const rows = peers.map((peer, i) => ({
    name: peer.name,
    micros: median(samples[i].map((s) => s.micros)),
    ratio: median(samples[i].map((s, round) => s.micros / samples[0][round].micros)),
    memory: median(samples[i].map((s, round) => s.micros / samples[1][round].micros)),
    rate: median(samples[i].map((s) => s.rate)),
    p50: samples[i].at(-1).p50,
    p99: samples[i].at(-1).p99,
  }));
  console.log(`\n${rounds} rounds of ${seconds} s, ${connections} connections, proxy on one CPU (${cpus()[0].model.trim()}); medians of figures, and of ratios round by round\n`);
  console.log('| proxy | CPU µs per request | times nginx | times memory | requests/s | p50 | p99 |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const row of rows) console.log(`| ${row.name} | ${row.micros.toFixed(1)} | ${row.ratio.toFixed(2)} | ${row.memory.toFixed(2)} | ${Math.round(row.rate)} | ${row.p50} | ${row.p99} |`);
  if (options.json) writeFileSync(options.json, JSON.stringify({ rounds, seconds, connections, rows, samples }, null, 2));
}

main()
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  })
  .finally(() => {
    for (const child of running) child.kill('SIGTERM');
    setTimeout(() => {
      rmSync(work, { recursive: true, force: true });
      process.exit();
    }, 1500);
  });
