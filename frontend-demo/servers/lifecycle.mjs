// How a demo server lives: it listens on loopback, says READY with its address, and ends with its parent.

/** Listens on 127.0.0.1; port 0 takes a free one. Resolves to the origin that was bound. */
export function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), '127.0.0.1', () => {
      server.off('error', reject);
      resolve(`http://127.0.0.1:${server.address().port}`);
    });
  });
}

/** The one line on stdout that a parent process waits for. */
export function ready(origin) {
  process.stdout.write(`READY ${origin}\n`);
}

/** A closed stdin means that the parent is gone, however it went; nothing may outlive it. */
export function endWithParent() {
  const end = () => process.exit(0);
  process.stdin.on('end', end).on('close', end).on('error', end).resume();
  process.on('SIGTERM', end).on('SIGINT', end);
}

/** An environment variable; without a default it is compulsory. */
export function setting(name, fallback) {
  const value = process.env[name] || fallback;
  if (value === undefined) {
    process.stderr.write(`The environment variable ${name} is missing.\n`);
    process.exit(2);
  }
  return value;
}

/** A request body, up to `limit` bytes; longer ones are an error. */
export async function bodyOf(request, limit = 64 * 1024) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
