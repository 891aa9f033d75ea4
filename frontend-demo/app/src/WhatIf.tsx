import { useState } from 'react';
import { BffError } from '@cloakroom/client';
import { useBff, useSession } from '@cloakroom/client/react';
import { useEnding } from './Sessions.js';

/** What else can happen to a session, to be tried out. */
export function WhatIf() {
  const bff = useBff();
  const session = useSession();
  const end = useEnding();
  const [result, setResult] = useState<string>();
  if (session.status !== 'authenticated') return null;
  const tell = (failure: unknown) => setResult(failure instanceof BffError ? `${failure.problem.status} ${failure.problem.title}` : String(failure));
  const refresh = () => bff.refreshTokens().then(() => setResult('The gateway holds fresh tokens now. You saw none of them.'), tell);
  const endHere = () => end(session.id).then(() => bff.check(), stepUp);
  /** A login too old for this: off to a fresh one, and back to this page. */
  const stepUp = (failure: unknown) => (failure instanceof BffError && failure.problem.code === 'step_up_required' ? bff.login({ maxAge: 900 }) : tell(failure));
  return (
    <section className="card" aria-labelledby="what-if">
      <h2 id="what-if">What if…</h2>
      <ul className="what-if">
        <li>
          <p>…the roles changed, and fresh tokens are needed now?</p>
          <button type="button" className="quiet" data-testid="refresh-tokens" onClick={() => void refresh()}>Refresh the tokens</button>
        </li>
        <li>
          <p>…the ticket is about to expire? This link shows the warning a day early.</p>
          <a className="button quiet" href="/?warn=86400#what-if">See the warning now</a>
        </li>
        <li>
          <p>…somebody ends this session while you work? Open a second tab and watch both.</p>
          <button type="button" className="quiet" data-testid="end-here" onClick={() => void endHere()}>End it from the server's side</button>
        </li>
      </ul>
      {result && <p role="status" data-testid="refresh-result">{result}</p>}
    </section>
  );
}
