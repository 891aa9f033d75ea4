// The peers, in the order of the tables: the floors, ourselves, the others.
import { apache } from './apache.mjs';
import { cloakroom, cloakroomRedis } from './cloakroom.mjs';
import { haproxy } from './haproxy.mjs';
import { lua } from './lua.mjs';
import { nginx } from './nginx.mjs';
import { express, fastify } from './node.mjs';
import { oauth2Proxy } from './oauth2-proxy.mjs';
import { spring } from './spring.mjs';

/** Each says its key, its name with its version, what is missing, where a login starts, and how to start it (`recipe`). */
export const peers = [nginx, haproxy, cloakroom, cloakroomRedis, apache, lua, oauth2Proxy, fastify, express, spring];
