// The identity provider of the demo and the tests: npm oidc-provider (an OpenID-certified code base) with users whose
// passwords are checked and pages of our own.
//
// Environment: PORT (0 takes a free one), GATEWAY_ORIGIN, CLIENT_ID, CLIENT_SECRET, API_AUDIENCE, ACCESS_TOKEN_TTL
// (seconds), CLIENT_JWKS (public keys: the client proves itself with them, and signs and pushes what it asks),
// DPOP=1 (tokens are bound to a key, and every proof needs a nonce),
// TEST_CONTROLS=1 (adds /test/…, see controls.mjs). Says `READY http://127.0.0.1:<port>` and ends when stdin closes.
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { Controls } from './controls.mjs';
import { Interactions } from './interactions.mjs';
import { freshKeys } from './keys.mjs';
import { endWithParent, listen, ready, setting } from './lifecycle.mjs';
import { errorPage, ICON, loggedOutPage, logoutPage, policy, STYLESHEET } from './pages.mjs';
import { Store } from './store.mjs';
import { claimsOf } from './users.mjs';

// The library's notices go to stdout, which is the parent's; its remark on the runtime is known.
console.info = () => {};
const warn = console.warn;
console.warn = (line, ...rest) => (/Unsupported runtime|already parsed request body/.test(line) ? undefined : warn(line, ...rest));
const { default: Provider } = await import('oidc-provider');

const DAY = 86_400;
const settings = {
  port: setting('PORT', '0'),
  gateway: setting('GATEWAY_ORIGIN', 'http://localhost:8080').replace(/\/$/, ''),
  clientId: setting('CLIENT_ID', 'cloakroom'),
  clientSecret: setting('CLIENT_SECRET', 'cloakroom-secret'),
  clientJwks: setting('CLIENT_JWKS', ''),
  audience: setting('API_AUDIENCE', 'urn:demo:api'),
  dpop: setting('DPOP', '0') === '1',
  testControls: setting('TEST_CONTROLS', '0') === '1',
};
const ttl = { access_token: Number(setting('ACCESS_TOKEN_TTL', '300')), id_token: 3600, refresh_token: 14 * DAY };
const SCOPES = ['openid', 'profile', 'email', 'offline_access'];
const API_SCOPES = 'openid profile email orders:read orders:write';

/** What a gateway at this origin registers. */
const registration = (gateway) => ({
  redirect_uris: [`${gateway}/auth/callback`, `${gateway}/auth/callback/main`],
  post_logout_redirect_uris: [`${gateway}/auth/logout/callback`],
  backchannel_logout_uri: `${gateway}/auth/backchannel-logout`,
  backchannel_logout_session_required: true,
});

const store = new Store();
setInterval(() => store.sweep(), 60_000).unref();

/** How the client proves itself: with a secret, or with keys and then in everything. */
const proof = settings.clientJwks
  ? {
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: JSON.parse(settings.clientJwks),
      require_signed_request_object: true,
      request_object_signing_alg: 'ES256',
      require_pushed_authorization_requests: true,
    }
  : { client_secret: settings.clientSecret };

let client;
/** Registers the client, or changes what is registered. */
async function register(metadata) {
  client = { ...client, ...metadata };
  await store.adapter('Client').upsert(client.client_id, client);
}
await register({
  client_id: settings.clientId,
  ...proof,
  ...(settings.dpop && { dpop_bound_access_tokens: true }),
  client_name: 'Cloakroom demo',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  ...registration(settings.gateway),
});

const clientOrigins = () => [...new Set(client.redirect_uris.map((uri) => new URL(uri).origin))];

/** Nobody is asked for consent to what the demo always grants: whoever is logged in has a grant of what was requested. */
async function grantOf({ oidc }) {
  const known = oidc.result?.consent?.grantId ?? oidc.session.grantIdFor(oidc.client.clientId);
  const grant =
    (known && (await oidc.provider.Grant.find(known))) ??
    new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope([...oidc.requestParamOIDCScopes].join(' '));
  for (const [resource, server] of Object.entries(oidc.resourceServers)) {
    grant.addResourceScope(resource, [...oidc.requestParamScopes].filter((scope) => server.scopes.has(scope)).join(' '));
  }
  await grant.save();
  return grant;
}

const html = (ctx, body) => {
  ctx.type = 'html';
  ctx.set('Content-Security-Policy', policy(clientOrigins()));
  ctx.body = body;
};

const cookieKeys = [randomBytes(32).toString('base64url')];

const build = (issuer, keys) =>
  new Provider(issuer, {
    adapter: store.adapter,
    jwks: { keys },
    cookies: { keys: cookieKeys },
    scopes: SCOPES,
    responseTypes: ['code'],
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false,
    findAccount: async (ctx, sub) => {
      const claims = claimsOf(sub);
      return claims && { accountId: sub, claims: async () => claims };
    },
    loadExistingGrant: (ctx) => (ctx.oidc.session.accountId ? grantOf(ctx) : undefined),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (ctx, of) => of.grantTypes.includes('refresh_token'),
    ttl: {
      AccessToken: () => ttl.access_token,
      IdToken: () => ttl.id_token,
      RefreshToken: () => ttl.refresh_token,
      Session: 14 * DAY,
      Grant: 14 * DAY,
      Interaction: 3600,
    },
    fetch: (url, { dispatcher, ...rest }) => globalThis.fetch(url, rest), // the library's own refuses loopback addresses
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    renderError: (ctx, out) => html(ctx, errorPage(out)),
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true },
      dPoP: { enabled: settings.dpop, nonceSecret: randomBytes(32), requireNonce: () => settings.dpop },
      requestObjects: { enabled: settings.clientJwks !== '' },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => html(ctx, logoutPage(form)),
        postLogoutSuccessSource: (ctx) => html(ctx, loggedOutPage()),
      },
      resourceIndicators: {
        enabled: true, // access tokens for the API are JWTs
        defaultResource: async (ctx, of, oneOf) => oneOf ?? settings.audience,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (ctx, resource) => ({
          audience: resource,
          scope: API_SCOPES,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });

const server = createServer((request, response) => {
  serve(request, response).catch((fault) => {
    warn(fault);
    if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'text/plain' });
    response.end('internal error\n');
  });
});
const origin = await listen(server, settings.port);

let keys = freshKeys();
let provider;
let answer;
/** Signs with other keys from now on: the library reads its keys only when it is built, and keeps nothing else. */
function useKeys(next) {
  keys = next;
  provider = build(origin, keys);
  answer = provider.callback();
}
useKeys(keys);

const interactions = new Interactions({ provider: () => provider, origins: clientOrigins });
const controls = settings.testControls
  ? new Controls({
      store,
      ttl,
      register,
      registration,
      provider: () => provider,
      rotateKeys: (keepOld) => useKeys([...freshKeys(), ...(keepOld ? keys : [])]),
    })
  : undefined;

const ASSETS = {
  '/assets/provider.css': ['text/css', STYLESHEET],
  '/assets/provider.svg': ['image/svg+xml', ICON],
};

async function serve(request, response) {
  const { pathname } = new URL(request.url, origin);
  if (ASSETS[pathname]) {
    const [type, content] = ASSETS[pathname];
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'max-age=3600' });
    response.end(content);
  } else if (controls && pathname.startsWith('/test/')) {
    await controls.serve(pathname, request, response);
  } else if (pathname.startsWith('/interaction/')) {
    await controls?.note(request, response, pathname);
    await interactions.serve(pathname, request, response);
  } else if (!controls || (await controls.allows(pathname, request, response))) {
    await answer(request, response);
  }
}

endWithParent();
ready(origin);
