package dev.cloakroom.session.redis;

/// What is done in Redis, each in one step and in one hash slot. Every script answers an array that
/// begins with a word. The texts go along with every call: a server that has restarted or taken
/// over knows none.
///
/// A session is a hash: `v` version, `d` sealed session, `c` sealed card, `i` idle deadline, `x`
/// absolute deadline, `n` the names it is indexed by; both in milliseconds of the gateways' clock,
/// which alone decides. Redis' own expiry comes later and only cleans up.
enum Script {
  /// KEYS session, tombstone. ARGV now, new idle deadline or 0, least step, slack.
  FIND(
      """
      local h = redis.pcall('HMGET', KEYS[1], 'v', 'd', 'i', 'x')
      if h.err then return {'broken'} end
      if not h[1] then
        local g = redis.pcall('GET', KEYS[2])
        if type(g) == 'string' then return {'gone', g} end
        return {'none'}
      end
      local now, i, x = tonumber(ARGV[1]), tonumber(h[3]), tonumber(h[4])
      if not (i and x and h[2] and tonumber(h[1])) then return {'broken'} end
      local to = tonumber(ARGV[2])
      if to > 0 and i > now and x > now and to - i >= tonumber(ARGV[3]) then
        i = to
        redis.call('HSET', KEYS[1], 'i', ARGV[2])
        redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.min(i, x) - now + ARGV[4]))
      end
      return {'live', h[1], h[2], string.format('%.0f', i), h[4]}
      """),

  /// KEYS session. ARGV now, new idle deadline, slack.
  TOUCH(
      """
      local h = redis.pcall('HMGET', KEYS[1], 'i', 'x')
      if not (h[1] and h[2]) then return {'none'} end
      if tonumber(ARGV[2]) > tonumber(h[1]) then
        redis.call('HSET', KEYS[1], 'i', ARGV[2])
        redis.call('PEXPIRE', KEYS[1],
            string.format('%.0f', math.min(ARGV[2], h[2]) - ARGV[1] + ARGV[3]))
      end
      return {'touched'}
      """),

  /// KEYS session, tombstone. ARGV now, version, session, card, idle, absolute, names, life.
  START(
      """
      local g = redis.call('GET', KEYS[2])
      if g and tonumber(string.match(g, ' (%d+)$')) > tonumber(ARGV[1]) then
        return {'logged_out'}
      end
      redis.call('HSET', KEYS[1], 'v', ARGV[2], 'd', ARGV[3], 'c', ARGV[4], 'i', ARGV[5],
          'x', ARGV[6], 'n', ARGV[7])
      redis.call('PEXPIRE', KEYS[1], ARGV[8])
      return {'stored'}
      """),

  /// KEYS session. ARGV now, new version, session, card, channel, message.
  REPLACE(
      """
      local h = redis.pcall('HMGET', KEYS[1], 'v', 'd', 'i')
      if (tonumber(h[3]) or 0) <= tonumber(ARGV[1]) then return {'none'} end
      if tonumber(h[1]) ~= ARGV[2] - 1 then return {'superseded', h[1], h[2], h[3]} end
      redis.call('HSET', KEYS[1], 'v', ARGV[2], 'd', ARGV[3], 'c', ARGV[4])
      redis.call('PUBLISH', ARGV[5], ARGV[6])
      return {'stored', h[3]}
      """),

