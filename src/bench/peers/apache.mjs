import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { said, work } from '../lib/processes.mjs';
import { CLIENT } from '../lib/world.mjs';

const MODULES = ['/usr/lib/apache2/modules', '/usr/lib64/httpd/modules'].find((folder) => existsSync(folder));
const PROGRAM = ['/usr/sbin/apache2', '/usr/sbin/httpd'].find((file) => existsSync(file));
const NEEDED = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'headers', 'proxy', 'proxy_http', 'proxy_wstunnel', 'auth_openidc'];

/** Apache httpd with mod_auth_openidc: sessions in shared memory, its default. */
export const apache = {
  key: 'mod_auth_openidc',
  name() {
    const module = said(`dpkg-query -W -f '\${Version}' libapache2-mod-auth-openidc`).match(/^[\d.]+/)?.[0] ?? '';
    return `httpd ${said(`${PROGRAM} -v`).match(/Apache\/([\d.]+)/)?.[1]}, mod_auth_openidc ${module}`.trim();
  },
  missing: () => (PROGRAM && existsSync(join(MODULES ?? '', 'mod_auth_openidc.so')) ? undefined : 'httpd with mod_auth_openidc is not installed'),
  login: '/api/coat',
  websocket: true,
  recipe({ port, origin, issuer, upstream }) {
    const folder = join(work, `apache-${port}`);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'httpd.conf');
    const load = NEEDED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n');
    writeFileSync(
      file,
      `ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/errors
LogLevel error
ServerName localhost
Listen 127.0.0.1:${port}
${load}
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
# A held connection takes a thread, and keeps it until something is written to it: enough for twice 1200.
ThreadLimit 100
ThreadsPerChild 100
ServerLimit 30
StartServers 1
MinSpareThreads 50
MaxSpareThreads 3000
MaxRequestWorkers 3000
KeepAlive On
KeepAliveTimeout 600
MaxKeepAliveRequests 0
Timeout 600
OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
OIDCClientID ${CLIENT.id}
OIDCClientSecret ${CLIENT.secret}
OIDCRedirectURI ${origin}/auth/callback
OIDCCryptoPassphrase bench-passphrase-of-some-length
OIDCScope "openid profile email"
OIDCPKCEMethod S256
OIDCSessionInactivityTimeout 7200
<Location />
  AuthType openid-connect
  Require valid-user
</Location>
RequestHeader set Authorization "Bearer %{OIDC_access_token}e"
ProxyPass /api/ http://127.0.0.1:${upstream}/api/ upgrade=websocket
`,
    );
    return { command: PROGRAM, args: ['-DFOREGROUND', '-f', file] };
  },
};
