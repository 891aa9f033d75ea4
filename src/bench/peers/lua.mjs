import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { moduleFile, nginx } from '../lib/nginx.mjs';
import { installed } from '../lib/processes.mjs';
import { CLIENT } from '../lib/world.mjs';

/** Where a resty library lies: in the folders of LUA_PATH, of OpenResty, of LuaRocks. */
const places = () => [
  ...(process.env.LUA_PATH ?? '').split(';').map((pattern) => pattern.replace(/\/?\?\.lua$/, '')),
  '/usr/local/openresty/site/lualib',
  '/usr/local/share/lua/5.1',
  '/usr/share/lua/5.1',
  join(homedir(), '.luarocks/share/lua/5.1'),
].filter(Boolean);
const library = () => places().map((folder) => join(folder, 'resty/openidc.lua')).find((file) => existsSync(file));

/** lua-resty-openidc in OpenResty, or in nginx with the Lua module; sessions in an encrypted cookie, its default. */
export const lua = {
  key: 'lua-resty-openidc',
  name: () => `lua-resty-openidc ${readFileSync(library(), 'utf8').match(/_VERSION\s*=\s*"([^"]+)"/)?.[1] ?? ''}`.trim(),
  missing() {
    if (!library()) return 'lua-resty-openidc is not installed';
    return installed('openresty') || moduleFile('ngx_http_lua_module.so') ? undefined : 'neither OpenResty nor the Lua module of nginx is installed';
  },
  login: '/api/coat',
  websocket: true,
  recipe({ port, origin, issuer, upstream }) {
    const openresty = installed('openresty');
    const modules = ['ndk_http_module.so', 'ngx_http_lua_module.so'].map((name) => `load_module ${moduleFile(name)};`);
    return nginx(
      `lua-${port}`,
      `lua_package_path "${places().map((folder) => `${folder}/?.lua;${folder}/?/init.lua`).join(';')};;";
  lua_shared_dict discovery 1m; lua_shared_dict jwks 1m; large_client_header_buffers 8 32k;
  upstream up { server 127.0.0.1:${upstream}; keepalive 1024; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    access_by_lua_block {
      local known, problem = require("resty.openidc").authenticate({
        discovery = "${issuer}/.well-known/openid-configuration", redirect_uri = "${origin}/auth/callback", use_pkce = true,
        client_id = "${CLIENT.id}", client_secret = "${CLIENT.secret}", scope = "openid profile email",
        session_contents = {id_token = true, access_token = true},
      }, nil, nil, {secret = "a secret for cookies, of the bench only", cookie_secure = false})
      if problem then ngx.log(ngx.ERR, problem) ngx.exit(500) end
      ngx.req.set_header("Authorization", "Bearer " .. known.access_token)
      ngx.req.clear_header("Cookie")
    }
    location / { proxy_pass http://up; proxy_set_header Connection ""; }
    location /api/live/ {
      proxy_pass http://up; proxy_buffering off; proxy_request_buffering off; proxy_set_header Connection $hop; proxy_set_header Upgrade $http_upgrade;
    }
  }`,
      { command: openresty ? 'openresty' : 'nginx', before: openresty ? '' : modules.join('\n'), log: 'error' },
    );
  },
};