  /// KEYS session, tombstone, receipt. ARGV version or '', tombstone or '', 'always' or 'found',
  /// channel, message, now or '', what the receipt says, what takes its place or ''. 'always'
  /// leaves a tombstone for a login that is on its way, too; with `now` only a session past its
  /// deadline ends. The receipt stays, without the tokens, so that who asks again for want of an
  /// answer learns that it was his own doing, and anybody else what took the session's place. What
  /// is no session in its place goes, too.
  END(
      """
      local h = redis.pcall('HMGET', KEYS[1], 'v', 'd', 'c', 'n', 'i', 'x')
      if h.err then
        redis.call('DEL', KEYS[1])
        redis.call('PUBLISH', ARGV[4], ARGV[5])
      end
      if not h[1] then
        local r = redis.call('HMGET', KEYS[3], 'r', 'v', 'c', 'n', 'f')
        if r[1] == ARGV[7] then return {'repeated', r[2], '', r[3], r[4]} end
        if ARGV[3] == 'always' and ARGV[2] ~= '' then
          redis.call('SET', KEYS[2], ARGV[2], 'PX', 600000, 'NX')
        end
        return {'none', r[5] or ''}
      end
      if ARGV[1] ~= '' and ARGV[1] ~= h[1] then return {'superseded', h[1], h[2]} end
      local till = math.min(tonumber(h[5]) or 0, tonumber(h[6]) or 0)
      if ARGV[6] ~= '' and till > tonumber(ARGV[6]) then return {'alive'} end
      redis.call('DEL', KEYS[1])
      redis.call('HSET', KEYS[3], 'r', ARGV[7], 'v', h[1], 'c', h[3] or '', 'n', h[4] or '',
          'f', ARGV[8])
      redis.call('PEXPIRE', KEYS[3], 600000)
      if ARGV[2] ~= '' then redis.call('SET', KEYS[2], ARGV[2], 'PX', 600000, 'NX') end
      redis.call('PUBLISH', ARGV[4], ARGV[5])
      return {'ended', h[1], h[2] or '', h[3] or '', h[4] or ''}
      """),

  /// KEYS index, bar. ARGV member, score, oldest score that can still live, life. Members of one
  /// millisecond keep their order. What is no index in its place goes.
  INDEX(
      """
      if redis.call('EXISTS', KEYS[2]) == 1 then return {'logged_out'} end
      if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
      redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
      local same = redis.call('ZCOUNT', KEYS[1], ARGV[2], '(' .. (ARGV[2] + 1))
      redis.call('ZADD', KEYS[1], string.format('%.3f', ARGV[2] + same / 1000), ARGV[1])
      redis.call('PEXPIRE', KEYS[1], ARGV[4])
      return {'indexed'}
      """),

  /// KEYS index. ARGV members.
  UNINDEX(
      """
      redis.pcall('ZREM', KEYS[1], unpack(ARGV))
      return {'done'}
      """),

  /// KEYS index, bar. ARGV 'bar' or 'look', greatest score. Answers members and scores by turns.
  MEMBERS(
      """
      if ARGV[1] == 'bar' then redis.call('SET', KEYS[2], '1', 'PX', 600000) end
      local members = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'WITHSCORES')
      table.insert(members, 1, 'members')
      return members
      """),

  /// KEYS session. ARGV now.
  CARD(
      """
      local h = redis.pcall('HMGET', KEYS[1], 'c', 'i', 'x')
      if not h[1] then return {'none'} end
      local till = math.min(tonumber(h[2]) or 0, tonumber(h[3]) or 0)
      if till <= tonumber(ARGV[1]) then return {'none'} end
      return {'card', h[1], h[2]}
      """),

  /// KEYS claim. ARGV value, milliseconds.
  CLAIM(
      """
      if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return {'claimed'} end
      return {'taken'}
      """),

  /// KEYS claim.
  CLAIMED(
      """
      if redis.call('EXISTS', KEYS[1]) == 1 then return {'taken'} end
      return {'free'}
      """),

  /// KEYS lease. ARGV holder, milliseconds.
  LEASE(
      """
      local h = redis.call('GET', KEYS[1])
      if h and h ~= ARGV[1] then return {'taken'} end
      redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
      return {'claimed'}
      """),

  /// KEYS lease. ARGV holder.
  RELEASE(
      """
      if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
      return {'done'}
      """),

  /// KEYS beat. ARGV channel, message. Writes, so that a server that only reads is found out.
  BEAT(
      """
      redis.call('SET', KEYS[1], ARGV[2], 'PX', 10000)
      redis.call('PUBLISH', ARGV[1], ARGV[2])
      return {'done'}
      """);

  private final String text;

  Script(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
