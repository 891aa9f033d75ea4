// express-openid-connect in front of http-proxy-middleware, both as their documentation shows them.
import { Agent } from 'node:http';
import express from 'express';
import connect from 'express-openid-connect';
import { createProxyMiddleware } from 'http-proxy-middleware';

const { PORT, ORIGIN, ISSUER, CLIENT_ID, CLIENT_SECRET, UPSTREAM } = process.env;
const app = express();
app.use(
  connect.auth({
    issuerBaseURL: ISSUER,
    baseURL: ORIGIN,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: 'a secret for cookies, of the bench only',
    authorizationParams: { response_type: 'code', scope: 'openid profile email' },
    routes: { callback: '/auth/callback' },
  }),
);
app.use(
  createProxyMiddleware({
    target: UPSTREAM,
    pathFilter: '/api',
    agent: new Agent({ keepAlive: true }),
    on: {
      proxyReq(outgoing, request) {
        outgoing.setHeader('Authorization', `Bearer ${request.oidc.accessToken.access_token}`);
        outgoing.removeHeader('Cookie');
      },
    },
  }),
);
app.listen(Number(PORT), '127.0.0.1');
