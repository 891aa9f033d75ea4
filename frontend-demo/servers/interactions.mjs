// Logging in and consenting, between the authorization request and the redirect back. The library keeps what was asked
// for and ties it to this browser with a cookie; these pages only say who it is.
import { bodyOf } from './lifecycle.mjs';
import { consentPage, errorPage, loginPage, policy } from './pages.mjs';
import { authenticate, demoAccounts } from './users.mjs';

const PATH = /^\/interaction\/([\w-]+)(?:\/(abort|consent))?$/;

export class Interactions {
  #provider;
  #origins;

  constructor({ provider, origins }) {
    this.#provider = provider;
    this.#origins = origins;
  }

  async serve(pathname, request, response) {
    const [, uid, step] = PATH.exec(pathname) ?? [];
    const asked = uid && (await this.#provider().interactionDetails(request, response).catch(() => undefined));
    if (!asked || asked.uid !== uid) {
      return this.#show(response, 400, errorPage({ error: 'this login is over', remedy: 'go back to the app and start again' }));
    }
    if (request.method === 'GET') return this.#ask(response, asked);
    if (request.method !== 'POST') return this.#show(response, 405, errorPage({ error: 'method not allowed' }));
    const form = new URLSearchParams(await bodyOf(request, 8192));
    if (step === 'abort') return this.#finish(request, response, { error: 'access_denied', error_description: 'the user said no' });
    if (step === 'consent') return this.#finish(request, response, { consent: {} });
    const accountId = authenticate(form.get('username') ?? '', form.get('password') ?? '');
    if (!accountId) return this.#ask(response, asked, { username: form.get('username') ?? '', failed: true });
    return this.#finish(request, response, { login: { accountId, amr: ['pwd'], remember: true } });
  }

  async #ask(response, { uid, prompt, params }, { username = params.login_hint ?? '', failed = false } = {}) {
    const action = `/interaction/${uid}`;
    const { clientName, clientId } = await this.#provider().Client.find(params.client_id);
    const client = clientName ?? clientId;
    const page =
      prompt.name === 'consent'
        ? consentPage({ action, client, scopes: params.scope.split(' ') })
        : loginPage({ action, client, username, failed, accounts: demoAccounts() });
    return this.#show(response, failed ? 401 : 200, page);
  }

  #finish(request, response, result) {
    return this.#provider().interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  }

  #show(response, status, body) {
    response.writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': policy(this.#origins()),
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(body);
  }
}
