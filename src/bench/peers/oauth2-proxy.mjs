import { randomBytes } from 'node:crypto';
import { installed, said } from '../lib/processes.mjs';
import { CLIENT } from '../lib/world.mjs';

/** Sessions in an encrypted cookie, its default. The bearer token that it forwards by option is the ID token. */
export const oauth2Proxy = {
  key: 'oauth2-proxy',
  name: () => `oauth2-proxy ${said('oauth2-proxy --version').match(/v([\d.]+)/)?.[1] ?? ''}`.trim(),
  missing: () => (installed('oauth2-proxy') ? undefined : 'oauth2-proxy is not installed'),
  login: '/auth/start?rd=/auth/userinfo',
  websocket: true,
  recipe: ({ port, origin, issuer, upstream }) => ({
    command: 'oauth2-proxy',
    args: [
      '--provider=oidc',
      `--oidc-issuer-url=${issuer}`,
      `--client-id=${CLIENT.id}`,
      `--client-secret=${CLIENT.secret}`,
      '--scope=openid profile email',
      '--code-challenge-method=S256',
      '--insecure-oidc-allow-unverified-email',
      '--email-domain=*',
      '--proxy-prefix=/auth',
      `--redirect-url=${origin}/auth/callback`,
      `--http-address=127.0.0.1:${port}`,
      `--upstream=http://127.0.0.1:${upstream}`,
      '--pass-authorization-header',
      `--cookie-secret=${randomBytes(32).toString('base64url')}`,
      '--cookie-secure=false',
      '--request-logging=false',
      '--auth-logging=false',
    ],
  }),
};
