// The provider as a test instrument, on a path that only tests switch on (TEST_CONTROLS=1). Everything is JSON.
//
//   GET    /test/requests      {counts: {"POST /token refresh_token": 1, …}, requests: [{method, path, grant, auth, dpop, status}]}
//   DELETE /test/requests      forgets them
//   POST   /test/faults        {path, method, grant, times = 1, delay_ms, hold, status, headers, body, drop: "before"|"after"}
//                              `hold` keeps the request until /test/release; `drop: "after"` does the work and loses the answer
//   DELETE /test/faults        removes all faults and lets go what is held
//   POST   /test/release       lets go what is held
//   GET    /test/held          {held: n}
//   POST   /test/client        client metadata to merge; {"gateway_origin": …} stands for what a gateway registers
//   POST   /test/sessions/end  {sub, notify = true}: ends a user's sessions, with back-channel logout → {ended, notified, failed}
//   POST   /test/keys/rotate   {keep_old = true}
//   POST   /test/ttl           {access_token, id_token, refresh_token} in seconds
import { bodyOf } from './lifecycle.mjs';

const KEPT_REQUESTS = 10_000;

export class Controls {
  #room;
  #requests = [];
  #counts = {};
  #faults = [];
  #held = new Set();

  /** `room`: the store, the token lifetimes, and how to register, to rotate keys and to reach the provider. */
  constructor(room) {
    this.#room = room;
  }

  async serve(pathname, request, response) {
    const action = this.#actions[`${request.method} ${pathname}`];
    const text = await bodyOf(request);
    const result = action ? ((await action(text ? JSON.parse(text) : {})) ?? {}) : { error: 'no such control' };
    response.writeHead(action ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(result));
  }

  #actions = {
    'GET /test/requests': () => ({ counts: this.#counts, requests: this.#requests }),
    'DELETE /test/requests': () => {
      this.#requests = [];
      this.#counts = {};
    },
    'POST /test/faults': (fault) => {
      this.#faults.push({ times: 1, ...fault });
    },
    'DELETE /test/faults': () => {
      this.#faults = [];
      return this.#release();
    },
    'POST /test/release': () => this.#release(),
    'GET /test/held': () => ({ held: this.#held.size }),
    'POST /test/client': async ({ gateway_origin: gateway, ...metadata }) =>
      this.#room.register({ ...(gateway ? this.#room.registration(gateway) : {}), ...metadata }),
    'POST /test/sessions/end': (asked) => this.#endSessions(asked),
    'POST /test/keys/rotate': ({ keep_old: keepOld = true }) => this.#room.rotateKeys(keepOld),
    'POST /test/ttl': (ttl) => Object.assign(this.#room.ttl, ttl),
  };

  #release() {
    const released = this.#held.size;
    for (const letGo of this.#held) letGo();
    this.#held.clear();
    return { released };
  }

  /** Writes a request down, with the grant it asks for; its status follows when it is answered. */
  async note(request, response, pathname) {
    let grant;
    if (request.method === 'POST' && (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded') && !pathname.startsWith('/interaction/')) {
      request.body = await bodyOf(request); // the library takes a body that was read already
      grant = new URLSearchParams(request.body).get('grant_type') ?? undefined;
    }
    const seen = {
      method: request.method,
      path: pathname,
      grant,
      auth: authentication(request),
      dpop: request.headers.dpop !== undefined,
      status: undefined,
    };
    response.on('finish', () => (seen.status = response.statusCode));
    const name = [request.method, pathname.startsWith('/interaction/') ? '/interaction' : pathname, grant].filter(Boolean).join(' ');
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
    this.#requests.push(seen);
    if (this.#requests.length > KEPT_REQUESTS) this.#requests.shift();
    return seen;
  }

  /** Notes the request and applies the first fault meant for it. False: it has been answered, or dropped. */
  async allows(pathname, request, response) {
    const { method, grant } = await this.note(request, response, pathname);
    const fault = this.#take(method, pathname, grant);
    if (!fault) return true;
    if (fault.hold) await new Promise((letGo) => this.#held.add(letGo));
    if (fault.delay_ms) await new Promise((done) => setTimeout(done, fault.delay_ms));
    if (fault.drop === 'before') {
      request.socket.destroy();
      return false;
    }
    if (fault.drop === 'after') loseAnswer(response);
    if (fault.status === undefined) return true;
    response.writeHead(fault.status, { 'Content-Type': 'application/json', ...fault.headers });
    response.end(typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? { error: 'server_error' }));
    return false;
  }

  #take(method, path, grant) {
    const fits = (wanted, actual) => wanted === undefined || wanted === actual;
    const fault = this.#faults.find((one) => one.times > 0 && one.path === path && fits(one.method, method) && fits(one.grant, grant));
    if (fault) fault.times -= 1;
    return fault;
  }

  async #endSessions({ sub, notify = true }) {
    const { store, provider } = this.#room;
    const outcome = { ended: 0, notified: 0, failed: 0 };
    for (const { uid, accountId } of store.all('Session')) {
      if (accountId !== sub) continue;
      const session = await provider().Session.findByUid(uid);
      for (const [clientId, { sid, grantId }] of Object.entries(session.authorizations ?? {})) {
        await store.adapter('RefreshToken').revokeByGrantId(grantId);
        await store.adapter('Grant').destroy(grantId);
        if (!notify) continue;
        const client = await provider().Client.find(clientId);
        const told = await client.backchannelLogout(sub, sid).then(() => 'notified', () => 'failed');
        outcome[told] += 1;
      }
      await session.destroy();
      outcome.ended += 1;
    }
    return outcome;
  }
}

/** Which way the client authenticated itself; never with what. */
function authentication(request) {
  if (/^basic /i.test(request.headers.authorization ?? '')) return 'client_secret_basic';
  const form = new URLSearchParams(request.body ?? '');
  if (form.has('client_secret')) return 'client_secret_post';
  return form.has('client_assertion') ? 'private_key_jwt' : undefined;
}

/** The work is done, and then the connection dies: the worst moment for a token that may be used once. */
function loseAnswer(response) {
  response.write = () => true;
  response.end = () => {
    response.socket?.destroy();
    return response;
  };
}
