/// Messages as octets: heads read and written in one go, and connections flushed together.
///
/// A leaf; depends on nothing of the house. Decisions, each from a profile of the hot path, where
/// more than half of the time is spent in system calls, most of it in those that send. A fifth of
/// that is waking up whoever reads; sent one after the other at the end of a turn of the event
/// loop, most of them find the reader awake. And a head is put together in an array of bytes and
/// copied once: written to a buffer character by character, as libraries do it, it costs as much as
/// all decisions about it together.
///
/// Heads are read the same way: copied once, and read where they lie, if they are short and have
/// nothing odd in them. All others are the library's decoder to read, so that there is one opinion
/// about what is odd; a plain one it would read alike, at a tenth of a call more. The names of
/// fields are the same few whichever way a message goes.
@CheckReturnValue
@NullMarked
package dev.cloakroom.octets;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
