import { useEffect, useState } from 'react';
import type { Authenticated } from '@cloakroom/client';
import { useBff, useSession } from '@cloakroom/client/react';
import { Hanger } from './Hanger.js';

/** The ticket: all that the browser gets for the coats behind the counter. */
export function Ticket() {
  const session = useSession();
  return (
    <div className="ticket" data-state={session.status}>
      <div className="stub"><Hanger /><span>No.</span><strong>{session.status === 'authenticated' ? session.id.slice(0, 4) : '----'}</strong></div>
      <div className="body">
        {session.status === 'authenticated' ? <CheckedIn session={session} /> : <Empty waiting={session.status === 'loading'} />}
      </div>
    </div>
  );
}

function Empty({ waiting }: { waiting: boolean }) {
  const bff = useBff();
  return (
    <>
      <p className="kicker">{waiting ? 'One moment' : 'No coat checked in'}</p>
      <p className="holder">{waiting ? '…' : 'Nobody'}</p>
      <p>{waiting ? 'Asking at the counter who you are.' : 'Log in, and this ticket is yours: one cookie that means nothing to anybody else.'}</p>
      {!waiting && <button type="button" onClick={() => bff.login()}>Check in your coat</button>}
    </>
  );
}

function CheckedIn({ session }: { session: Authenticated }) {
  const bff = useBff();
  const left = useSecondsUntil(session.endsAt);
  const whole = Math.min(session.expiresIn, session.idleExpiresIn);
  return (
    <>
      <p className="kicker">Admit one</p>
      <p className="holder" data-testid="who">{session.user.name ?? session.user.sub}</p>
      <dl className="facts">
        <div><dt>Ticket</dt><dd data-testid="session-handle">{session.id}</dd></div>
        <div><dt>Provider</dt><dd>{session.provider}</dd></div>
        {session.authTime !== undefined && <div><dt>Checked in</dt><dd>{new Date(session.authTime * 1000).toLocaleTimeString()}</dd></div>}
        <div><dt>Valid for</dt><dd data-testid="countdown">{clock(left)}</dd></div>
      </dl>
      <progress value={left} max={whole} aria-label="Time left">{clock(left)}</progress>
      <button type="button" className="quiet" onClick={() => void bff.extend()}>I am still here</button>
    </>
  );
}

/** Whole seconds until a moment of this page's clock, counting down. */
export function useSecondsUntil(moment: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    const tick = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(tick);
  }, [moment]);
  return Math.max(0, Math.ceil((moment - now) / 1000));
}

export function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.slice(seconds < 3600 ? 1 : 0).map((part) => String(part).padStart(2, '0')).join(':');
}
