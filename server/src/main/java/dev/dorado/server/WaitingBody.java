package dev.dorado.server;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * A request body that is read as it arrives, while no thread waits for it. It grows with what
 * comes, whatever length the request states. Its memory is released when the request has been
 * answered. Thread-safe.
 */
final class WaitingBody {

  private static final int SMALLEST_BLOCK = 4 * 1024;
  private static final int LARGEST_BLOCK = 256 * 1024;

  private final Request request;
  private final long limit;
  private final long routeLimit;
  private final BodyMemory memory;
  private final ServerSettings settings;
  private final ScheduledExecutorService timer;
  private final Receiver receiver;
  private final Deque<ByteBuffer> blocks = new ArrayDeque<>();
  private long received;
  private long receivedBefore;
  private long reserved;
  private boolean ended;
  private ScheduledFuture<?> check;

  /**
   * @param routeLimit how many bytes the route takes; where there are more, the rest is not read,
   *     and the route sees that. What is longer than all memory of bodies is refused here.
   */
  WaitingBody(
      Request request,
      long routeLimit,
      BodyMemory memory,
      ServerSettings settings,
      ScheduledExecutorService timer,
      Receiver receiver) {
    this.request = request;
    this.routeLimit = routeLimit;
    this.limit = Math.min(routeLimit, memory.most());
    this.memory = memory;
    this.settings = settings;
    this.timer = timer;
    this.receiver = receiver;
  }

  /** Reads what has come; the receiver learns when the body is complete or refused. */
  void read() {
    Runnable end;
    synchronized (this) {
      end = ended ? () -> {} : readUntilEnd();
    }
    end.run();
  }

  /** What to do now that the reading has ended, or nothing if it goes on. */
  private Runnable readUntilEnd() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        checkRate();
        request.demand(this::read);
        return () -> {};
      }
      if (Content.Chunk.isFailure(chunk)) {
        end();
        return () -> receiver.complete(new Arrived(request, blocks, chunk));
      }
      boolean kept = keep(chunk.getByteBuffer());
      boolean last = chunk.isLast();
      chunk.release();
      if (!kept) {
        end();
        blocks.clear();
        return () -> receiver.refused(Refusal.MEMORY, memoryProblem());
      }
      if (received > limit && limit < routeLimit) {
        end();
        blocks.clear();
        return () -> receiver.refused(Refusal.SIZE, tooLong("longer", memory));
      }
      if (last || received > limit) {
        end();
        return () -> receiver.complete(new Arrived(request, blocks, Content.Chunk.EOF));
      }
    }
  }

  private boolean keep(ByteBuffer bytes) {
    while (bytes.hasRemaining() && received <= limit) {
      ByteBuffer block = blocks.peekLast();
      if (received == limit && limit < routeLimit) {
        // There is no memory for the byte that shows that the body is too long.
        received++;
        return true;
      }
      if (block == null || !block.hasRemaining()) {
        long grown = Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, received));
        // A body of the limit takes no more memory than its length.
        int size = (int) Math.max(1, Math.min(grown, limit - reserved));
        if (!memory.reserve(size)) {
          return false;
        }
        reserved += size;
        block = ByteBuffer.allocate(size);
        blocks.add(block);
      }
      int length = Math.min(block.remaining(), bytes.remaining());
      block.put(bytes.slice().limit(length));
      bytes.position(bytes.position() + length);
      received += length;
    }
    return true;
  }

  private void checkRate() {
    if (check == null) {
      long window = settings.bodyWindow().toMillis();
      check =
          timer.scheduleWithFixedDelay(this::refuseIfSlow, window, window, TimeUnit.MILLISECONDS);
    }
  }

  private void refuseIfSlow() {
    synchronized (this) {
      if (ended || received - receivedBefore >= settings.leastOfBody()) {
        receivedBefore = received;
        return;
      }
      end();
      blocks.clear();
    }
    receiver.refused(Refusal.SLOW_BODY, slowProblem());
  }

  private void end() {
    ended = true;
    if (check != null) {
      check.cancel(false);
    }
    long held = reserved;
    Request.addCompletionListener(request, failure -> memory.release(held));
  }

  /** A body that all the memory of bodies is too small for. */
  static Problem tooLong(String size, BodyMemory memory) {
    return new Problem(
            413,
            "Too large",
            ("the body is %s: expected at most %d bytes, all the memory that this process has for bodies"
                    + " (dorado.server.bodies-in-memory, by default a sixth of the heap): send less at"
                    + " once, or give the process more memory")
                .formatted(size, memory.most()))
        .with("limit", memory.most());
  }

  private Problem memoryProblem() {
    return new Problem(
            503,
            "Busy",
            ("the bodies of the requests under way need more than %d bytes of memory"
                    + " (dorado.server.bodies-in-memory): send this one again later")
                .formatted(memory.most()))
        .with("limit", memory.most());
  }

  private Problem slowProblem() {
    return new Problem(
            408,
            "Too slow",
            ("%d bytes of the body came, fewer than %d per second during %d ms (dorado.server.body-rate):"
                    + " send the request again")
                .formatted(received, settings.bodyRate(), settings.bodyWindow().toMillis()))
        .with("limit", settings.bodyRate());
  }

  /** Why a body was refused before it was complete. */
  enum Refusal {
    MEMORY,
    SIZE,
    SLOW_BODY
  }

  /** Learns how the reading ended; one of its methods is called, once, and must not block. */
  interface Receiver {

    /**
     * No more is read: all of the body is there, or as much as shows that it is too long, or the
     * request broke off, which the route sees as it reads.
     */
    void complete(Request request);

    /** The request must be answered with a problem now. */
    void refused(Refusal reason, Problem problem);
  }

  /** The request with the body that has arrived. */
  private static final class Arrived extends Request.Wrapper {

    private final Deque<ByteBuffer> blocks;
    private final Content.Chunk end;

    Arrived(Request request, Deque<ByteBuffer> blocks, Content.Chunk end) {
      super(request);
      this.blocks = blocks;
      this.end = end;
    }

    @Override
    public Content.Chunk read() {
      // What the route has read is not held twice.
      ByteBuffer block = blocks.poll();
      return block == null ? end : Content.Chunk.from(block.flip(), false);
    }

    @Override
    public void demand(Runnable demandCallback) {
      demandCallback.run();
    }
  }
}
