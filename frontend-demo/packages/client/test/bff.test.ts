import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BffError, createBff, finishPopup, loginSilently, type Bff, type BffOptions, type Problem, type Session } from '../src/index.js';
import { ALICE, desk, loggedIn, nobody, problem, Stream } from './desk.js';

const opened: Bff[] = [];
const bffWith = (options: BffOptions = {}) => {
  const bff = createBff(options);
  opened.push(bff);
  return bff;
};
let assign: ReturnType<typeof vi.spyOn>;
const wentTo = () => new URL(String(assign.mock.lastCall?.[0]), location.origin);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  location.href = 'https://app.example/orders?page=2#row-7';
  assign = vi.spyOn(location, 'assign').mockImplementation(() => {});
  vi.stubGlobal('EventSource', Stream);
});
afterEach(() => {
  opened.splice(0).forEach((bff) => bff.dispose());
  Stream.open = [];
  sessionStorage.clear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);
const reasonOf = (session: Session) => (session.status === 'anonymous' ? session.reason : session.status);

// ---- who is logged in

test('it knows nothing before it has asked, and then who is logged in', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn(1800) });
  const bff = bffWith();
  expect(bff.getSnapshot()).toEqual({ status: 'loading' });
  expect(gateway.calls).toHaveLength(0);
  const session = await bff.check();
  expect(session).toMatchObject({ status: 'authenticated', user: ALICE, id: 'ticket-1', expiresIn: 28_800, idleExpiresIn: 1800, expiringSoon: false, extendable: true });
  expect(session.status === 'authenticated' && session.endsAt).toBe(Date.now() + 1_800_000);
});

test('checking does not slide the session, extending does, and both prove their origin', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn() });
  const bff = bffWith();
  await bff.check();
  await bff.extend();
  expect(gateway.calls.map((call) => new URL(call.url).search)).toEqual(['?touch=false', '']);
  expect(gateway.calls.every((call) => call.headers.get('X-CSRF') === '1')).toBe(true);
});

test('questions put at the same time share one request', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn() });
  const bff = bffWith();
  await Promise.all([bff.check(), bff.check(), bff.check()]);
  expect(gateway.calls).toHaveLength(1);
});

test.each([
  ['a network failure', () => new TypeError('failed to fetch')],
  ['a dead session store', () => problem('session_store_unavailable', 503)],
  ['an answer that is not JSON', () => new Response('<html>')],
])('%s keeps who was logged in, and it asks again', async (_, broken) => {
  const gateway = desk({ '/auth/session': () => loggedIn() });
  const bff = bffWith();
  await bff.check();
  gateway.replies['/auth/session'] = broken;
  expect((await bff.check()).status).toBe('authenticated');
  gateway.replies['/auth/session'] = () => nobody;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(bff.getSnapshot().status).toBe('anonymous');
});

test('an answer that was asked for earlier does not undo a later one', async () => {
  let late!: (answer: typeof nobody) => void;
  const gateway = desk({ '/auth/session': () => new Promise((resolve) => (late = resolve)) });
  const bff = bffWith();
  const first = bff.check();
  await settle();
  gateway.replies['/auth/session'] = () => loggedIn();
  await bff.extend();
  late(nobody);
  await first;
  expect(bff.getSnapshot().status).toBe('authenticated');
});

// ---- the gateway's 401, and the upstream's

test.each([
  ['login_required', 'initial'],
  ['session_expired', 'expired'],
  ['session_ended', 'ended'],
])("the gateway's 401 %s means anonymous: %s", async (code, reason) => {
  desk({ '/api/orders': () => problem(code) });
  const bff = bffWith();
  const heard = vi.fn();
  bff.on('unauthenticated', heard);
  const response = await bff.fetch('/api/orders');
  expect(((await response.json()) as Problem).code).toBe(code);
  expect(reasonOf(bff.getSnapshot())).toBe(reason);
  expect(heard).toHaveBeenCalledWith(expect.objectContaining({ code }));
  expect(assign).not.toHaveBeenCalled();
});

test('a call for step-up is no logout', async () => {
  desk({ '/auth/session': () => loggedIn(), '/api/orders': () => problem('step_up_required') });
  const bff = bffWith();
  const heard = vi.fn();
  bff.on('unauthenticated', heard);
  await bff.check();
  await bff.fetch('/api/orders');
  expect(bff.getSnapshot().status).toBe('authenticated');
  expect(heard).toHaveBeenCalledOnce();
});

