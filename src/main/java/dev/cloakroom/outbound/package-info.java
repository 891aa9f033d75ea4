/// What leaves the gateway: heads of messages written in one go, and connections flushed together.
///
/// A leaf; depends on nothing of the house. Decisions, each from a profile of the hot path, where
/// about half of the time is spent in system calls, most of it in those that send. A fifth of that
/// is waking up whoever reads; sent one after the other at the end of a turn of the event loop,
/// most of them find the reader awake. And a head is put together in an array of bytes and copied
/// once: written to a buffer character by character, as libraries do it, it costs as much as all
/// decisions about it together.
///
/// The names of fields are here, too, for those who read heads: they are the same few whichever way
/// a message goes.
@CheckReturnValue
@NullMarked
package dev.cloakroom.outbound;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
