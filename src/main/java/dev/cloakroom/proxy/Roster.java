package dev.cloakroom.proxy;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// The calls under way on one event loop, so that one timer can watch the time of all of them. A
/// linked list through the calls themselves: joining and leaving allocate nothing.
final class Roster {
  private @Nullable Call first;

  void add(Call call) {
    call.next = first;
    if (first != null) {
      first.previous = call;
    }
    first = call;
  }

  void remove(Call call) {
    if (call.previous != null) {
      call.previous.next = call.next;
    } else if (first == call) {
      first = call.next;
    }
    if (call.next != null) {
      call.next.previous = call.previous;
    }
    call.previous = null;
    call.next = null;
  }

  /// Expiring a call may end others, so the late ones are collected first.
  void sweep(long now) {
    var late = new ArrayList<Call>();
    for (var call = first; call != null; call = call.next) {
      if (call.patience().isOver(now)) {
        late.add(call);
      }
    }
    late.forEach(Call::expired);
  }
}
