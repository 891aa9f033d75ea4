import { errorOf, isGateways, problemOf } from './problem.js';
import { listenTo } from './stream.js';
import { CHANNEL, NEWS } from './tabs.js';
import type { AnonymousReason, Authenticated, Bff, BffEvents, BffOptions, LoginOptions, Problem, Session, SessionAnswer } from './types.js';

const LONGEST_TIMER = 2 ** 31 - 1; // 24.8 days: beyond it, setTimeout fires at once
const POPUP_MS = 120_000;
const LONGEST_RETURN_TO = 2048;
/** How often to ask while the end is near or the gateway does not answer: calls slide the session without telling the page. */
const POLL_MS = 10_000;
const REASONS: Record<string, AnonymousReason> = { session_expired: 'expired', session_ended: 'ended' };
const PARAMETERS = ['returnTo', 'provider', 'prompt', 'loginHint', 'acrValues', 'maxAge', 'uiLocales'] as const;

/** The gateway's front desk, for one page. It does nothing until somebody subscribes, listens, asks or calls. */
export function createBff(options: BffOptions = {}): Bff {
  const { base = '/auth', onUnauthenticated = 'event', events = true, refetchOnFocus = true, warnSeconds = 60, channel = CHANNEL } = options;
  const bus = new EventTarget();
  const leaving = new AbortController();
  let state: Session = { status: 'loading' };
  let tabs: BroadcastChannel | undefined;
  let started = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopListening: (() => void) | undefined;
  let asking: Promise<Session> | undefined;
  let queued: Promise<Session> | undefined;
  let asked = 0; // questions are numbered, so that an old answer cannot undo newer knowledge
  let known = 0;

  const emit = <K extends keyof BffEvents>(event: K, detail: BffEvents[K]) => bus.dispatchEvent(new CustomEvent(event, { detail }));

  // ---- what is known

  function become(next: Session, number = ++asked): Session {
    if (leaving.signal.aborted) return state;
    const news = next.status !== state.status;
    state = next;
    known = number;
    clearTimeout(timer);
    if (next.status === 'authenticated') {
      watch(next);
      if (events && typeof EventSource !== 'undefined') stopListening ??= listenTo(`${base}/events`, `${channel || CHANNEL}:events`, ask);
    } else {
      stopListening?.();
      stopListening = undefined;
    }
    emit('change', next);
    if (news) tabs?.postMessage(NEWS);
    return next;
  }

  const askIn = (ms: number) => {
    clearTimeout(timer);
    if (!leaving.signal.aborted) timer = setTimeout(ask, Math.min(Math.max(0, ms), LONGEST_TIMER));
  };

  /** The timer is only a reason to ask; `expiring` is raised on the answer. */
  function watch({ endsAt, expiringSoon }: Authenticated): void {
    const left = endsAt - Date.now();
    askIn(expiringSoon ? Math.min(left + 500, POLL_MS) : left - warnSeconds * 1000);
    if (expiringSoon) emit('expiring', Math.max(0, Math.ceil(left / 1000)));
  }

  function take(answer: SessionAnswer, number: number): Session {
    if (!answer.authenticated) return become({ status: 'anonymous', reason: whyAnonymous() }, number);
    const { user, provider, session } = answer;
    const left = Math.min(session.expires_in, session.idle_expires_in);
    const next: Authenticated = {
      status: 'authenticated',
      user,
      provider,
      id: session.id,
      expiresIn: session.expires_in,
      idleExpiresIn: session.idle_expires_in,
      authTime: session.auth_time,
      acr: session.acr,
      endsAt: Date.now() + left * 1000,
      expiringSoon: left <= warnSeconds,
      extendable: session.idle_expires_in < session.expires_in,
    };
    return become(next, number);
  }

  function whyAnonymous(): AnonymousReason {
    if (state.status === 'authenticated') return Date.now() >= state.endsAt ? 'expired' : 'ended';
    return state.status === 'anonymous' ? state.reason : 'initial';
  }

  // ---- talking to the gateway

  const call = (path: string, init?: RequestInit) =>
    globalThis.fetch(base + path, { cache: 'no-store', ...init, headers: { Accept: 'application/json', 'X-CSRF': '1' } });

  /** An outage is not a logout: without a usable answer the last known state stays, and the question is put again. */
  async function takeFrom(response: Response | Promise<Response>): Promise<Session> {
    const number = ++asked;
    try {
      const answer = await response;
      if (answer.ok) {
        const told = (await answer.json()) as SessionAnswer;
        return number > known ? take(told, number) : state;
      }
    } catch {
      // no answer, or none that can be read
    }
    askIn(POLL_MS);
    return state;
  }

  function check(): Promise<Session> {
    start();
    return (asking ??= takeFrom(call('/session?touch=false')).finally(() => (asking = undefined)));
  }

  /** There are news, so an answer that is under way may be too old. */
  function ask(): void {
    if (asking) queued ??= asking.then(() => ((queued = undefined), check()));
    else void check();
  }

  // ---- logging in

  function here(): string {
    const full = location.pathname + location.search + location.hash; // the fragment never reaches a server by itself
    return full.length > LONGEST_RETURN_TO ? '/' : full;
  }

  function loginUrl(to: LoginOptions = {}, from = `${base}/login`): string {
    const url = new URL(from, location.origin);
    if (url.origin !== location.origin) return loginUrl(to);
    for (const name of PARAMETERS) {
      const value = to[name] ?? (name === 'returnTo' ? here() : undefined);
      if (value !== undefined) url.searchParams.set(name.replace(/[A-Z]/g, '_$&').toLowerCase(), `${value}`);
    }
    return url.href;
  }

  const login = (to?: LoginOptions) => location.assign(loginUrl(to));

  /** What is typed into the page survives, so no redirect unless the app asked for it. */
  function refused(problem: Problem): void {
    if (problem.code !== 'step_up_required') {
      become({ status: 'anonymous', reason: REASONS[problem.code ?? ''] ?? whyAnonymous() });
    }
    emit('unauthenticated', problem);
    const again = () => location.assign(loginUrl({}, problem.login_url));
    if (onUnauthenticated === 'login') again();
    else if (typeof onUnauthenticated === 'function') onUnauthenticated(problem, again);
  }

  const bffFetch: Bff['fetch'] = async (input, init) => {
    start();
    const request = new Request(input, init);
    if (new URL(request.url).origin !== location.origin) return globalThis.fetch(request); // a header of ours would cause a preflight
    request.headers.set('X-CSRF', '1');
    const since = known;
    const response = await globalThis.fetch(request);
    const problem = response.status === 401 ? await problemOf(response) : undefined;
    if (isGateways(problem)) {
      // Somebody may have logged in since the call was made: then its 401 is old, and only the gateway knows.
      if (since === known || (await check()).status !== 'authenticated' || problem.code === 'step_up_required') refused(problem);
    }
    return response;
  };

  // ---- the page

  function on<K extends keyof BffEvents>(event: K, listener: (value: BffEvents[K]) => void): () => void {
    start();
    const heard = (raw: Event) => listener((raw as CustomEvent).detail);
    bus.addEventListener(event, heard);
    return () => bus.removeEventListener(event, heard);
  }

  function start(): void {
    if (started || typeof document === 'undefined') return;
    started = true;
    const { signal } = leaving;
    if (channel && typeof BroadcastChannel !== 'undefined') {
      tabs = new BroadcastChannel(channel);
      tabs.onmessage = ask;
    }
    if (!refetchOnFocus) return;
    addEventListener('visibilitychange', () => document.visibilityState === 'visible' && ask(), { signal });
    addEventListener('online', ask, { signal });
    addEventListener('pageshow', (event) => event.persisted && ask(), { signal }); // the back-forward cache
  }

  return {
    getSnapshot: () => state,
    subscribe: (listener) => on('change', listener),
    on,
    check,
    extend: () => takeFrom(call('/session')),
    async refreshTokens() {
      const response = await bffFetch(`${base}/session/refresh`, { method: 'POST' });
      if (!response.ok) throw await errorOf(response);
      return takeFrom(response);
    },
    login,
    loginPopup({ signal = AbortSignal.timeout(POPUP_MS), ...to }) {
      const before = state.status === 'authenticated' && state.id;
      return new Promise((resolve, reject) => {
        if (!open(loginUrl(to), 'cloakroom-login', 'popup,width=480,height=680')) throw new Error('the browser blocked the popup');
        const stop = on('change', (now) => {
          if (now.status !== 'authenticated' || now.id === before) return;
          stop();
          resolve(now);
        });
        signal.addEventListener('abort', () => (stop(), reject(signal.reason)));
      });
    },
    async logout({ returnTo = '/', scope } = {}) {
      start();
      const query = new URLSearchParams({ return_to: returnTo, ...(scope && { scope }) });
      const response = await call(`/logout?${query}`, { method: 'POST' });
      if (!response.ok) throw await errorOf(response);
      const answer = (await response.json()) as { location: string };
      become({ status: 'anonymous', reason: 'logged_out' });
      location.assign(answer.location); // a fetch cannot follow a redirect to another origin
    },
    fetch: bffFetch,
    async json(input, { json, ...init } = {}) {
      const headers = new Headers(init.headers);
      if (json !== undefined) {
        init.body = JSON.stringify(json);
        if (!headers.has('Content-Type')) headers.set('Content-Type', 'application/json');
      }
      const response = await bffFetch(input, { ...init, headers });
      if (!response.ok) throw await errorOf(response);
      const text = await response.text();
      return text ? JSON.parse(text) : undefined;
    },
    dispose() {
      leaving.abort();
      clearTimeout(timer);
      stopListening?.();
      tabs?.close();
      tabs = undefined;
    },
  };
}
