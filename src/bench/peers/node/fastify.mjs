// fastify with the plugins of its own organisation: oauth2, session (in memory), http-proxy.
import cookie from '@fastify/cookie';
import proxy from '@fastify/http-proxy';
import oauth2 from '@fastify/oauth2';
import session from '@fastify/session';
import Fastify from 'fastify';

const { PORT, ORIGIN, ISSUER, CLIENT_ID, CLIENT_SECRET, UPSTREAM } = process.env;
const app = Fastify();
await app.register(cookie);
await app.register(session, { secret: 'a secret for cookies, of the bench only', cookie: { secure: false }, saveUninitialized: false });
await app.register(oauth2, {
  name: 'provider',
  scope: ['openid', 'profile', 'email'],
  credentials: { client: { id: CLIENT_ID, secret: CLIENT_SECRET } },
  discovery: { issuer: ISSUER },
  pkce: 'S256',
  startRedirectPath: '/login',
  callbackUri: `${ORIGIN}/auth/callback`,
});
app.get('/', async () => 'logged in');
app.get('/auth/callback', async (request, reply) => {
  const { token } = await app.provider.getAccessTokenFromAuthorizationCodeFlow(request, reply);
  request.session.accessToken = token.access_token;
  return reply.redirect('/');
});

function withToken(headers, request) {
  const { cookie: _, ...kept } = headers;
  return { ...kept, authorization: `Bearer ${request.session?.accessToken}` };
}

await app.register(proxy, {
  upstream: UPSTREAM,
  undici: { connections: 4096 }, // more than its 128: the bench holds a thousand streams open
  prefix: '/api',
  rewritePrefix: '/api',
  websocket: true,
  preHandler: async (request, reply) => {
    if (!request.session.accessToken) await reply.code(401).send();
  },
  replyOptions: { rewriteRequestHeaders: (request, headers) => withToken(headers, request) },
  wsClientOptions: { rewriteRequestHeaders: (headers, request) => withToken(headers, request) },
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
