// The two servers as a gateway sees them: started as processes, spoken to over HTTP.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { bodyOf, listen } from './lifecycle.mjs';

/** Starts a server of this folder and resolves to its process and its origin, taken from the READY line. */
async function start(script, env) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  assert.match(line, /^READY http:\/\/127\.0\.0\.1:\d+\n$/);
  return { child, origin: line.slice('READY '.length).trim() };
}

let provider;
let api;
const logoutTokens = [];
const gateway = createServer(async (request, response) => {
  logoutTokens.push(new URLSearchParams(await bodyOf(request)).get('logout_token'));
  response.end();
});
let gatewayOrigin;

before(async () => {
  gatewayOrigin = await listen(gateway, 0);
  provider = await start('provider.mjs', { PORT: '0', GATEWAY_ORIGIN: gatewayOrigin, TEST_CONTROLS: '1' });
  api = await start('api.mjs', { PORT: '0', ISSUER: provider.origin, AUDIENCE: 'urn:demo:api' });
});
after(async () => {
  for (const { child } of [provider, api]) {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  }
  gateway.close();
});
beforeEach(async () => {
  await control('DELETE', '/test/faults');
  await control('DELETE', '/test/requests');
});

const control = async (method, path, body) => {
  const response = await fetch(provider.origin + path, { method, body: body && JSON.stringify(body) });
  assert.equal(response.status, 200);
  return response.json();
};

/** A browser that knows cookies and nothing else. */
class Browser {
  #cookies = new Map();

  async go(url, form) {
    const response = await fetch(new URL(url, provider.origin), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      body: form && new URLSearchParams(form),
      headers: { Accept: 'text/html', Cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';');
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return response;
  }
}

const basic = `Basic ${Buffer.from('cloakroom:cloakroom-secret').toString('base64')}`;
const token = async (form) => {
  const response = await fetch(`${provider.origin}/token`, { method: 'POST', headers: { Authorization: basic }, body: new URLSearchParams(form) });
  return { status: response.status, ...(await response.json()) };
};

/** Asks for a code and follows the way to the login page. */
async function toLoginPage(browser, extra = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: 'cloakroom',
    response_type: 'code',
    redirect_uri: `${gatewayOrigin}/auth/callback`,
    scope: 'openid profile email',
    state: 'state-of-this-login',
    nonce: 'nonce-of-this-login',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  });
  const asked = await browser.go(`/auth?${query}`);
  assert.equal(asked.status, 303);
  return { verifier, location: asked.headers.get('location') };
}

async function follow(browser, location) {
  const resumed = await browser.go(location);
  return new URL(resumed.headers.get('location'));
}

async function logIn(browser = new Browser(), extra) {
  const { verifier, location } = await toLoginPage(browser, extra);
  const answered = await browser.go(location, { username: 'alice', password: 'wonderland' });
  assert.equal(answered.status, 303);
  const callback = await follow(browser, answered.headers.get('location'));
  const redeem = { grant_type: 'authorization_code', code: callback.searchParams.get('code'), redirect_uri: `${gatewayOrigin}/auth/callback`, code_verifier: verifier };
  return { callback, redeem, tokens: await token(redeem), browser };
}

const claims = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
const callApi = (path, accessToken, init = {}) => fetch(api.origin + path, { ...init, headers: { ...init.headers, ...(accessToken && { Authorization: `Bearer ${accessToken}` }) } });

test('a login yields a signed identity and an access token for the API alone', async () => {
  const { callback, tokens } = await logIn();
  assert.equal(callback.searchParams.get('iss'), provider.origin);
  assert.equal(callback.searchParams.get('state'), 'state-of-this-login');
  const identity = claims(tokens.id_token);
  assert.equal(identity.nonce, 'nonce-of-this-login');
  assert.equal(identity.name, 'Alice Liddell');
  assert.equal(identity.email, 'alice@example.test');
  assert.equal(claims(tokens.access_token).aud, 'urn:demo:api');
  assert.ok(tokens.refresh_token);
  assert.equal(tokens.expires_in, 300);
});

test('a wrong password shows the page again and logs nobody in', async () => {
  const browser = new Browser();
  const { location } = await toLoginPage(browser);
  const refused = await browser.go(location, { username: 'alice', password: 'builder' });
  assert.equal(refused.status, 401);
  assert.match(await refused.text(), /data-testid="login-error"/);
});

