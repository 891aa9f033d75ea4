/** Apps declare their claims once: `declare module '@cloakroom/client' { interface Register { user: MyUser } }`. */
export interface Register {}

/** The allow-listed claims of whoever is logged in. */
export type User = Register extends { user: infer U }
  ? U
  : { sub: string; name?: string; preferred_username?: string; email?: string; [claim: string]: unknown };

/** What `GET /auth/session` and `POST /auth/session/refresh` answer. Times are relative seconds: client clocks are wrong. */
export type SessionAnswer =
  | { authenticated: false; login_url: string }
  | {
      authenticated: true;
      user: User;
      provider: string;
      session: { id: string; expires_in: number; idle_expires_in: number; auth_time?: number; acr?: string };
    };

/** An error in the words of RFC 9457. The gateway's own have a `type` below `urn:cloakroom:problem:`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code?: string;
  detail?: string;
  login_url?: string;
  trace_id?: string;
}

/** `initial`: nobody was logged in. `expired`: a deadline passed. `ended`: any other cause. */
export type AnonymousReason = 'initial' | 'logged_out' | 'expired' | 'ended';

export interface Authenticated {
  status: 'authenticated';
  user: User;
  provider: string;
  /** The public handle of the session; never the cookie. */
  id: string;
  /** Seconds to the session's latest end, as of the answer. */
  expiresIn: number;
  /** Seconds to its end without activity, as of the answer. */
  idleExpiresIn: number;
  authTime?: number;
  acr?: string;
  /** When the session ends if nothing slides it, in milliseconds by this page's clock. */
  endsAt: number;
  /** The end is closer than `warnSeconds`. */
  expiringSoon: boolean;
  /** Activity moves the end; false when the latest end comes first. */
  extendable: boolean;
}

export type Session = { status: 'loading' } | { status: 'anonymous'; reason: AnonymousReason } | Authenticated;

export interface LoginOptions {
  /** A same-origin path; the page's own address, fragment included, when absent. */
  returnTo?: string;
  provider?: string;
  prompt?: 'login' | 'none' | 'consent' | 'select_account' | 'create';
  loginHint?: string;
  acrValues?: string;
  /** Seconds: how old the login at the provider may be. */
  maxAge?: number;
  uiLocales?: string;
}

export interface PopupOptions extends LoginOptions {
  /** The page that calls `finishPopup()`. */
  returnTo: string;
  /** When to give up; default after two minutes. A closed popup cannot be told from one that went to the provider. */
  signal?: AbortSignal;
}

export interface LogoutOptions {
  /** A same-origin path; default `/`. */
  returnTo?: string;
  /** `all` ends the user's sessions in other browsers too. */
  scope?: 'all';
}

export interface BffOptions {
  /** Where the gateway's own endpoints are; default `/auth`. */
  base?: string;
  /** What a 401 of the gateway does; default `'event'`, because a redirect loses what the user typed. */
  onUnauthenticated?: 'event' | 'login' | ((problem: Problem, login: () => void) => void);
  /** Listen to `/auth/events` while logged in; default true. */
  events?: boolean;
  /** Ask again when the page becomes visible; default true. */
  refetchOnFocus?: boolean;
  /** `expiring` is raised this long before the session ends; default 60. */
  warnSeconds?: number;
  /** Name of the BroadcastChannel that ties the tabs together; `false` for none. */
  channel?: string | false;
}

export interface BffEvents {
  change: Session;
  /** Seconds left. */
  expiring: number;
  /** A call came back with the gateway's 401. */
  unauthenticated: Problem;
}

export interface Bff {
  getSnapshot(): Session;
  subscribe(listener: () => void): () => void;
  on<K extends keyof BffEvents>(event: K, listener: (value: BffEvents[K]) => void): () => void;
  /** Asks who is logged in, without sliding the session. An outage keeps what was known. */
  check(): Promise<Session>;
  /** Asks and slides: what "I am still here" does. An outage keeps what was known. */
  extend(): Promise<Session>;
  /** Makes the gateway fetch fresh tokens now, for example after the user's roles changed. Fails with a `BffError`. */
  refreshTokens(): Promise<Session>;
  /** Leaves the page for the provider's login page. */
  login(options?: LoginOptions): void;
  /** Logs in beside the page, which keeps what was typed. Call it in the click handler, or the browser blocks it. */
  loginPopup(options: PopupOptions): Promise<Session>;
  /** Ends the session, then leaves the page to end the provider's too. Fails with a `BffError`. */
  logout(options?: LogoutOptions): Promise<void>;
  /** `fetch` that proves its origin to the gateway and notices the gateway's 401s. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** `fetch` for JSON. Fails with a `BffError` unless the answer is 2xx; an empty body is `undefined`. */
  json<T>(input: RequestInfo | URL, init?: RequestInit & { json?: unknown }): Promise<T>;
  /** Stops timers, listeners and the event stream. */
  dispose(): void;
}
