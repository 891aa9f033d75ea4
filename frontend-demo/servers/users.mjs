// The people who can log in. The passwords are checked: a demo that lets anybody in shows nothing.
import { createHash, timingSafeEqual } from 'node:crypto';

const USERS = new Map(
  [
    { sub: 'alice', password: 'wonderland', name: 'Alice Liddell', given_name: 'Alice', family_name: 'Liddell' },
    { sub: 'bob', password: 'builder', name: 'Bob Baumeister', given_name: 'Bob', family_name: 'Baumeister' },
  ].map((user) => [user.sub, user]),
);

const digest = (text) => createHash('sha256').update(text).digest();

/** The subject behind a name and a password, or undefined. */
export function authenticate(username = '', password = '') {
  const user = USERS.get(username.trim().toLowerCase());
  const right = timingSafeEqual(digest(password), digest(user?.password ?? ''));
  return user && right ? user.sub : undefined;
}

/** The claims of a subject, or undefined. */
export function claimsOf(sub) {
  const user = USERS.get(sub);
  if (!user) return undefined;
  const { password: _, ...claims } = user;
  return { ...claims, preferred_username: sub, email: `${sub}@example.test`, email_verified: true };
}

/** What the login page shows, since this is a demo: who can log in, and how. */
export const demoAccounts = () => [...USERS.values()].map(({ sub, password }) => ({ username: sub, password }));
