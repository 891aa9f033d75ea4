import { act, StrictMode, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBff, type Bff, type BffOptions } from '../src/index.js';
import { BffProvider, RequireAuth, SignedIn, SignedOut, useBff, useSession, useSessionExpiry, useUser } from '../src/react.js';
import { desk, loggedIn, nobody, problem } from './desk.js';

let root: Root;
let bff: Bff;
let assign: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  location.href = 'https://app.example/orders';
  assign = vi.spyOn(location, 'assign').mockImplementation(() => {});
  document.body.innerHTML = '<div id="root"></div>';
  root = createRoot(document.getElementById('root')!);
});
afterEach(() => {
  act(() => root.unmount());
  bff?.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const show = async (children: ReactNode, options: BffOptions = {}) => {
  bff = createBff({ events: false, channel: false, ...options });
  await act(async () => root.render(<StrictMode><BffProvider client={bff}>{children}</BffProvider></StrictMode>));
};
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const text = () => document.getElementById('root')!.textContent;

function Who() {
  const session = useSession();
  return <p>{session.status}:{useUser()?.name}</p>;
}

test('the hooks tell who is logged in, and follow a change', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn() });
  await show(<Who />);
  expect(text()).toBe('authenticated:Alice');
  gateway.replies['/auth/session'] = () => nobody;
  await act(() => bff.check());
  expect(text()).toBe('anonymous:');
});

test('SignedIn and SignedOut both show nothing before it is known', async () => {
  let answer!: (value: ReturnType<typeof loggedIn>) => void;
  desk({ '/auth/session': () => new Promise((resolve) => (answer = resolve)) });
  await show(<><SignedIn>in</SignedIn><SignedOut>out</SignedOut></>);
  expect(text()).toBe('');
  await act(async () => answer(loggedIn()));
  expect(text()).toBe('in');
});

test('RequireAuth sends a visitor who never logged in to the login page', async () => {
  desk();
  await show(<RequireAuth fallback="wait" login={{ provider: 'main' }}>secret</RequireAuth>);
  expect(text()).toBe('wait');
  expect(String(assign.mock.lastCall?.[0])).toBe('https://app.example/auth/login?return_to=%2Forders&provider=main');
});

test('RequireAuth leaves a visitor alone when the app says so', async () => {
  desk();
  await show(<RequireAuth fallback="wait" login={false}>secret</RequireAuth>);
  expect(assign).not.toHaveBeenCalled();
});

test.each(['session_ended', 'session_expired'])('RequireAuth does not log in again by itself after %s', async (code) => {
  desk({ '/auth/session': () => loggedIn(), '/api': () => problem(code) });
  await show(<RequireAuth fallback="bye">secret</RequireAuth>);
  expect(text()).toBe('secret');
  await act(() => bff.fetch('/api'));
  expect(text()).toBe('bye');
  expect(assign).not.toHaveBeenCalled();
});

test('keepWhenExpired keeps the page after a time-out, but not after the session was ended', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn(), '/api': () => problem('session_expired') });
  await show(<RequireAuth fallback="bye" keepWhenExpired>secret</RequireAuth>);
  await act(() => bff.fetch('/api'));
  expect(text()).toBe('secret');
  gateway.replies['/api'] = () => problem('session_ended');
  await act(() => bff.fetch('/api'));
  expect(text()).toBe('bye');
});

function Countdown() {
  const { secondsLeft, extendable, extend } = useSessionExpiry();
  return <button onClick={() => void extend()}>{secondsLeft ?? 'no hurry'}{extendable ? '' : ' for good'}</button>;
}

test('the countdown runs inside the warning window, and extending ends it', async () => {
  const gateway = desk({ '/auth/session': () => loggedIn(9) });
  await show(<Countdown />);
  expect(text()).toBe('9');
  await pass(2000);
  expect(text()).toBe('7');
  gateway.replies['/auth/session'] = () => loggedIn(1800);
  await act(async () => document.querySelector('button')!.click());
  expect(text()).toBe('no hurry');
});

test('the countdown says when activity no longer helps', async () => {
  desk({ '/auth/session': () => loggedIn(30, 'ticket-1', 30) });
  await show(<Countdown />);
  expect(text()).toBe('30 for good');
});

test('a hook outside the provider says what is missing', () => {
  const Lost = () => <>{useBff().getSnapshot().status}</>;
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => act(() => root.render(<Lost />))).toThrow('useBff must be used inside <BffProvider>');
});
