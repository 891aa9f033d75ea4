package dev.cloakroom.upstream.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpVersion;

/// The head of an answer.
public record AnswerHead(HttpVersion version, int status, MultiMap fields) {}
