package dev.cloakroom.upstream.exchange;

import io.vertx.core.http.HttpMethod;
import java.util.function.Consumer;

/// The head of a request. How it is framed and whom it is for, each version of HTTP says in its own
/// way; so neither is among the fields.
///
/// @param target the path and query, as they go out
/// @param authority host and, where it is not the scheme's own, port
/// @param fields says the fields, when the head is written
public record RequestHead(
    HttpMethod method,
    String target,
    String authority,
    Framing framing,
    Consumer<FieldSink> fields) {}
