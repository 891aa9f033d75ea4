import { useEffect } from 'react';
import { RequireAuth, SignedOut, useUser } from '@cloakroom/client/react';
import { CallApi } from './CallApi.js';
import { Live } from './Live.js';
import { Statuses } from './Statuses.js';
import { Ticket } from './Ticket.js';
import { WhatIf } from './WhatIf.js';

export function Home() {
  return (
    <>
      <section className="hero" aria-labelledby="headline">
        <div>
          <p className="kicker">A Backend for Frontend, at work</p>
          <h1 id="headline">The coats stay behind the counter. You get a ticket.</h1>
          <p className="lead">
            This app logs you in and calls an API, and yet it never holds a token. The gateway keeps them; the browser gets one
            opaque cookie that no script can read.
          </p>
        </div>
        <Ticket />
      </section>
      <Counter />
      <RequireAuth login={false} keepWhenExpired fallback={<Invitation />}>
        <Cards />
      </RequireAuth>
    </>
  );
}

function Cards() {
  // The browser looked for the fragment before the cards were there.
  useEffect(() => {
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);
  return (
    <div className="cards">
      <Claims />
      <CallApi />
      <Live />
      <Statuses />
      <WhatIf />
    </div>
  );
}

function Invitation() {
  return (
    <SignedOut>
      <section className="card" aria-labelledby="try">
        <h2 id="try">Try it</h2>
        <p>
          Log in as <code>alice</code> with <code>wonderland</code>, or as <code>bob</code> with <code>builder</code>. A link to{' '}
          <a href="/orders#CR-1042">one order of three</a> works too: you land on that very order after the login.
        </p>
      </section>
    </SignedOut>
  );
}

const STOPS = [
  ['You', 'Your browser', 'holds one ticket', '__Host-Http-session, unreadable to scripts'],
  ['Counter', 'Cloakroom', 'keeps the coats', 'access, refresh and ID token, in the session'],
  ['Wardrobe', 'Your API', 'sees the coat only', 'Authorization: Bearer, no cookie'],
] as const;

function Counter() {
  return (
    <ol className="counter" aria-label="Who holds what">
      {STOPS.map(([role, name, does, detail]) => (
        <li key={role}>
          <span className="kicker">{role}</span>
          <strong>{name}</strong>
          <span>{does}</span>
          <small>{detail}</small>
        </li>
      ))}
    </ol>
  );
}

function Claims() {
  const user = useUser();
  return (
    <section className="card" aria-labelledby="claims">
      <h2 id="claims">Who am I?</h2>
      <p>The gateway shows the claims that its configuration allows, and nothing else of the ID token.</p>
      <pre tabIndex={0} data-testid="claims">{JSON.stringify(user, null, 2)}</pre>
    </section>
  );
}
