import { useCallback, useEffect, useState } from 'react';
import { BffError } from '@cloakroom/client';
import { RequireAuth, useBff, useSession } from '@cloakroom/client/react';

interface Place {
  id: string;
  current: boolean;
  device: string;
  started_ago: number;
  last_seen_ago: number;
}

/** How old a login may be to end other sessions; the gateway asks for no younger one. */
const FRESH_SECONDS = 900;

/** Ends one of the user's sessions; fails with a `BffError`. */
export function useEnding() {
  const bff = useBff();
  return (id: string) => bff.json<undefined>(`/auth/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** The page /sessions: where this user is logged in, and the way to change that. */
export function SessionsPage() {
  return (
    <RequireAuth keepWhenExpired fallback={<LoggedOut />}>
      <Sessions />
    </RequireAuth>
  );
}

function LoggedOut() {
  const bff = useBff();
  const { status } = useSession();
  return (
    <section className="card narrow">
      <h1>My sessions</h1>
      {status === 'anonymous' && (
        <>
          <p>This page needs a login.</p>
          <button type="button" onClick={() => bff.login()}>Log in</button>
        </>
      )}
    </section>
  );
}

type Trouble = { text: string; remedy?: 'log in' | 'again' };

/** What went wrong in the user's words, and what helps. */
function troubleOf(failure: unknown): Trouble {
  if (!(failure instanceof BffError)) return { text: 'The gateway did not answer. Nothing was changed.', remedy: 'again' };
  const { problem } = failure;
  if (problem.code === 'step_up_required') {
    return { text: 'You logged in a while ago. Ending other sessions takes a fresh login, so that nobody at your desk can do it.', remedy: 'log in' };
  }
  if (problem.status === 401) return { text: 'You are not logged in any more.', remedy: 'log in' };
  if (problem.status === 403) return { text: 'The gateway refused this call: it did not come from this page, or you may not do that.' };
  if (problem.status === 503) return { text: 'The place where sessions are kept does not answer just now. Nothing was changed.', remedy: 'again' };
  return { text: problem.title, remedy: 'again' };
}

function Sessions() {
  const bff = useBff();
  const session = useSession();
  const end = useEnding();
  const [places, setPlaces] = useState<Place[]>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const id = session.status === 'authenticated' ? session.id : undefined;

  const load = useCallback(async () => {
    setPlaces((await bff.json<{ sessions: Place[] }>('/auth/sessions')).sessions);
    setTrouble(undefined);
  }, [bff]);
  const explain = (failure: unknown) => setTrouble(troubleOf(failure));
  useEffect(() => {
    if (id) load().catch(explain);
  }, [id, load]);

  const during = (work: Promise<unknown>) => {
    setBusy(true);
    setSaid('');
    work.catch(explain).finally(() => setBusy(false));
  };
  const endIt = async (place: Place) => {
    await end(place.id);
    await load();
    setSaid(`${place.device} is logged out.`);
  };
  const others = places?.some((place) => !place.current);
  return (
    <section className="card narrow" aria-labelledby="sessions">
      <h1 id="sessions">My sessions</h1>
      <p>Every browser that holds a ticket of yours. One that you do not know? End it: its ticket is worthless at once.</p>
      {trouble && (
        <div className="trouble" role="alert" data-testid="sessions-trouble">
          <p>{trouble.text}</p>
          {trouble.remedy === 'log in' && <button type="button" data-testid="sessions-login" onClick={() => bff.login({ maxAge: FRESH_SECONDS })}>Log in again</button>}
          {trouble.remedy === 'again' && <button type="button" className="quiet" disabled={busy} onClick={() => during(load())}>Try again</button>}
        </div>
      )}
      <ul className="sessions" data-testid="sessions" aria-busy={!places || busy}>
        {places?.map((place) => (
          <li key={place.id} data-testid={place.current ? 'session-here' : 'session-elsewhere'}>
            <div>
              <strong>{place.device || 'A browser'}</strong>
              {place.current && <span className="badge">this browser</span>}
              <dl>
                <div><dt>Started</dt><dd>{ago(place.started_ago)}</dd></div>
                <div><dt>Last seen</dt><dd>{ago(place.last_seen_ago)}</dd></div>
              </dl>
            </div>
            {!place.current && (
              <button type="button" className="quiet" disabled={busy} aria-label={`End the session of ${place.device}`} data-testid="session-end" onClick={() => during(endIt(place))}>End it</button>
            )}
          </li>
        ))}
        {!places && !trouble && <li><span>Asking at the counter…</span></li>}
      </ul>
      {places && !others && <p><small>No other browser. Log in with a second one, and it appears here.</small></p>}
      <p role="status" data-testid="sessions-said">{said}</p>
      <div className="buttons">
        <button type="button" className="quiet" disabled={busy} data-testid="sessions-reload" onClick={() => during(load())}>Look again</button>
        <button type="button" disabled={busy} data-testid="sessions-logout" onClick={() => during(bff.logout({ scope: 'all' }))}>Log out everywhere</button>
      </div>
    </section>
  );
}

const STEPS = [['day', 86_400], ['hour', 3_600], ['minute', 60]] as const;
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

function ago(seconds: number): string {
  const [unit, size] = STEPS.find(([, size]) => seconds >= size) ?? [];
  return unit ? words.format(-Math.floor(seconds / size), unit) : 'just now';
}
