// Logs in at the demo provider as a browser would, and answers the value of the session cookie.
// node:http rather than fetch, which sends Fetch Metadata of its own.
import { request } from 'node:http';

/** One request at a time, with a jar per host: the gateway and the provider are different sites. */
class Client {
  #jars = new Map();

  ask(url, { method = 'GET', headers = {}, body } = {}) {
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map();
    this.#jars.set(host, jar);
    return new Promise((done, fail) => {
      const outgoing = request(
        url,
        {
          method,
          headers: {
            Accept: 'text/html',
            Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
            'Sec-Fetch-Mode': 'navigate',
            'Sec-Fetch-Dest': 'document',
            'Sec-Fetch-Site': 'none',
            ...headers,
          },
        },
        async (incoming) => {
          for (const line of incoming.headers['set-cookie'] ?? []) {
            const [pair] = line.split(';');
            const at = pair.indexOf('=');
            if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
            else jar.set(pair.slice(0, at), pair.slice(at + 1));
          }
          let text = '';
          for await (const chunk of incoming) text += chunk;
          done({ status: incoming.statusCode, location: incoming.headers.location, text });
        },
      );
      outgoing.on('error', fail);
      outgoing.end(body);
    });
  }

  cookie(origin, name) {
    return this.#jars.get(new URL(origin).host)?.get(name);
  }
}

export async function logIn(origin, username, password) {
  const client = new Client();
  let url = `${origin}/auth/login`;
  for (let hop = 0; hop < 12; hop++) {
    const page = await client.ask(url);
    const session = client.cookie(origin, '__Host-Http-session');
    if (session) return session;
    if (page.location) {
      url = new URL(page.location, url).href;
      continue;
    }
    url = await submit(client, url, page, { username, password });
  }
  throw new Error('the login went in circles');
}

/** Fills in the first form of the page; answers where the provider sends the browser next. */
async function submit(client, url, page, answers) {
  const form = page.text.match(/<form[^>]*action="([^"]+)"/);
  if (page.status !== 200 || !form) throw new Error(`the login stopped at ${new URL(url).pathname}: ${page.status}`);
  const posted = await client.ask(new URL(form[1].replaceAll('&amp;', '&'), url).href, {
    method: 'POST',
    body: new URLSearchParams(answers).toString(),
    headers: {
      Origin: new URL(url).origin,
      'Sec-Fetch-Site': 'same-origin',
      'Content-Type': 'application/x-www-form-urlencoded',
    },
  });
  if (!posted.location) throw new Error(`the provider did not take the password: ${posted.status}`);
  return new URL(posted.location, url).href;
}