test.each([
  ['plain JSON', () => Response.json({ error: 'invalid_token' }, { status: 401 })],
  ['a problem of its own', () => problem('x', 401, { type: 'https://api.example/problems/unauthorized' })],
  ['a broken problem', () => new Response('{', { status: 401, headers: { 'Content-Type': 'application/problem+json' } })],
])("an upstream's 401 (%s) is the app's business", async (_, refusal) => {
  desk({ '/auth/session': () => loggedIn(), '/api/orders': refusal });
  const bff = bffWith({ onUnauthenticated: 'login' });
  await bff.check();
  expect((await bff.fetch('/api/orders')).status).toBe(401);
  expect(bff.getSnapshot().status).toBe('authenticated');
  expect(assign).not.toHaveBeenCalled();
});

test("another origin's 401 is never taken for the gateway's", async () => {
  desk({ '/auth/session': () => loggedIn(), '/x': () => problem('session_expired') });
  const bff = bffWith();
  await bff.check();
  await bff.fetch('https://elsewhere.example/x');
  expect(bff.getSnapshot().status).toBe('authenticated');
});

test('a 401 that is older than a new login does not log out', async () => {
  let late!: (answer: Response) => void;
  const gateway = desk({ '/auth/session': () => loggedIn(), '/api/slow': () => new Promise((resolve) => (late = resolve)) });
  const bff = bffWith();
  await bff.check();
  const slow = bff.fetch('/api/slow');
  await settle();
  gateway.replies['/auth/session'] = () => loggedIn(1800, 'ticket-2');
  await bff.check();
  late(problem('session_expired'));
  await slow;
  expect(bff.getSnapshot()).toMatchObject({ status: 'authenticated', id: 'ticket-2' });
});

test('onUnauthenticated sends to the login page, or asks the app', async () => {
  desk({ '/api/orders': () => problem('session_expired') });
  await bffWith({ onUnauthenticated: 'login' }).fetch('/api/orders');
  expect(wentTo().pathname).toBe('/auth/login');
  assign.mockClear();
  const decide = vi.fn((_: Problem, login: () => void) => login());
  await bffWith({ onUnauthenticated: decide }).fetch('/api/orders');
  expect(decide).toHaveBeenCalledOnce();
  expect(wentTo().searchParams.get('return_to')).toBe('/orders?page=2#row-7');
});

test.each(['https://evil.example/phish', '//evil.example/phish'])("a problem's login address %s is not followed: it is of another origin", async (address) => {
  desk({ '/api/orders': () => problem('session_expired', 401, { login_url: address }) });
  await bffWith({ onUnauthenticated: 'login' }).fetch('/api/orders');
  expect(wentTo().origin).toBe('https://app.example');
  expect(wentTo().pathname).toBe('/auth/login');
});

test("a problem's login address may be another one of this origin, whatever its path looks like", async () => {
  desk({ '/api/orders': () => problem('session_expired', 401, { login_url: 'https://app.example//evil.example/login?provider=b' }) });
  await bffWith({ onUnauthenticated: 'login' }).fetch('/api/orders');
  expect(wentTo().href).toMatch(/^https:\/\/app\.example\/\/evil\.example\/login\?provider=b&return_to=/);
});

// ---- calls

test('X-CSRF goes to the own origin only, where it causes no preflight', async () => {
  const gateway = desk();
  const bff = bffWith();
  await bff.fetch('/api/orders');
  await bff.fetch('https://elsewhere.example/api');
  await bff.fetch(new Request('https://app.example/api/x', { headers: { 'X-Own': 'kept' } }));
  expect(gateway.calls.map((call) => call.headers.get('X-CSRF'))).toEqual(['1', null, '1']);
  expect(gateway.calls[2]!.headers.get('X-Own')).toBe('kept');
});

test('json sends and reads JSON, and fails with the problem', async () => {
  const gateway = desk({ '/api/orders': () => Response.json({ id: 7 }), '/api/none': () => new Response(null, { status: 204 }), '/api/no': () => problem('forbidden', 403) });
  const bff = bffWith();
  expect(await bff.json('/api/orders', { method: 'POST', json: { item: 'hat' } })).toEqual({ id: 7 });
  expect(gateway.calls[0]!.headers.get('Content-Type')).toBe('application/json');
  expect(await gateway.calls[0]!.json()).toEqual({ item: 'hat' });
  expect(await bff.json('/api/none')).toBeUndefined();
  const failure = await bff.json('/api/no').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(BffError);
  expect((failure as BffError).problem.code).toBe('forbidden');
});

test("an upstream's error without a problem still tells its status", async () => {
  desk({ '/api/orders': () => new Response('oops', { status: 500 }) });
  const failure = (await bffWith().json('/api/orders').catch((error: unknown) => error)) as BffError;
  expect(failure.problem).toMatchObject({ type: 'about:blank', status: 500 });
  expect(await failure.response.text()).toBe('oops');
});

