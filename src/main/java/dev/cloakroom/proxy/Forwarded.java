package dev.cloakroom.proxy;

import java.time.Duration;

/// How a forwarded call ended. In the cases named `…Unanswered` nothing has been written to the
/// browser, and the caller answers.
public sealed interface Forwarded {
  /// The upstream's answer, or its upgrade, went to the browser.
  record Done(int status) implements Forwarded {}

  /// No connection, TLS failure, or the connection ended before an answer: 502.
  record UnreachableUnanswered(String problem) implements Forwarded {}

  /// The upstream answered with something that is not HTTP: 502.
  record ProtocolErrorUnanswered(String problem) implements Forwarded {}

  /// No answer within `timeouts.first_byte` (or `connect`): 504.
  record TimedOutUnanswered() implements Forwarded {}

  /// The pool's queue is full: 503.
  record OverloadedUnanswered() implements Forwarded {}

  /// No connection could be made to any target for a while, and the next try is so far away: 503.
  record CutOffUnanswered(Duration retryAfter) implements Forwarded {}

  /// The request body grew past the route's bound before the upstream answered: 413.
  record BodyTooLargeUnanswered() implements Forwarded {}

  /// The request body cannot be read any further: 400.
  record BrokenBodyUnanswered() implements Forwarded {}

  /// The browser stopped sending its request body: 408.
  record StalledUnanswered() implements Forwarded {}

  /// The upgrade request itself is malformed: 400, or 426 for another version.
  record BadUpgradeUnanswered(int status) implements Forwarded {}

  /// The upstream wants the user to log in again, in a way that the login shows: 401.
  record StepUpUnanswered(StepUp wanted) implements Forwarded {}

  /// The browser went away, the session ended, or the upstream broke off in the middle of its
  /// answer; nobody is left to answer.
  record Aborted() implements Forwarded {}
}
