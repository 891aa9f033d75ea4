// Sends requests at a fixed rate and tells the percentiles of the time to the whole answer, in microseconds.
//
// What is due is sent at once over a free connection; what finds none waits, and its wait counts. The time of a request
// begins when this process gets to look at the clock, so that its own timer's coarseness is not put down to the proxy.
import { connect } from 'node:net';
import { percentile } from './statistics.mjs';

const { port, path, headers, rate, seconds, connections } = JSON.parse(process.argv[2]);
const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
const request = Buffer.from(`GET ${path} HTTP/1.1\r\n${head}\r\n`, 'latin1');
const now = () => Number(process.hrtime.bigint() / 1000n);

const free = [];
const waiting = [];
const times = [];
let failed = 0;
let sent = 0;

/** The length of the first answer in the buffer; undefined while it is not whole. */
function whole(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const fields = text.slice(0, end).toLowerCase();
  const length = fields.match(/\ncontent-length: *(\d+)/);
  if (length) return text.length >= end + 4 + Number(length[1]) ? end + 4 + Number(length[1]) : undefined;
  const last = text.indexOf('0\r\n\r\n', end + 4);
  return last < 0 ? undefined : last + 5;
}

function open() {
  return new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1', () => done(socket));
    let text = '';
    socket.setNoDelay(true);
    socket.on('error', fail);
    socket.on('close', () => fatal('a connection was closed'));
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const length = whole(text);
      if (length === undefined) return;
      if (!/^HTTP\/1.1 2/.test(text)) failed++;
      text = text.slice(length);
      if (socket.since >= from) times.push(now() - socket.since);
      const next = waiting.shift();
      if (next === undefined) free.push(socket);
      else send(socket, next);
    });
  });
}

function send(socket, since) {
  socket.since = since;
  sent++;
  socket.write(request);
}

function fatal(problem) {
  if (over) return;
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

let over = false;
for (let i = 0; i < connections; i++) free.push(await open());
const began = now();
const from = began + 500_000; // the first half second warms the connections up
const until = began + seconds * 1e6 + 500_000;
let due = 0;
const timer = setInterval(() => {
  const time = now();
  for (; due < ((Math.min(time, until) - began) * rate) / 1e6; due++) {
    const socket = free.pop();
    if (socket) send(socket, time);
    else waiting.push(time);
  }
  if (time > until + 1e6 || (time > until && free.length === connections)) finish();
}, 1);

function finish() {
  over = true;
  clearInterval(timer);
  if (failed) {
    process.stderr.write(`${failed} of ${sent} answers were no success\n`);
    process.exit(1);
  }
  const unanswered = waiting.length + connections - free.length;
  process.stdout.write(JSON.stringify({ p50: percentile(times, 0.5), p99: percentile(times, 0.99), requests: times.length, unanswered }), () => process.exit(0));
}
