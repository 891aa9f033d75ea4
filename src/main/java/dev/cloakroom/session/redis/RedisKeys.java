package dev.cloakroom.session.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Sha256;
import dev.cloakroom.session.SessionKey;
import java.util.Base64;

/// What things are called in Redis. The braces keep what one script touches in one hash slot.
///
/// @spec https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags Redis
///   cluster specification, hash tags
record RedisKeys(String prefix) {
  String session(SessionKey key) {
    return prefix + ":s:{" + key.value() + "}";
  }

  String tombstone(SessionKey key) {
    return prefix + ":g:{" + key.value() + "}";
  }

  /// What the node that ended a session knows its work by.
  String receipt(SessionKey key) {
    return prefix + ":e:{" + key.value() + "}";
  }

  String lease(SessionKey key) {
    return prefix + ":l:{" + key.value() + "}";
  }

  String index(String name) {
    return prefix + ":n:{" + name + "}";
  }

  String bar(String name) {
    return prefix + ":o:{" + name + "}";
  }

  /// A claim is kept by the hash of what is claimed.
  String claim(String what) {
    var hash = Sha256.hash(what.getBytes(UTF_8));
    return prefix + ":a:{" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + "}";
  }

  String changes() {
    return prefix + ":changes";
  }

  /// What a node writes to see how far the replicas are.
  String witness(String node) {
    return prefix + ":w:" + node;
  }

  /// A node's beat: both a key and a channel.
  String beat(String node) {
    return prefix + ":beat:" + node;
  }
}
