import { useEffect, useRef, useState } from 'react';
import { useBff, useSession, useSessionExpiry } from '@cloakroom/client/react';
import { clock } from './Ticket.js';

/** Says that the end is near, while it can still be put off. */
export function Expiry() {
  const { secondsLeft, extendable, extend } = useSessionExpiry();
  const bff = useBff();
  if (secondsLeft === undefined) return null;
  return (
    <aside className="expiry" role="status" data-testid="expiry-warning">
      <p>
        The cloakroom closes your ticket in <strong data-testid="expiry-seconds">{clock(secondsLeft)}</strong>.
      </p>
      {extendable ? (
        <button type="button" data-testid="extend" onClick={() => void extend()}>Stay logged in</button>
      ) : (
        <button type="button" onClick={() => bff.login({ prompt: 'login' })}>Log in again</button>
      )}
    </aside>
  );
}

/**
 * What to do when the session is over: nothing moves by itself, so nothing that was typed is lost. The popup logs in
 * beside the page.
 */
export function Ended() {
  const bff = useBff();
  const session = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const [failure, setFailure] = useState<string>();
  const over = session.status === 'anonymous' && (session.reason === 'expired' || session.reason === 'ended');
  const [dismissed, setDismissed] = useState(false);
  useEffect(() => {
    setDismissed(false);
    setFailure(undefined);
  }, [over]);
  useEffect(() => {
    const element = dialog.current;
    if (!over || dismissed) element?.close();
    else if (!element?.open) element?.showModal();
  }, [over, dismissed]);
  const popup = () => bff.loginPopup({ returnTo: '/popup.html' }).catch((refusal: unknown) => setFailure(String(refusal)));
  const expired = session.status === 'anonymous' && session.reason === 'expired';
  return (
    <dialog ref={dialog} aria-labelledby="ended-title" data-testid="session-ended" onClose={() => setDismissed(true)}>
      <h2 id="ended-title">{expired ? 'Your ticket has expired' : 'Your session was ended'}</h2>
      <p>
        {expired
          ? 'Nothing happened here for a while. Log in beside this page, and it stays just as it is.'
          : 'You, or somebody in charge, logged you out somewhere else.'}
      </p>
      {failure && <p className="notice" role="alert">{failure}</p>}
      <div className="buttons">
        <button type="button" data-testid="relogin-popup" onClick={() => void popup()}>Log in in a small window</button>
        <button type="button" className="quiet" data-testid="relogin-page" onClick={() => bff.login()}>Log in here</button>
        <button type="button" className="quiet" data-testid="dismiss-ended" onClick={() => setDismissed(true)}>Not now</button>
      </div>
    </dialog>
  );
}