test('refreshing tokens takes over the answer, and fails loudly', async () => {
  const gateway = desk({ '/auth/session/refresh': () => loggedIn(900) });
  const bff = bffWith();
  expect(await bff.refreshTokens()).toMatchObject({ idleExpiresIn: 900 });
  expect(gateway.calls[0]!.method).toBe('POST');
  gateway.replies['/auth/session/refresh'] = () => problem('provider_unavailable', 503);
  await expect(bff.refreshTokens()).rejects.toBeInstanceOf(BffError);
  expect(bff.getSnapshot().status).toBe('authenticated');
});

// ---- login and logout

test('login returns to this very place, fragment included', () => {
  desk();
  bffWith().login();
  expect(wentTo().pathname).toBe('/auth/login');
  expect(wentTo().searchParams.get('return_to')).toBe('/orders?page=2#row-7');
});

test('login passes its options on under the names of the wire, and nothing else', () => {
  desk();
  bffWith({ base: '/bff' }).login({ returnTo: '/a', provider: 'main', prompt: 'login', loginHint: 'al', acrValues: 'gold', maxAge: 0, uiLocales: 'de', ...({ type: 'click' } as object) });
  expect(wentTo().pathname).toBe('/bff/login');
  expect(Object.fromEntries(wentTo().searchParams)).toEqual({ return_to: '/a', provider: 'main', prompt: 'login', login_hint: 'al', acr_values: 'gold', max_age: '0', ui_locales: 'de' });
});

test('an address that is too long for the gateway is not sent', () => {
  desk();
  location.href = `https://app.example/orders#${'x'.repeat(2048)}`;
  bffWith().login();
  expect(wentTo().searchParams.get('return_to')).toBe('/');
});

test('a silent login is tried once per tab', () => {
  desk();
  expect(loginSilently(bffWith())).toBe(true);
  expect(wentTo().searchParams.get('prompt')).toBe('none');
  expect(loginSilently(bffWith())).toBe(false);
  expect(assign).toHaveBeenCalledOnce();
});

test('logout ends the session with a POST and then goes where the gateway says', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn(), '/auth/logout': () => Response.json({ location: '/auth/logout/continue' }) });
  const bff = bffWith();
  await bff.check();
  await bff.logout({ returnTo: '/bye', scope: 'all' });
  const [call] = gateway.to('/auth/logout');
  expect(call!.method).toBe('POST');
  expect(call!.headers.get('X-CSRF')).toBe('1');
  expect(Object.fromEntries(new URL(call!.url).searchParams)).toEqual({ return_to: '/bye', scope: 'all' });
  expect(reasonOf(bff.getSnapshot())).toBe('logged_out');
  expect(wentTo().pathname).toBe('/auth/logout/continue');
});

test('a logout that the gateway refuses is no logout', async () => {
  desk({ '/auth/session': () => loggedIn(), '/auth/logout': () => problem('session_store_unavailable', 503) });
  const bff = bffWith();
  await bff.check();
  await expect(bff.logout()).rejects.toBeInstanceOf(BffError);
  expect(bff.getSnapshot().status).toBe('authenticated');
  expect(assign).not.toHaveBeenCalled();
});

test('a check under way when the user logs out does not bring the user back', async () => {
  let late!: (answer: ReturnType<typeof loggedIn>) => void;
  desk({ '/auth/session': () => new Promise((resolve) => (late = resolve)), '/auth/logout': () => Response.json({ location: '/auth/logout/continue' }) });
  const bff = bffWith();
  const checking = bff.check();
  await settle();
  await bff.logout();
  late(loggedIn());
  await checking;
  expect(reasonOf(bff.getSnapshot())).toBe('logged_out');
});

test('a popup login is done when the session is a new one', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn() });
  const open = vi.fn(() => ({}) as Window);
  vi.stubGlobal('open', open);
  const bff = bffWith();
  await bff.check();
  const done = vi.fn();
  void bff.loginPopup({ returnTo: '/popup.html', acrValues: 'gold' }).then(done);
  expect(String(open.mock.calls[0]?.[0 as never])).toContain('return_to=%2Fpopup.html');
  await bff.check();
  expect(done).not.toHaveBeenCalled();
  gateway.replies['/auth/session'] = () => loggedIn(1800, 'ticket-2');
  await bff.check();
  await settle();
  expect(done).toHaveBeenCalledWith(expect.objectContaining({ id: 'ticket-2' }));
});

test('a popup login ends when the popup is blocked, or the app gives up', async () => {
  desk();
  vi.stubGlobal('open', () => null);
  await expect(bffWith().loginPopup({ returnTo: '/popup.html' })).rejects.toThrow('blocked');
  vi.stubGlobal('open', () => ({}) as Window);
  const cancel = new AbortController();
  const waiting = bffWith().loginPopup({ returnTo: '/popup.html', signal: cancel.signal });
  cancel.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
});

