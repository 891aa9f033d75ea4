// What a browser test may hold on to (data-testid):
//
//   login, logout              the buttons in the header        session-status   loading | anonymous | authenticated
//   who                        the name on the ticket           claims           the claims, as JSON
//   countdown                  time left, mm:ss                 session-handle   the session's public handle
//   call-me, call-orders, post-order                            the calls of "Call the API"
//   api-status, api-result     status line and body             saw-cookie, saw-bearer   what the API saw
//   status-401, -403, -500, -slow, status-result, status-meaning
//   stream-start, stream-stop, stream (the log), socket-open, socket-close, socket-text, socket-send, socket-log
//   expiry-warning, expiry-seconds, extend                      the warning before a session ends
//   session-ended, relogin-popup, relogin-page, dismiss-ended   the dialog after it ended
//   end-here, refresh-tokens, refresh-result                    "What if…"
//   sessions, session-here, session-elsewhere, session-end      the page /sessions, which needs a login
//   sessions-reload, sessions-logout, sessions-said, sessions-trouble, sessions-login
//   orders, order-<id>, order-item, order-send, order-sent      the page /orders, which needs a login
//   notice                                                      why a log in or log out did not work
import { useEffect, useState } from 'react';
import { useBff, useSession, useUser } from '@cloakroom/client/react';
import { Ended, Expiry } from './Expiry.js';
import { Hanger } from './Hanger.js';
import { Home } from './Home.js';
import { OrdersPage } from './Orders.js';
import { SessionsPage } from './Sessions.js';

export function App() {
  return (
    <>
      <a className="skip" href="#main">Skip to the content</a>
      <Expiry />
      <Header />
      <main id="main"><Page path={location.pathname} /></main>
      <Ended />
      <footer className="page-foot">
        <p>The coats stay behind the counter. Open the developer tools and look for a token: there is none in this page, in its storage or in its calls.</p>
      </footer>
    </>
  );
}

function Page({ path }: { path: string }) {
  switch (path) {
    case '/orders': return <OrdersPage />;
    case '/sessions': return <SessionsPage />;
    default: return <Home />;
  }
}

const PLACES = [
  ['/', 'Front desk'],
  ['/orders', 'Orders'],
  ['/sessions', 'My sessions'],
] as const;

function Header() {
  const bff = useBff();
  const session = useSession();
  const user = useUser();
  const [notice, setNotice] = useState<string>();
  useEffect(() => setNotice(undefined), [session.status]);
  const leave = () => bff.logout().catch(() => setNotice('Logging out did not work. You are still logged in; please try again.'));
  return (
    <header className="page-head">
      <a className="brand" href="/"><Hanger />Cloakroom</a>
      <nav aria-label="Pages">
        {PLACES.map(([path, name]) => (
          <a key={path} href={path} aria-current={location.pathname === path ? 'page' : undefined}>{name}</a>
        ))}
      </nav>
      <div className="who-am-i">
        <span className="visually-hidden" role="status" data-testid="session-status">{session.status}</span>
        {session.status === 'authenticated' && (
          <>
            <span className="name">{user?.name ?? user?.sub}</span>
            <button type="button" className="quiet" data-testid="logout" onClick={() => void leave()}>Log out</button>
          </>
        )}
        {session.status === 'anonymous' && (
          <button type="button" data-testid="login" onClick={() => bff.login()}>Log in</button>
        )}
      </div>
      {notice && <p className="notice" role="alert" data-testid="notice">{notice}</p>}
    </header>
  );
}
