// Signing keys, made at start and kept nowhere.
import { generateKeyPairSync, randomUUID } from 'node:crypto';

const jwk = (type, options) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
  kid: randomUUID(),
  use: 'sig',
});

/** One key of each kind; an ID token is signed by the one that the client's algorithm asks for. */
export const freshKeys = () => [jwk('rsa', { modulusLength: 2048 }), jwk('ec', { namedCurve: 'P-256' })];
