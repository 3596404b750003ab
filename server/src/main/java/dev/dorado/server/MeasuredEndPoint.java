package dev.dorado.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/** The server's end of a connection, which knows how much the peer has taken. Thread-safe. */
final class MeasuredEndPoint extends SocketChannelEndPoint {

  private volatile long sent;

  MeasuredEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
    super(channel, selector, key, scheduler);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one write is under way at a time
  public boolean flush(ByteBuffer... buffers) throws IOException {
    long before = BufferUtil.remaining(buffers);
    try {
      return super.flush(buffers);
    } finally {
      sent += before - BufferUtil.remaining(buffers);
    }
  }

  /** Bytes that the system has taken to send them. */
  long sent() {
    return sent;
  }

  /** Whether there is more to send than the system takes, because the peer does not read. */
  boolean isBlocked() {
    return getWriteFlusher().isPending();
  }
}
