import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, said } from '../lib/processes.mjs';
import { CLIENT } from '../lib/world.mjs';

const FOLDER = join(root, 'src/bench/peers/spring');
const JAR = join(FOLDER, 'target/spring-peer.jar');

/** Spring Cloud Gateway with oauth2Login and TokenRelay; sessions in memory. */
export const spring = {
  key: 'spring',
  jvm: true,
  name: () => `Spring Cloud Gateway (${readFileSync(join(FOLDER, 'pom.xml'), 'utf8').match(/<spring-cloud.version>([^<]+)/)[1]})`,
  missing: () => (existsSync(JAR) ? undefined : 'src/bench/peers/spring is not built'),
  login: '/api/coat',
  websocket: true,
  recipe: ({ port, issuer, upstream }) => ({
    command: `${said('. .mvn/jdk25.sh && find_jdk25 && printf %s "$JAVA_HOME"').trim()}/bin/java`,
    args: ['--enable-native-access=ALL-UNNAMED', '--sun-misc-unsafe-memory-access=allow', '-XX:+UseG1GC', '-jar', JAR],
    env: { PORT: String(port), ISSUER: issuer, CLIENT_ID: CLIENT.id, CLIENT_SECRET: CLIENT.secret, UPSTREAM: `http://127.0.0.1:${upstream}` },
  }),
};
