// The provider's pages: log in, allow, log out, and what went wrong. No scripts, one stylesheet, a strict policy.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const safe = (text) => String(text ?? '').replace(/[&<>"']/g, (character) => ENTITIES[character]);

/**
 * The policy of every page. `form-action` must name the gateway too: Chromium applies it to the redirects that follow
 * a submitted form, and those lead back to the gateway.
 */
export const policy = (origins) =>
  `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${origins.join(' ')}; frame-ancestors 'none'; base-uri 'none'`;

const page = (title, content) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${safe(title)} · Looking-Glass ID</title>
  <link rel="stylesheet" href="/assets/provider.css">
  <link rel="icon" href="/assets/provider.svg" type="image/svg+xml">
</head>
<body>
  <main>
    <p class="brand"><span aria-hidden="true">◆</span> Looking-Glass ID</p>
    ${content}
    <p class="small">A demonstration identity provider. It runs on this machine and forgets everything when it stops.</p>
  </main>
</body>
</html>
`;

export function loginPage({ action, client, username, failed, accounts }) {
  const error = failed
    ? '<p class="error" role="alert" id="login-error" data-testid="login-error">That name and password do not go together.</p>'
    : '';
  const described = failed ? ' aria-invalid="true" aria-describedby="login-error"' : '';
  const focusName = username ? '' : ' autofocus';
  const focusPassword = username ? ' autofocus' : '';
  const rows = accounts.map((a) => `<li><code>${safe(a.username)}</code> with <code>${safe(a.password)}</code></li>`).join('');
  return page(
    'Log in',
    `<h1>Log in</h1>
    <p>to continue to <strong>${safe(client)}</strong></p>
    ${error}
    <form method="post" action="${safe(action)}" data-testid="login-form">
      <label for="username">User name</label>
      <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${safe(username)}"${described}${focusName}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required${described}${focusPassword}>
      <button type="submit" data-testid="login-submit">Log in</button>
    </form>
    <form method="post" action="${safe(action)}/abort"><button class="quiet" type="submit" data-testid="login-abort">Cancel</button></form>
    <aside><h2>Who lives here</h2><ul>${rows}</ul></aside>`,
  );
}

export const consentPage = ({ action, client, scopes }) =>
  page(
    'Allow access',
    `<h1>Allow access?</h1>
    <p><strong>${safe(client)}</strong> would like to use:</p>
    <ul class="scopes">${scopes.map((scope) => `<li>${safe(scope)}</li>`).join('')}</ul>
    <form method="post" action="${safe(action)}/consent"><button type="submit" autofocus data-testid="consent-allow">Allow</button></form>
    <form method="post" action="${safe(action)}/abort"><button class="quiet" type="submit" data-testid="consent-deny">Do not allow</button></form>`,
  );

/** `form` is the library's own, with its token against forgery; the buttons belong to it by its id. */
export const logoutPage = (form) =>
  page(
    'Log out',
    `<h1>Log out here as well?</h1>
    <p>You have left the app. You are still logged in at Looking-Glass ID.</p>
    ${form}
    <button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus data-testid="logout-yes">Yes, log me out</button>
    <button class="quiet" type="submit" form="op.logoutForm" data-testid="logout-no">No, stay logged in</button>`,
  );

export const loggedOutPage = () => page('Logged out', '<h1>Logged out</h1><p>You can close this page.</p>');

export const errorPage = (out) =>
  page(
    'Something went wrong',
    `<h1>That did not work</h1>
    <dl>${Object.entries(out)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `<dt>${safe(name)}</dt><dd>${safe(value)}</dd>`)
      .join('')}</dl>`,
  );

export const STYLESHEET = `
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5a6478; --paper: #ffffff; --ground: #e9edf6; --line: #c3cbdc; --accent: #3949ab; --on-accent: #ffffff; --bad: #a31621; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebf4; --soft: #a5aec4; --paper: #1b2133; --ground: #10141f; --line: #3a4460; --accent: #9fa8ff; --on-accent: #10141f; --bad: #ff9a9f; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: min(26rem, 100%); padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 14px; }
.brand { margin: 0 0 1.5rem; font-weight: 600; color: var(--accent); letter-spacing: 0.01em; }
h1 { margin: 0 0 0.25rem; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 0 0 0.25rem; font-size: 0.9rem; }
p { margin: 0 0 1rem; }
label { display: block; margin-top: 0.9rem; font-weight: 600; }
input { width: 100%; margin-top: 0.25rem; padding: 0.6rem 0.7rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--soft); border-radius: 8px; }
button { width: 100%; margin-top: 1.1rem; padding: 0.7rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 8px; cursor: pointer; }
button.quiet { margin-top: 0.5rem; color: var(--accent); background: transparent; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error { padding: 0.6rem 0.8rem; border: 1px solid var(--bad); border-radius: 8px; color: var(--bad); }
aside { margin-top: 1.5rem; padding: 0.8rem 1rem; border: 1px dashed var(--line); border-radius: 8px; font-size: 0.9rem; }
aside ul, .scopes { margin: 0; padding-left: 1.2rem; }
code { font-family: ui-monospace, monospace; }
dt { font-weight: 600; } dd { margin: 0 0 0.6rem; overflow-wrap: anywhere; }
.small { margin: 1.5rem 0 0; font-size: 0.8rem; color: var(--soft); }
`;

export const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#3949ab" d="M16 2 30 16 16 30 2 16z"/></svg>';
