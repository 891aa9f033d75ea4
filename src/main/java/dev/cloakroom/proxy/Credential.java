package dev.cloakroom.proxy;

import io.vertx.core.Future;
import java.util.Optional;

/// What the gateway puts into `Authorization` of a forwarded request.
public interface Credential {
  /// The whole field value, such as `Bearer …`. Never logged.
  String authorization();

  /// Another credential after the upstream refused this one as `invalid_token`; asked at most once
  /// per call, and only where the request can be replayed. Empty: pass the 401 on.
  Future<Optional<Credential>> renew();
}
