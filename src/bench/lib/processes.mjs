// Processes that the bench starts, and ends by itself: every one is a child of the bench, none is looked for by name.
import { spawn, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
/** For settings, sockets and logs of one run. */
export const work = mkdtempSync(join(tmpdir(), 'cloakroom-bench-'));
chmodSync(work, 0o711); // servers that were started as root read their files as somebody else

const all = cpus().length;
/** The proxy under test has the first CPU for itself; load, upstream and provider share the others. */
export const PROXY_CPU = '0';
export const OTHER_CPUS = all > 1 ? `1-${all - 1}` : '0';
export const ALL_CPUS = `0-${all - 1}`;

const running = new Set();

export function installed(program) {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What a command prints, both streams; empty when there is no such command. */
export function said(command) {
  try {
    return execFileSync('sh', ['-c', `${command} 2>&1`], { cwd: root }).toString();
  } catch {
    return '';
  }
}

export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Starts a command on some CPUs. What it says is kept, for when it fails. */
export function start({ command, args = [], env = {}, cwd = root }, on = OTHER_CPUS) {
  const child = spawn('taskset', ['-c', on, command, ...args], { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  child.said = '';
  const keep = (bytes) => (child.said = (child.said + bytes).slice(-200_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.stdin.on('error', () => {}); // it ended first
  child.over = new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal)));
  running.add(child);
  child.over.then(() => running.delete(child));
  return child;
}

/** Resolves with the match once the child has said it. */
export function line(child, pattern, what, seconds = 60) {
  return new Promise((done, fail) => {
    const look = () => {
      const match = child.said.match(pattern);
      if (match) {
        clearTimeout(timer);
        child.stdout.off('data', look);
        done(match);
      }
    };
    const timer = setTimeout(() => fail(new Error(`${what} did not start:\n${child.said}`)), seconds * 1000);
    child.stdout.on('data', look);
    child.over.then((code) => fail(new Error(`${what} ended with ${code}:\n${child.said}`)));
    look();
  });
}

/** Runs a command to its end and answers what it printed. */
export async function run(recipe, on = OTHER_CPUS) {
  const child = start(recipe, on);
  let text = '';
  child.stdout.on('data', (bytes) => (text += bytes));
  const code = await child.over;
  if (code !== 0) throw new Error(`${recipe.command} ${recipe.args?.[0] ?? ''} failed (${code}):\n${child.said}`);
  return text;
}

/** Ends a child: politely unless asked otherwise, and after some seconds not. */
export async function stop(child, signal = 'SIGTERM') {
  if (!child || !running.has(child)) return;
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 8000);
  await child.over;
  clearTimeout(timer);
}

export async function stopAll() {
  await Promise.all([...running].map((child) => stop(child)));
  rmSync(work, { recursive: true, force: true });
}

export const pause = (milliseconds) => new Promise((next) => setTimeout(next, milliseconds));
