package dev.cloakroom.world;

import dev.cloakroom.crypto.Entropy;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/// The first value drawn ends in 1, the second in 2: failures can be read and repeated.
public final class CountingEntropy implements Entropy {
  private final AtomicInteger drawn = new AtomicInteger();

  @Override
  public byte[] bytes(int count) {
    return ByteBuffer.allocate(count)
        .putInt(count - Integer.BYTES, drawn.incrementAndGet())
        .array();
  }
}
