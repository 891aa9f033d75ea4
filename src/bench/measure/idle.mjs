// What an open connection that says nothing costs in memory: an event stream, a WebSocket.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { failure } from '../lib/load.mjs';
import { livingBytes } from '../lib/machine.mjs';
import { pause } from '../lib/processes.mjs';

const KINDS = {
  sse: { path: '/api/live/events', expect: /^HTTP\/1.1 200[^]*: open/ },
  websocket: { path: '/api/live/socket', expect: /^HTTP\/1.1 101[^]*open/ },
};
const AT_ONCE = 20;

function head(proxy, kind) {
  const fields = { ...proxy.headers };
  if (kind === 'websocket') {
    Object.assign(fields, {
      Origin: `http://localhost:${proxy.port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      'Sec-Fetch-Mode': 'websocket',
      'Sec-Fetch-Dest': 'websocket',
    });
  } else fields.Accept = 'text/event-stream';
  return `GET ${KINDS[kind].path} HTTP/1.1\r\n${Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** One connection, once its upstream has said something. */
function open(proxy, kind) {
  return new Promise((done, fail) => {
    const socket = connect(proxy.port, '127.0.0.1', () => socket.write(head(proxy, kind)));
    let text = '';
    socket.setTimeout(20_000, () => fail(failure(proxy, `holds no more connections (${kind})`, text)));
    socket.on('error', fail);
    socket.on('close', () => fail(failure(proxy, `closed a connection (${kind})`, text)));
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (KINDS[kind].expect.test(text)) {
        socket.setTimeout(0);
        done(socket);
      }
    });
  });
}

async function settled({ pid, peer }) {
  await pause(500);
  return livingBytes(pid, peer.jvm);
}

async function grow(sockets, proxy, kind, to) {
  while (sockets.length < to) {
    const batch = Array.from({ length: Math.min(AT_ONCE, to - sockets.length) }, () => open(proxy, kind));
    sockets.push(...(await Promise.all(batch)));
  }
}

/** Bytes for each connection, between a few, by which pools and the like are there, and many. What is opened stays open. */
async function each(proxy, kind, { few, many }, held) {
  const sockets = [];
  held.push(sockets);
  await grow(sockets, proxy, kind, few);
  const before = await settled(proxy);
  await grow(sockets, proxy, kind, many);
  return ((await settled(proxy)) - before) / (many - few);
}

export async function idle(proxies, { quick, say }) {
  const counts = quick ? { few: 50, many: 200 } : { few: 200, many: 1200 };
  const results = [];
  for (const proxy of proxies) {
    say(proxy.peer.key);
    const held = []; // until both are measured: what one kind gives back would be taken by the other
    try {
      const sse = await each(proxy, 'sse', counts, held);
      const websocket = proxy.peer.floor || proxy.peer.websocket ? await each(proxy, 'websocket', counts, held) : undefined;
      results.push({ key: proxy.peer.key, sse, websocket });
    } finally {
      for (const socket of held.flat()) socket.destroy();
      await pause(300);
    }
  }
  return results;
}