test('the login page runs no script and may post to itself and the gateway only', async () => {
  const browser = new Browser();
  const { location } = await toLoginPage(browser, { login_hint: '"><script>alert(1)</script>' });
  const shown = await browser.go(location);
  const policy = shown.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.ok(policy.includes(`form-action 'self' ${gatewayOrigin};`));
  assert.doesNotMatch(await shown.text(), /<script/);
});

test('cancelling a login tells the gateway access_denied', async () => {
  const browser = new Browser();
  const { location } = await toLoginPage(browser);
  const aborted = await browser.go(`${location}/abort`, { no: 'thanks' });
  const callback = await follow(browser, aborted.headers.get('location'));
  assert.equal(callback.searchParams.get('error'), 'access_denied');
});

test('a refresh token works once, and its reuse ends the login', async () => {
  const { tokens } = await logIn();
  const renewed = await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  assert.equal(renewed.status, 200);
  assert.notEqual(renewed.refresh_token, tokens.refresh_token);
  const reused = await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  assert.equal(reused.error, 'invalid_grant');
  const family = await token({ grant_type: 'refresh_token', refresh_token: renewed.refresh_token });
  assert.equal(family.error, 'invalid_grant');
});

test('a code works once', async () => {
  const { redeem } = await logIn();
  assert.equal((await token(redeem)).error, 'invalid_grant');
});

test('who is logged in at the provider gets a new code without a page, and prompt=login asks again', async () => {
  const { browser } = await logIn();
  const again = new URL((await toLoginPage(browser)).location);
  assert.ok(again.searchParams.get('code'));
  assert.match((await toLoginPage(browser, { prompt: 'login' })).location, /\/interaction\//);
});

test('logging in again after the tokens were revoked works', async () => {
  const { browser, tokens } = await logIn();
  await fetch(`${provider.origin}/token/revocation`, { method: 'POST', headers: { Authorization: basic }, body: new URLSearchParams({ token: tokens.refresh_token }) });
  const { verifier, location } = await toLoginPage(browser);
  const redeemed = await token({ grant_type: 'authorization_code', code: new URL(location).searchParams.get('code'), redirect_uri: `${gatewayOrigin}/auth/callback`, code_verifier: verifier });
  assert.equal(redeemed.status, 200);
});

test('logout asks, tells the gateway, and returns to the registered address', async () => {
  const { browser, tokens } = await logIn();
  const query = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: `${gatewayOrigin}/auth/logout/callback`, state: 'out' });
  const page = await (await browser.go(`/session/end?${query}`)).text();
  assert.match(page, /data-testid="logout-yes"/);
  logoutTokens.length = 0;
  const confirmed = await browser.go('/session/end/confirm', { xsrf: /name="xsrf" value="([^"]+)"/.exec(page)[1], logout: 'yes' });
  assert.equal(confirmed.headers.get('location'), `${gatewayOrigin}/auth/logout/callback?state=out`);
  assert.equal(logoutTokens.length, 1);
  assert.ok(claims(logoutTokens[0]).sid);
  assert.equal((await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).error, 'invalid_grant');
});

test('the controls end the sessions of a user and tell the gateway', async () => {
  const { tokens } = await logIn();
  logoutTokens.length = 0;
  const { ended, notified, failed } = await control('POST', '/test/sessions/end', { sub: 'alice' });
  assert.ok(ended >= 1);
  assert.equal(failed, 0);
  assert.equal(notified, logoutTokens.length);
  assert.ok(logoutTokens.some((logoutToken) => claims(logoutToken).sid === claims(tokens.id_token).sid));
  assert.equal((await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).error, 'invalid_grant');
});

test('the controls count requests per grant, fail them, and lose an answer after the work was done', async () => {
  const { tokens } = await logIn();
  await control('POST', '/test/faults', { path: '/token', grant: 'refresh_token', status: 503, times: 1 });
  assert.equal((await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).status, 503);
  await control('POST', '/test/faults', { path: '/token', grant: 'refresh_token', drop: 'after' });
  await assert.rejects(token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }));
  assert.equal((await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).error, 'invalid_grant');
  const { counts, requests } = await control('GET', '/test/requests');
  assert.equal(counts['POST /token refresh_token'], 3);
  assert.equal(counts['POST /token authorization_code'], 1);
  assert.equal(requests.find(({ path }) => path === '/token').auth, 'client_secret_basic');
});

