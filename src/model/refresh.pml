/*
 * One refresh of a session at a time, across nodes: the protocol of dev.cloakroom.token, small enough
 * to be searched completely.
 *
 *     spin -a refresh.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan
 *
 * There is one session. Its access token expires ROUNDS times. NODES gateways see that at any moment,
 * each by what it remembers of the session, which may be old. The provider rotates refresh tokens
 * strictly: a second use of one revokes the login. A user may log out at any moment. With DEATHS a node
 * may die between any two steps; with PAUSES one may stand still while its lease runs out.
 *
 * What must hold is asserted where it could break:
 *   once      no refresh token is spent twice
 *   kept      no session is lost but by its user
 *   over      an ended session never comes back
 *   revoked   after a logout no token is left that could be refreshed
 *   live      nobody waits for ever (a waiter that is stuck is an invalid end state)
 * A node that dies after the provider answered and before the store has it takes the new token along:
 * the one loss nobody can avoid. It is counted as `taken`, and excuses `once`, `kept` and `revoked`. A
 * lease that ran out under a node that stands still excuses the same, but nothing excuses `over`.
 *
 * To see what each part is for, take it out: NO_LEASE, NO_REREAD, NO_FENCE, NO_EXPIRY.
 */

#ifndef NODES
#define NODES 2
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif
#ifndef DEATHS
#define DEATHS 0
#endif
#ifndef PAUSES
#define PAUSES 0
#endif

#define NOBODY 255
#define NONE 255

/* The store. Refresh tokens are numbers. */
bool alive = true;
byte version = 0;
byte token = 0;
byte holder = NOBODY;          /* of the lease */

/* The provider. */
byte live = 0;                 /* the one refresh token that is good */
byte newest = 0;
bool loginRevoked = false;

/* Time: the access tokens of versions below this one have expired. */
byte due = 0;

/* What the properties speak of. */
bool loggedOut = false;
byte deaths = 0;
bool dead[NODES];
bool taken = false;            /* a new token died with its node */
byte pauses = 0;
byte left = NODES + 1;         /* nodes and the user, while they can still do something */

#define EXCUSED (taken || pauses > 0)

/* One call of the token endpoint, as the provider sees it. */
inline ask(old, answer) {
  atomic {
    if
    :: loginRevoked -> answer = NONE
    :: else ->
       if
       :: old == live -> newest++; live = newest; answer = newest
       :: else ->
          assert(EXCUSED);                   /* once */
          loginRevoked = true; answer = NONE
       fi
    fi
  }
}

/* Revocation (RFC 7009) of one token; a token that was replaced before is unknown. */
inline revoke(it) {
  atomic {
    if
    :: it == live -> loginRevoked = true
    :: else
    fi
  }
}

/* A compare-and-set: stores only what was made of the version that is stored. */
inline replace(old, next, gone) {
  atomic {
    gone = false;
#ifdef NO_FENCE
    version = old + 1; token = next; alive = true;
#else
    if
    :: alive && version == old -> version = old + 1; token = next
    :: alive && version != old                               /* somebody else was first */
    :: !alive -> gone = true
    fi;
#endif
    assert(!(loggedOut && alive))                            /* over */
  }
}

/* The provider refused the token of this version: that says nothing about a newer one. */
inline endIf(old) {
  atomic {
    if
#ifdef NO_FENCE
    :: alive ->
#else
    :: alive && version == old ->
#endif
       assert(EXCUSED);                                      /* kept */
       alive = false
    :: else
    fi
  }
}

inline read() {
  d_step { v = version; t = token }
}

inline mayDie() {
  if
  :: true
  :: deaths < DEATHS -> goto dies
  fi
}

proctype Node(byte me) {
  byte v = 0;                  /* what this node remembers of the session */
  byte t = 0;
  byte got = NONE;             /* a new token that is not stored yet */
  bool gone = false;

  do
  :: !alive -> break
  :: alive && due == ROUNDS && version >= due -> break       /* nothing will ever be due again */
  :: alive && v != version -> read()                         /* another node's change is heard of */
  :: alive && v < due ->                                     /* a call finds the token due */
#ifndef NO_LEASE
     if
     :: atomic { holder == NOBODY -> holder = me }
     :: atomic { holder != NOBODY ->
          (holder == NOBODY || version != v || !alive) }     /* waits, and re-reads */
        read();
        goto again
     fi;
#endif
     mayDie();
#ifndef NO_REREAD
     read();
#endif
     if
     :: alive && v < due ->
#if PAUSES > 0
        if                                                   /* held up: spends nothing */
        :: holder != me -> goto again
        :: else
        fi;
#endif
        mayDie();
        ask(t, got);
        mayDie();
        if
        :: got == NONE -> endIf(v)
        :: else ->
           replace(v, got, gone);
           if
           :: gone -> revoke(got)
           :: else
           fi
        fi;
        got = NONE;
        read()
     :: else
     fi;
     mayDie();
#ifndef NO_LEASE
     atomic {                                                /* gives back its own lease only */
       if
       :: holder == me -> holder = NOBODY
       :: else
       fi
     };
#endif
again:
     skip
  od;
  goto leaves;

dies:
  atomic {
    deaths++;
    dead[me] = true;
    if
    :: got != NONE -> taken = true
    :: else
    fi
  }

leaves:
  left--
}

/* The user logs out once, or never. */
proctype User() {
  byte t;
  if
  :: true
  :: atomic { alive -> t = token; alive = false; loggedOut = true }
     revoke(t)
  fi;
  left--
}

/* Access tokens expire; so does the lease of a node that died, and that of one that stands still. */
proctype Time() {
  do
  :: atomic { due < ROUNDS && version >= due -> due = version + 1 }
#ifndef NO_EXPIRY
  :: atomic { holder != NOBODY && dead[holder] -> holder = NOBODY }
#endif
#if PAUSES > 0
  :: atomic { pauses < PAUSES && holder != NOBODY -> pauses++; holder = NOBODY }
#endif
  :: atomic { left == 0 ->
       assert(!loggedOut || loginRevoked || EXCUSED);        /* revoked */
       assert(loggedOut || alive || EXCUSED) }               /* kept */
     break
  od
}

init {
  byte n = 0;
  atomic {
    do
    :: n < NODES -> run Node(n); n++
    :: else -> break
    od;
    run User();
    run Time()
  }
}
