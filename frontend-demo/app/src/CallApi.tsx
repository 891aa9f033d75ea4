import { useState } from 'react';
import { useBff } from '@cloakroom/client/react';

interface Seen {
  cookie?: string;
  authorization?: string;
  headers?: Record<string, string>;
}

interface Answer {
  line: string;
  body: string;
  seen?: Seen;
}

/** A response as the page shows it: status line, body, and what the API says it saw. */
export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const line = `${response.status} ${response.statusText}`.trim();
  try {
    const json = JSON.parse(text);
    return { line, body: JSON.stringify(json, null, 2), seen: json.headers ? json : undefined };
  } catch {
    return { line, body: text };
  }
}

export function CallApi() {
  const bff = useBff();
  const [answer, setAnswer] = useState<Answer>();
  const [busy, setBusy] = useState(false);
  const call = async (path: string, init?: RequestInit) => {
    setBusy(true);
    try {
      setAnswer(await read(await bff.fetch(path, init)));
    } catch (failure) {
      setAnswer({ line: 'no answer', body: String(failure) });
    } finally {
      setBusy(false);
    }
  };
  const order = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ item: 'Bowler hat' }) };
  return (
    <section className="card" aria-labelledby="call-api" aria-busy={busy}>
      <h2 id="call-api">Call the API</h2>
      <p>An ordinary <code>fetch</code> with no token in it. The gateway takes the cookie off and puts the access token on.</p>
      <div className="buttons">
        <button type="button" data-testid="call-me" onClick={() => void call('/api/me')}>GET /api/me</button>
        <button type="button" data-testid="call-orders" onClick={() => void call('/api/orders')}>GET /api/orders</button>
        <button type="button" data-testid="post-order" onClick={() => void call('/api/orders', order)}>POST /api/orders</button>
      </div>
      {answer && (
        <div aria-live="polite">
          {answer.seen && <Findings seen={answer.seen} />}
          <p className="status-line" data-testid="api-status">{answer.line}</p>
          <pre tabIndex={0} data-testid="api-result">{answer.body}</pre>
        </div>
      )}
    </section>
  );
}

function Findings({ seen }: { seen: Seen }) {
  const noCookie = seen.cookie === 'none';
  const bearer = seen.authorization === 'bearer';
  return (
    <ul className="findings">
      <li data-good={noCookie} data-testid="saw-cookie">{noCookie ? 'No cookie reached the API' : 'A cookie reached the API'}</li>
      <li data-good={bearer} data-testid="saw-bearer">{bearer ? 'An access token did' : 'No access token did'}</li>
    </ul>
  );
}
