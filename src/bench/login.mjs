// Logs in at the demo provider as a browser would, and answers the value of the session cookie.

/** Follows one redirect at a time, keeping a jar per host, because host decides where a cookie goes. */
class Client {
  #jars = new Map();

  async ask(url, init = {}) {
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map();
    this.#jars.set(host, jar);
    const response = await fetch(url, {
      redirect: 'manual',
      ...init,
      headers: {
        Accept: 'text/html',
        Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        'Sec-Fetch-Mode': 'navigate',
        'Sec-Fetch-Dest': 'document',
        'Sec-Fetch-Site': 'none',
        ...init.headers,
      },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  cookie(origin, name) {
    return this.#jars.get(new URL(origin).host)?.get(name);
  }
}

export async function logIn(origin, username, password) {
  const client = new Client();
  let url = `${origin}/auth/login`;
  for (let hop = 0; hop < 12; hop++) {
    const response = await client.ask(url);
    const location = response.headers.get('location');
    if (location) {
      url = new URL(location, url).href;
      const session = client.cookie(origin, '__Host-Http-session');
      if (session) return session;
      continue;
    }
    const page = await response.text();
    const form = page.match(/<form[^>]*action="([^"]+)"/);
    if (!response.ok || !form) throw new Error(`the login stopped at ${new URL(url).pathname}: ${response.status}`);
    const fields = new URLSearchParams();
    for (const [tag] of page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      fields.set(tag.match(/name="([^"]+)"/)[1], tag.match(/value="([^"]*)"/)?.[1] ?? '');
    }
    fields.set('username', username);
    fields.set('password', password);
    const posted = await client.ask(new URL(form[1].replaceAll('&amp;', '&'), url), {
      method: 'POST',
      body: fields,
      headers: { Origin: new URL(url).origin, 'Sec-Fetch-Site': 'same-origin' },
    });
    const next = posted.headers.get('location');
    if (!next) throw new Error(`the provider did not take the password: ${posted.status}`);
    url = new URL(next, url).href;
  }
  throw new Error('the login went in circles');
}
