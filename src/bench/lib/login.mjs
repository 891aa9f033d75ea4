// Logs in through a gateway at the demo provider, as a browser would.
// node:http rather than fetch, which sends Fetch Metadata of its own.
import { request } from 'node:http';

const HOPS = 15;

/** One request at a time, with a jar per host: the gateway and the provider are different sites. */
class Client {
  #jars = new Map();

  ask(url, { method = 'GET', headers = {}, body } = {}) {
    return new Promise((done, fail) => {
      const outgoing = request(url, { method, agent: false, headers: { ...NAVIGATION, Cookie: this.cookies(url), ...headers } }, async (incoming) => {
        try {
          for (const line of incoming.headers['set-cookie'] ?? []) this.#keep(url, line);
          let text = '';
          for await (const chunk of incoming) text += chunk;
          done({ status: incoming.statusCode, location: incoming.headers.location, text });
        } catch (fault) {
          fail(fault);
        }
      });
      outgoing.on('error', fail);
      outgoing.end(body);
    });
  }

  #jar(url) {
    const { host } = new URL(url);
    if (!this.#jars.has(host)) this.#jars.set(host, new Map());
    return this.#jars.get(host);
  }

  #keep(url, line) {
    const [pair] = line.split(';');
    const at = pair.indexOf('=');
    const over = /max-age=0(?!\d)/i.test(line) || Date.parse(line.match(/expires=([^;]+)/i)?.[1]) < Date.now();
    if (over) this.#jar(url).delete(pair.slice(0, at));
    else this.#jar(url).set(pair.slice(0, at), pair.slice(at + 1));
  }

  /** The Cookie header for an address. */
  cookies(url) {
    return [...this.#jar(url)].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

const NAVIGATION = {
  Accept: 'text/html',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Site': 'none',
  'Sec-Fetch-User': '?1',
  'Upgrade-Insecure-Requests': '1',
};

/** Starts at a path of the gateway, fills in the provider's form, ends where the gateway redirects no more: the Cookie header. */
export async function logIn(origin, path, username = 'alice', password = 'wonderland') {
  const client = new Client();
  const trace = [];
  let asked = false;
  let url = origin + path;
  for (let hop = 0; hop < HOPS; hop++) {
    const page = await client.ask(url);
    trace.push(`${page.status} ${url.replace(/\?.*/, '')}`);
    if (page.location) {
      url = new URL(page.location, url).href;
    } else if (new URL(url).origin === origin) {
      if (!asked) break;
      return client.cookies(origin);
    } else {
      url = await submit(client, url, page, { username, password });
      asked = true;
    }
  }
  throw new Error(`no login at ${origin}:\n${trace.join('\n')}`);
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
