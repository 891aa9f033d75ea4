import { vi } from 'vitest';
import type { SessionAnswer } from '../src/index.js';

export const ALICE = { sub: 'alice', name: 'Alice' };

/** What `/auth/session` says of a logged-in user; idle time first to run out. */
export const loggedIn = (idle = 1800, id = 'ticket-1', total = 28_800): SessionAnswer => ({
  authenticated: true,
  user: ALICE,
  provider: 'main',
  session: { id, expires_in: total, idle_expires_in: idle },
});
export const nobody: SessionAnswer = { authenticated: false, login_url: '/auth/login' };

export const problem = (code: string, status = 401, extra: object = {}) =>
  new Response(JSON.stringify({ type: `urn:cloakroom:problem:${code.replaceAll('_', '-')}`, title: code, status, code, login_url: '/auth/login', ...extra }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });

type Reply = SessionAnswer | Response | Error | Promise<SessionAnswer | Response>;

/** A gateway behind `fetch`: answers by path, and remembers what it was asked. */
export function desk(replies: Record<string, () => Reply> = {}) {
  const calls: Request[] = [];
  const answer = vi.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(new URL(String(input), location.href), init);
    calls.push(request);
    const reply = await (replies[new URL(request.url).pathname] ?? (() => nobody))();
    if (reply instanceof Error) throw reply;
    return reply instanceof Response ? reply : Response.json(reply);
  });
  vi.stubGlobal('fetch', answer);
  return {
    replies,
    calls,
    to: (path: string) => calls.filter((call) => new URL(call.url).pathname === path),
  };
}

/** Event streams that a test speaks through. */
export class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static open: Stream[] = [];
  readyState = 1;
  onerror?: () => void;

  constructor(readonly url: string) {
    super();
    Stream.open.push(this);
  }

  close() {
    this.readyState = Stream.CLOSED;
    Stream.open = Stream.open.filter((stream) => stream !== this);
  }
}