// ---- time

test('it asks before it warns, and warns on the answer', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn(100) });
  const bff = bffWith({ warnSeconds: 30 });
  const warned = vi.fn();
  bff.on('expiring', warned);
  await bff.check();
  await vi.advanceTimersByTimeAsync(69_999);
  expect(gateway.calls).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1); // calls have slid the session meanwhile
  expect(gateway.calls).toHaveLength(2);
  expect(warned).not.toHaveBeenCalled();
  gateway.replies['/auth/session'] = () => loggedIn(30);
  await vi.advanceTimersByTimeAsync(70_000);
  expect(warned).toHaveBeenCalledWith(30);
  expect(bff.getSnapshot()).toMatchObject({ expiringSoon: true });
});

test('a session that ran out is expired, one that went earlier has ended', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn(20) });
  const bff = bffWith();
  await bff.check();
  gateway.replies['/auth/session'] = () => nobody;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reasonOf(bff.getSnapshot())).toBe('ended');
  gateway.replies['/auth/session'] = () => loggedIn(5);
  await bff.check();
  gateway.replies['/auth/session'] = () => nobody;
  await vi.advanceTimersByTimeAsync(5_500);
  expect(reasonOf(bff.getSnapshot())).toBe('expired');
});

test('a session of a hundred days does not overflow the timer', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn(8_640_000, 'ticket-1', 8_640_000) });
  await bffWith().check();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(gateway.calls).toHaveLength(1);
});

// ---- the other tabs, and the stream

test('a change reaches the other tabs, which ask for themselves', async () => {
  const said: unknown[] = [];
  const other = new BroadcastChannel('cloakroom-session');
  other.onmessage = ({ data }) => said.push(data);
  desk({ '/auth/session': () => loggedIn() });
  const bff = bffWith();
  await bff.check();
  await bff.check();
  await vi.waitFor(() => expect(said).toEqual(['changed']));
  other.close();
});

test('news from another tab make it ask, even when a question is under way', async () => {
  let late!: (answer: typeof nobody) => void;
  const gateway = desk({ '/auth/session': () => new Promise((resolve) => (late = resolve)) });
  const bff = bffWith();
  void bff.check();
  await settle();
  vi.stubGlobal('close', () => {});
  gateway.replies['/auth/session'] = () => loggedIn();
  finishPopup();
  const channel = new BroadcastChannel('cloakroom-session'); // hears what the page heard
  await new Promise<void>((heard) => {
    channel.onmessage = () => heard();
    finishPopup();
  });
  channel.close();
  late(nobody);
  await vi.waitFor(() => expect(bff.getSnapshot().status).toBe('authenticated'));
});

test('it listens to the event stream only while somebody is logged in', async () => {
  const gateway = desk();
  const bff = bffWith();
  await bff.check();
  expect(Stream.open).toHaveLength(0);
  gateway.replies['/auth/session'] = () => loggedIn();
  await bff.check();
  expect(Stream.open.map(({ url }) => url)).toEqual(['/auth/events']);
  gateway.replies['/auth/session'] = () => nobody;
  Stream.open[0]!.dispatchEvent(new Event('session_ended'));
  await settle();
  expect(reasonOf(bff.getSnapshot())).toBe('ended');
  expect(Stream.open).toHaveLength(0);
});

test('a stream that was refused is opened again later', async () => {
  desk({ '/auth/session': () => loggedIn() });
  await bffWith().check();
  const [refused] = Stream.open;
  refused!.close();
  refused!.onerror!();
  expect(Stream.open).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(40_000);
  expect(Stream.open).toHaveLength(1);
});

test('one tab holds the stream for all', async () => {
  const waiting: Array<() => Promise<void>> = [];
  vi.stubGlobal('navigator', { locks: { request: (_: string, __: unknown, hold: () => Promise<void>) => (waiting.push(hold), new Promise<void>(() => {})) } });
  desk({ '/auth/session': () => loggedIn() });
  await bffWith().check();
  await bffWith().check();
  expect(waiting).toHaveLength(2);
  expect(Stream.open).toHaveLength(0);
  void waiting[0]!();
  expect(Stream.open).toHaveLength(1);
});

test('coming back to the page makes it ask', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn() });
  await bffWith().check();
  for (const event of ['online', 'visibilitychange']) {
    window.dispatchEvent(new Event(event));
    await settle();
  }
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await settle();
  expect(gateway.calls).toHaveLength(4);
});

test('after dispose nothing is asked and nothing listens', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn(20) });
  const bff = bffWith();
  await bff.check();
  bff.dispose();
  window.dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(gateway.calls).toHaveLength(1);
  expect(Stream.open).toHaveLength(0);
});