test('a held request waits until it is let go', async () => {
  const { tokens } = await logIn();
  await control('POST', '/test/faults', { path: '/token', hold: true });
  const waiting = token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  while ((await control('GET', '/test/held')).held === 0);
  await control('POST', '/test/release');
  assert.equal((await waiting).status, 200);
});

test('new signing keys keep sessions and refresh tokens', async () => {
  const { tokens } = await logIn();
  const keyId = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[0], 'base64url')).kid;
  await control('POST', '/test/keys/rotate', {});
  const renewed = await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  assert.notEqual(keyId(renewed.id_token), keyId(tokens.id_token));
  assert.equal((await callApi('/api/me', tokens.access_token)).status, 200);
  assert.equal((await callApi('/api/me', renewed.access_token)).status, 200);
});

test('the life of access tokens can be changed', async () => {
  await control('POST', '/test/ttl', { access_token: 7 });
  assert.equal((await logIn()).tokens.expires_in, 7);
  await control('POST', '/test/ttl', { access_token: 300 });
});

test('another gateway can be registered in place of the first', async () => {
  await control('POST', '/test/client', { gateway_origin: 'http://localhost:9' });
  const refused = await new Browser().go(`/auth?${new URLSearchParams({ client_id: 'cloakroom', response_type: 'code', redirect_uri: `${gatewayOrigin}/auth/callback`, scope: 'openid' })}`);
  assert.equal(refused.status, 400);
  await control('POST', '/test/client', { gateway_origin: gatewayOrigin });
});

test('the API refuses a call without a token, with a broken one, and with one for somebody else', async () => {
  const { tokens } = await logIn();
  for (const wrong of [undefined, 'nonsense', tokens.id_token, `${tokens.access_token.slice(0, -8)}AAAAAAAA`]) {
    const refused = await callApi('/api/me', wrong);
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('www-authenticate'), /^Bearer error="invalid_token"/);
  }
});

test('the API says who called and what it saw, but no secret', async () => {
  const { tokens } = await logIn();
  const seen = await (await callApi('/api/me', tokens.access_token, { headers: { 'X-Trace': 'yes' } })).json();
  assert.equal(seen.sub, 'alice');
  assert.equal(seen.cookie, 'none');
  assert.equal(seen.headers['x-trace'], 'yes');
  assert.doesNotMatch(JSON.stringify(seen), new RegExp(tokens.access_token.slice(0, 20)));
});

test('the API takes orders, streams, and answers as it is asked to', async () => {
  const { tokens } = await logIn();
  const posted = await callApi('/api/orders', tokens.access_token, { method: 'POST', body: JSON.stringify({ item: 'Bowler hat' }) });
  assert.equal(posted.status, 201);
  const { orders } = await (await callApi('/api/orders', tokens.access_token)).json();
  assert.equal(orders.at(-1).item, 'Bowler hat');
  assert.equal((await callApi('/api/orders', tokens.access_token, { method: 'POST', body: '{' })).status, 400);
  for (const status of [401, 403, 500]) assert.equal((await callApi(`/api/status/${status}`, tokens.access_token)).status, status);
  const stream = (await callApi('/api/stream', tokens.access_token)).body.getReader();
  assert.match(Buffer.from((await stream.read()).value).toString(), /event: tick/);
  await stream.cancel();
});

test('the WebSocket wants a token too, and echoes', async () => {
  const address = `${api.origin.replace('http', 'ws')}/api/socket`;
  const [refusal] = await once(new WebSocket(address), 'error');
  assert.match(refusal.message, /401/);
  const { tokens } = await logIn();
  const socket = new WebSocket(address, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
  const [greeting] = await once(socket, 'message');
  assert.equal(JSON.parse(greeting).hello, 'alice');
  socket.send('umbrella');
  const [echoed] = await once(socket, 'message');
  assert.equal(JSON.parse(echoed).echo, 'umbrella');
  socket.close();
});

test('a server ends when its stdin closes', async () => {
  const { child } = await start('provider.mjs', { PORT: '0' });
  child.stdin.end();
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});

test('without TEST_CONTROLS there are no controls', async () => {
  const { child, origin } = await start('provider.mjs', { PORT: '0' });
  assert.equal((await fetch(`${origin}/test/requests`)).status, 404);
  child.stdin.end();
});
