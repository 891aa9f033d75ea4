import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBff } from '@cloakroom/client';
import { BffProvider } from '@cloakroom/client/react';
import { App } from './App.js';
import './app.css';

/** The claims this app's gateway is configured to show. */
interface Guest {
  sub: string;
  name?: string;
  preferred_username?: string;
  email?: string;
}

declare module '@cloakroom/client' {
  interface Register {
    user: Guest;
  }
}

/** `?warn=86400` shows the warning of a session's end a day early: nobody wants to wait half an hour to see it. */
const warnSeconds = Number(new URLSearchParams(location.search).get('warn')) || 60;

const bff = createBff({ warnSeconds });

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <BffProvider client={bff}>
      <App />
    </BffProvider>
  </StrictMode>,
);
