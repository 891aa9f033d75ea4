// The provider's memory: maps without a bound on entries, since the library's own store keeps only the newest thousand
// and would forget sessions under load. Entries leave when they expire.

const GRANTABLE = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'PushedAuthorizationRequest']);

export class Store {
  #entries = new Map();
  #byUid = new Map();
  #byGrant = new Map();

  /** What the library asks for: one adapter per kind of thing it keeps. */
  adapter = (model) => ({
    upsert: async (id, payload, expiresIn) => this.#put(model, id, payload, expiresIn),
    find: async (id) => this.#get(`${model}:${id}`),
    findByUid: async (uid) => this.#get(this.#byUid.get(uid)),
    findByUserCode: async () => undefined,
    consume: async (id) => {
      const payload = this.#get(`${model}:${id}`);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => this.#drop(`${model}:${id}`),
    revokeByGrantId: async (grantId) => {
      for (const key of this.#byGrant.get(grantId) ?? []) this.#drop(key);
      this.#byGrant.delete(grantId);
    },
  });

  /** Everything of one kind that has not expired. */
  all(model) {
    const prefix = `${model}:`;
    return [...this.#entries.keys()].filter((key) => key.startsWith(prefix) && this.#get(key)).map((key) => this.#get(key));
  }

  /** Forgets what has expired. */
  sweep(now = Date.now()) {
    for (const [key, { expiresAt }] of this.#entries) if (expiresAt <= now) this.#drop(key);
  }

  #put(model, id, payload, expiresIn) {
    const key = `${model}:${id}`;
    this.#entries.set(key, { payload, expiresAt: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
    if (model === 'Session') this.#byUid.set(payload.uid, key);
    if (GRANTABLE.has(model) && payload.grantId) {
      if (!this.#byGrant.has(payload.grantId)) this.#byGrant.set(payload.grantId, new Set());
      this.#byGrant.get(payload.grantId).add(key);
    }
  }

  #get(key) {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.expiresAt > Date.now()) return entry.payload;
    this.#drop(key);
    return undefined;
  }

  #drop(key) {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    const { uid, grantId } = entry.payload;
    if (this.#byUid.get(uid) === key) this.#byUid.delete(uid);
    const members = this.#byGrant.get(grantId);
    members?.delete(key);
    if (members?.size === 0) this.#byGrant.delete(grantId);
  }
}
