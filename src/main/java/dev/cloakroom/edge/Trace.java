package dev.cloakroom.edge;

/// The trace of one request. The browser's own is never continued, since anybody could then force
/// sampling.
///
/// @param id 32 hexadecimal digits: what error answers and logs show
/// @param parent the whole `traceparent` field for the upstream
/// @spec https://www.w3.org/TR/trace-context/#traceparent-header W3C Trace Context, 3.2
record Trace(String id, String parent) {}
