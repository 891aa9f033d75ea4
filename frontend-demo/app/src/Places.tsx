import { useCallback, useEffect, useState } from 'react';
import { BffError } from '@cloakroom/client';
import { useBff, useSession } from '@cloakroom/client/react';

interface Place {
  id: string;
  current: boolean;
  device: string;
  started_ago: number;
  last_seen_ago: number;
}

/** Ending a session needs a login that is not too old: then off to a fresh one, and back to this page. */
export function useEnding() {
  const bff = useBff();
  return async (id: string) => {
    try {
      await bff.json(`/auth/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
    } catch (failure) {
      if (!(failure instanceof BffError) || failure.problem.code !== 'step_up_required') throw failure;
      bff.login({ maxAge: 900 });
    }
  };
}

const ago = (seconds: number) => (seconds < 60 ? 'just now' : seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3600)} h ago`);

/** Where else this user is logged in. */
export function Places() {
  const bff = useBff();
  const session = useSession();
  const end = useEnding();
  const [places, setPlaces] = useState<Place[]>([]);
  const [trouble, setTrouble] = useState<string>();
  const id = session.status === 'authenticated' ? session.id : undefined;
  const tell = (failure: unknown) => setTrouble(failure instanceof BffError ? failure.problem.title : 'The gateway did not answer.');
  const load = useCallback(() => bff.json('/auth/sessions').then((answer) => setPlaces((answer as { sessions: Place[] }).sessions)), [bff]);
  useEffect(() => {
    if (id) load().catch(tell);
  }, [id, load]);
  if (!id) return null;
  return (
    <section className="card" aria-labelledby="places">
      <h2 id="places">Where am I logged in?</h2>
      <p>Every browser with a ticket of yours. Log in with another one, and end its session from here.</p>
      <ul className="what-if" data-testid="places">
        {places.map((place) => (
          <li key={place.id}>
            <p>{place.device}, {place.current ? 'this browser' : `last seen ${ago(place.last_seen_ago)}`}; logged in {ago(place.started_ago)}</p>
            {!place.current && (
              <button type="button" className="quiet" onClick={() => void end(place.id).then(load).catch(tell)}>End it</button>
            )}
          </li>
        ))}
      </ul>
      <p>
        <button type="button" className="quiet" data-testid="places-reload" onClick={() => void load().catch(tell)}>Look again</button>{' '}
        <button type="button" className="quiet" data-testid="places-logout" onClick={() => void bff.logout({ scope: 'all' }).catch(tell)}>Log out everywhere</button>
      </p>
      {trouble && <p role="status">{trouble}</p>}
    </section>
  );
}
