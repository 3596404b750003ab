package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.Delivery;
import dev.dorado.ingest.SpoolSegment.Spooled;
import dev.dorado.schemas.Topics;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deliveries on the disk of this machine, in the order in which they came, until Kafka has them.
 *
 * <p>{@link #append} ends once a delivery is on the disk: written, and synchronized by the system
 * ({@code fdatasync}). Whatever was appended while the disk was busy is written and synchronized
 * together. Deliveries lie in files of about 16 MiB ({@link SpoolSegment}), each of which is
 * deleted once all of it is in Kafka. What of a file was drained is not remembered over a restart:
 * it is drained again, which changes nothing, because ids say what happened.
 *
 * <p>Thread-safe, with one thread that drains. One process at a time uses a folder.
 */
final class DeliverySpool implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DeliverySpool.class);
  private static final long SEGMENT_BYTES = 16L * 1024 * 1024;

  /** The deliveries of one write and sync. Only a slow disk causes longer batches. */
  private static final long BATCH_BYTES = 8L * 1024 * 1024;

  private final Path folder;
  private final long limit;
  private final FileChannel folderLock;
  private final Thread writer = new Thread(this::writeAll, "dorado-spool");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition appended = lock.newCondition();
  private final Condition durable = lock.newCondition();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final Deque<SpoolSegment> segments = new ArrayDeque<>();
  private long nextNumber;
  private long bytes;
  private long waiting;
  private Instant oldest;
  private String writeProblem;
  private boolean isDraining = true;
  private boolean isClosed;

  private DeliverySpool(Path folder, long limit, FileChannel folderLock) throws IOException {
    this.folder = folder;
    this.limit = limit;
    this.folderLock = folderLock;
    openSegments();
  }

  /**
   * Opens a folder, with what an earlier process left there.
   *
   * @param folder made where it is missing
   * @param limit most bytes of deliveries in it
   * @throws IllegalArgumentException if the folder can't be used; the message names the setting
   */
  static DeliverySpool open(Path folder, long limit) {
    requireNonNull(folder);
    FileChannel taken = null;
    try {
      Files.createDirectories(folder);
      taken = take(folder);
      var spool = new DeliverySpool(folder, limit, taken);
      spool.writer.setDaemon(true);
      spool.writer.start();
      return spool;
    } catch (IOException e) {
      closeQuietly(taken);
      throw new IllegalArgumentException(
          "dorado.ingest.spool-folder is %s, which can't be used (%s): expected a folder on a disk that outlives this process, which it may write to"
              .formatted(folder, e),
          e);
    }
  }

  private static FileChannel take(Path folder) throws IOException {
    var channel =
        FileChannel.open(
            folder.resolve(SpoolFolder.LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Another part of this process has it.
    }
    channel.close();
    throw new IOException("another process uses it: each ingest needs a folder of its own");
  }

  private void openSegments() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(SpoolSegment.SUFFIX)).sorted().toList();
    }
    for (Path file : files) {
      boolean isNewest = file.equals(files.get(files.size() - 1));
      nextNumber = number(file) + 1;
      try {
        var segment = SpoolSegment.open(file, isNewest, count -> waiting += count);
        segments.add(segment);
        bytes += segment.bytes();
        if (segment.isDamaged()) {
          log.error(
              "{} is damaged after byte {}: what follows can't be read; it is set aside once the rest is drained",
              file,
              segment.end());
        }
      } catch (SpoolSegment.Unreadable e) {
        if (isNewest) {
          // The process was killed before its first delivery was durable.
          Files.delete(file);
        } else {
          log.error(
              "{} can't be read ({}), and is set aside as {}",
              file,
              e.getMessage(),
              SpoolSegment.setAside(file));
        }
      }
    }
    removeDrained();
    if (waiting > 0) {
      var first = segments.getFirst();
      oldest =
          first
              .read(first.drainedTo(), first.end(), 1, BATCH_BYTES)
              .get(0)
              .delivery()
              .getReceivedAt();
      log.info("{} deliveries in {} wait for Kafka since {}", waiting, folder, oldest);
    }
  }

  private static long number(Path file) throws IOException {
    String name = file.getFileName().toString();
    try {
      return Long.parseLong(name.substring(0, name.length() - SpoolSegment.SUFFIX.length()));
    } catch (NumberFormatException e) {
      throw new IOException(file + " is no file of a spool: expected a number as its name", e);
    }
  }

  /**
   * Appends a delivery, which may be changed afterwards.
   *
   * @return ends once it is on the disk, in a thread that must not be held up; fails with {@link
   *     Refused}, and then it is not in the spool
   */
  CompletableFuture<Void> append(Delivery delivery) {
    byte[] encoded = SpoolSegment.encode(delivery);
    var next = new Pending(encoded, new CompletableFuture<>());
    lock.lock();
    try {
      if (isClosed) {
        return CompletableFuture.failedFuture(new Refused("ingest is being stopped", null));
      }
      if (bytes + SpoolSegment.framed(encoded) > limit) {
        return CompletableFuture.failedFuture(
            new Refused(
                "the spool %s is full (%,d of dorado.ingest.spool-size = %,d bytes)"
                    .formatted(folder, bytes, limit),
                null));
      }
      if (waiting == 0) {
        oldest = delivery.getReceivedAt();
      }
      bytes += SpoolSegment.framed(encoded);
      waiting++;
      pending.add(next);
      appended.signal();
      return next.done();
    } finally {
      lock.unlock();
    }
  }

  /** Whether no delivery waits, nor is being appended. */
  boolean isEmpty() {
    lock.lock();
    try {
      return waiting == 0;
    } finally {
      lock.unlock();
    }
  }

  /** What is in it. */
  Backlog backlog() {
    lock.lock();
    try {
      boolean isFull = bytes + Topics.MAX_DELIVERY_BYTES > limit;
      return new Backlog(
          waiting,
          bytes,
          limit,
          waiting == 0 ? Optional.empty() : Optional.of(oldest),
          !isFull && (writeProblem == null || hasSpace()),
          writeProblem);
    } finally {
      lock.unlock();
    }
  }

  /** Whoever looks at the health keeps deliveries away, so that no write would show that it can. */
  private boolean hasSpace() {
    try {
      return Files.getFileStore(folder).getUsableSpace() >= 2 * SEGMENT_BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The oldest deliveries, in their order. Waits until there are some.
   *
   * @param most how many, at most
   * @param mostBytes bytes of all, unless the first alone is longer
   * @return at least one; none once nothing is to be drained any more
   */
  List<Spooled> oldest(int most, long mostBytes) throws IOException, InterruptedException {
    SpoolSegment first;
    long from;
    long to;
    lock.lock();
    try {
      while (isDraining && (segments.isEmpty() || segments.getFirst().isDrained())) {
        durable.await();
      }
      if (!isDraining) {
        return List.of();
      }
      first = segments.getFirst();
      from = first.drainedTo();
      to = first.end();
    } finally {
      lock.unlock();
    }
    // Only the thread that drains removes it.
    List<Spooled> all = first.read(from, to, most, mostBytes);
    lock.lock();
    try {
      oldest = all.get(0).delivery().getReceivedAt();
    } finally {
      lock.unlock();
    }
    return all;
  }

  /**
   * Removes the oldest deliveries, which are in Kafka.
   *
   * @param drained the first ones of what {@link #oldest} returned last
   */
  void remove(List<Spooled> drained) throws IOException {
    if (drained.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      segments.getFirst().drainedTo(drained.get(drained.size() - 1).end());
      waiting -= drained.size();
      removeDrained();
    } finally {
      lock.unlock();
    }
  }

  /** Lets the thread that drains come to its end. */
  void stopDraining() {
    lock.lock();
    try {
      isDraining = false;
      durable.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Closes the spool. What was appended before is on the disk afterwards, and stays there. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      isClosed = true;
      isDraining = false;
      appended.signal();
      durable.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      writer.join();
      for (var segment : segments) {
        segment.close();
      }
    } catch (IOException e) {
      log.warn("the spool {} was not closed cleanly: {}", folder, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeQuietly(folderLock);
    }
  }

  /** Files whose deliveries are all in Kafka; the one that is written to only if none waits. */
  private void removeDrained() throws IOException {
    while (!segments.isEmpty()
        && segments.getFirst().isDrained()
        && (segments.getFirst().isSealed() || waiting == 0)) {
      var drained = segments.removeFirst();
      bytes -= drained.bytes();
      drained.remove();
    }
  }

  private void writeAll() {
    for (List<Pending> batch; !(batch = nextBatch()).isEmpty(); ) {
      write(batch);
    }
  }

  /** What waits to be written; empty once the spool is closed and nothing waits. */
  private List<Pending> nextBatch() {
    List<Pending> batch = new ArrayList<>();
    lock.lock();
    try {
      while (pending.isEmpty() && !isClosed) {
        appended.awaitUninterruptibly();
      }
      for (long size = 0; !pending.isEmpty() && size < BATCH_BYTES; ) {
        Pending next = pending.remove();
        size += SpoolSegment.framed(next.encoded());
        batch.add(next);
      }
    } finally {
      lock.unlock();
    }
    return batch;
  }

  private void write(List<Pending> batch) {
    try {
      SpoolSegment segment = writable();
      long end = segment.append(batch.stream().map(Pending::encoded).toList());
      lock.lock();
      try {
        writeProblem = null;
        segment.extend(end);
        if (segment.bytes() >= SEGMENT_BYTES) {
          segment.seal();
        }
        durable.signalAll();
      } finally {
        lock.unlock();
      }
      batch.forEach(one -> one.done().complete(null));
    } catch (IOException | RuntimeException | Error e) {
      giveUp(batch, e);
    }
  }

  private SpoolSegment writable() throws IOException {
    lock.lock();
    try {
      if (segments.isEmpty() || segments.getLast().isSealed()) {
        segments.add(
            SpoolSegment.create(
                folder.resolve("%020d".formatted(nextNumber) + SpoolSegment.SUFFIX)));
        nextNumber++;
      }
      return segments.getLast();
    } finally {
      lock.unlock();
    }
  }

  private void giveUp(List<Pending> batch, Throwable why) {
    lock.lock();
    try {
      if (writeProblem == null) {
        log.error("the spool {} can't be written to", folder, why);
      }
      writeProblem = why.getMessage() == null ? why.toString() : why.getMessage();
      bytes -= batch.stream().mapToLong(one -> SpoolSegment.framed(one.encoded())).sum();
      waiting -= batch.size();
      if (!segments.isEmpty()) {
        // After a failed synchronization, the next one of the same file would prove nothing.
        segments.getLast().seal();
      }
      removeDrained();
    } catch (IOException e) {
      why.addSuppressed(e);
    } finally {
      lock.unlock();
    }
    var refused =
        new Refused(
            "the spool %s can't be written to (%s)".formatted(folder, why.getMessage()), why);
    batch.forEach(one -> one.done().completeExceptionally(refused));
  }

  private static void closeQuietly(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        log.warn("a file of the spool was not closed cleanly: {}", e.toString());
      }
    }
  }

  /**
   * What is in a spool.
   *
   * @param deliveries how many wait, those that are being appended included
   * @param bytes what they take, and what lies before them in the same files
   * @param limit most bytes
   * @param oldest when the first of them came
   * @param accepts whether the next delivery will probably be taken, however long it is
   * @param writeProblem why the last one could not be written; null if it could
   */
  record Backlog(
      long deliveries,
      long bytes,
      long limit,
      Optional<Instant> oldest,
      boolean accepts,
      String writeProblem) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
  private record Pending(byte[] encoded, CompletableFuture<Void> done) {}

  /** A delivery was not spooled. The message says why. */
  static final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
