import { useState } from 'react';
import { useBff } from '@cloakroom/client/react';
import { read } from './CallApi.js';

const MEANING: Record<string, string> = {
  '401': "The API's own 401. It does not come from the gateway, so you stay logged in, and the app decides what it means.",
  '403': 'The API says no. Logging in again would not help.',
  '500': 'The API broke. The session is not touched.',
  slow: 'Three seconds of work, and then an ordinary answer.',
};

export function Statuses() {
  const bff = useBff();
  const [shown, setShown] = useState<{ kind: string; line: string; body: string }>();
  const call = async (kind: string) => {
    setShown({ kind, line: '…', body: '' });
    try {
      setShown({ kind, ...(await read(await bff.fetch(`/api/status/${kind}`))) });
    } catch (failure) {
      setShown({ kind, line: 'no answer', body: String(failure) });
    }
  };
  return (
    <section className="card" aria-labelledby="statuses">
      <h2 id="statuses">When the API says no</h2>
      <p>Errors of the API pass through as they are. The gateway's own carry a <code>urn:cloakroom:problem:</code> type.</p>
      <div className="buttons">
        {Object.keys(MEANING).map((kind) => (
          <button key={kind} type="button" className="quiet" data-testid={`status-${kind}`} onClick={() => void call(kind)}>{kind}</button>
        ))}
      </div>
      {shown && (
        <div aria-live="polite">
          <p className="status-line" data-testid="status-result">{shown.line}</p>
          <p data-testid="status-meaning">{MEANING[shown.kind]}</p>
          <pre tabIndex={0}>{shown.body}</pre>
        </div>
      )}
    </section>
  );
}
