package dev.dorado.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.dorado.benchmarks.GitHubDeliveries.Signed;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Posts deliveries over connections that stay open, a thread for each. It does as little as
 * HTTP/1.1 needs, since it uses the cores that the server wants: requests are made before, and only
 * the delivery's id changes. Any answer but 202 is an error. Not thread-safe.
 */
final class LoadClient {

  private static final String ID = "00000000-0000-4000-8000-000000000000";
  private static final int ID_DIGITS = 8;
  private static final long LONGEST_MICROS = Duration.ofMinutes(1).toNanos() / 1000;
  private static final int PRECISION = 3;
  private static final int LONGEST_ANSWER = 8192;
  private static final long LATEST_NANOS = Duration.ofSeconds(1).toNanos();

  private final int port;
  private final int connections;
  private final List<Request> requests;

  /**
   * @param port where the server listens, on this machine
   * @param path where deliveries go
   * @param deliveries what is sent, one after the other
   * @param connections how many at once
   */
  LoadClient(int port, String path, List<Signed> deliveries, int connections) {
    this.port = port;
    this.connections = connections;
    this.requests = deliveries.stream().map(one -> request(port, path, one)).toList();
  }

  /** Each connection sends the next delivery when the one before is answered. */
  Result closed(Duration time) throws InterruptedException {
    return run(time, 0, null);
  }

  /**
   * Deliveries are due at even times, whether those before are answered or not; latency is from
   * when one was due.
   */
  Result open(Duration time, int perSecond) throws InterruptedException {
    return run(time, perSecond, null);
  }

  /**
   * As {@link #open}, but any answer will do, and a connection that is closed is opened again. What
   * is due for longer than a second is not sent any more.
   *
   * @param answers counts what was answered
   */
  Result offered(Duration time, int perSecond, LoadAnswers answers) throws InterruptedException {
    return run(time, perSecond, answers);
  }

  /**
   * Sends each delivery once, one after the other.
   *
   * @return their ids, in this order
   */
  List<String> once() throws IOException {
    List<String> ids = new ArrayList<>();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      byte[] answer = new byte[LONGEST_ANSWER];
      for (var request : requests) {
        byte[] bytes = request.withNewId();
        ids.add(new String(bytes, request.idAt(), ID.length(), ISO_8859_1));
        socket.getOutputStream().write(bytes);
        readAnswer(socket.getInputStream(), answer);
      }
    }
    return ids;
  }

  private Result run(Duration time, int perSecond, LoadAnswers answers)
      throws InterruptedException {
    var ready = new CountDownLatch(connections);
    var go = new CountDownLatch(1);
    var done = new CountDownLatch(connections);
    var measured = new CountDownLatch(1);
    var due = new AtomicLong();
    List<Connection> all = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      var connection =
          new Connection(time.toNanos(), perSecond, i, due, answers, ready, go, done, measured);
      all.add(connection);
      new Thread(connection, "client-" + i).start();
    }
    ready.await();
    var before = CpuTimes.now(IngestBenchmark::partOf);
    long started = System.nanoTime();
    for (var connection : all) {
      connection.started = started;
    }
    go.countDown();
    done.await();
    long elapsed = System.nanoTime() - started;
    var cpu = CpuTimes.now(IngestBenchmark::partOf).since(before);
    measured.countDown();
    var micros = new Histogram(LONGEST_MICROS, PRECISION);
    for (var connection : all) {
      if (connection.failure != null) {
        throw new IllegalStateException("a delivery failed", connection.failure);
      }
      micros.add(connection.micros);
    }
    return new Result(Duration.ofNanos(elapsed), micros, cpu);
  }

  private static Request request(int port, String path, Signed delivery) {
    String head =
        """
        POST %s HTTP/1.1
        Host: 127.0.0.1:%d
        User-Agent: GitHub-Hookshot/044aadd
        Accept: */*
        Content-Type: application/json
        X-GitHub-Event: %s
        X-GitHub-Hook-ID: 292430182
        X-GitHub-Hook-Installation-Target-ID: 79929171
        X-GitHub-Hook-Installation-Target-Type: repository
        X-Hub-Signature-256: %s
        Content-Length: %d
        X-GitHub-Delivery: %s

        """
            .formatted(
                path, port, delivery.event(), delivery.signature(), delivery.body().length, ID)
            .replace("\n", "\r\n");
    byte[] ofHead = head.getBytes(ISO_8859_1);
    byte[] bytes = new byte[ofHead.length + delivery.body().length];
    System.arraycopy(ofHead, 0, bytes, 0, ofHead.length);
    System.arraycopy(delivery.body(), 0, bytes, ofHead.length, delivery.body().length);
    return new Request(bytes, head.indexOf(ID));
  }

  /**
   * What came of a run.
   *
   * @param elapsed how long it took
   * @param micros latencies in microseconds
   * @param cpu nanoseconds of CPU of each part of the process
   */
  record Result(Duration elapsed, Histogram micros, Map<String, Long> cpu) {

    double perSecond() {
      return micros.getTotalCount() / (elapsed.toNanos() / 1e9);
    }

    double cpuMicrosEach() {
      return cpu.values().stream().mapToLong(Long::longValue).sum() / 1e3 / micros.getTotalCount();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
  private record Request(byte[] bytes, int idAt) {

    byte[] withNewId() {
      var random = ThreadLocalRandom.current();
      return withId(random.nextInt(), random.nextInt());
    }

    byte[] withId(int first, int last) {
      byte[] changed = bytes.clone();
      putHex(changed, idAt, first);
      putHex(changed, idAt + ID.length() - ID_DIGITS, last);
      return changed;
    }

    private static void putHex(byte[] bytes, int at, int value) {
      byte[] digits = HexFormat.of().toHexDigits(value).getBytes(ISO_8859_1);
      System.arraycopy(digits, 0, bytes, at, ID_DIGITS);
    }
  }

  /** The number at the end of an id that was made of a number. */
  static int numberOf(String id) {
    return HexFormat.fromHexDigits(id, id.length() - ID_DIGITS, id.length());
  }

  private static void readAnswer(InputStream in, byte[] answer) throws IOException {
    int status = statusOf(in, answer);
    if (status != 202) {
      throw new IOException("expected 202, but got: " + new String(answer, ISO_8859_1).strip());
    }
  }

  private static int statusOf(InputStream in, byte[] answer) throws IOException {
    int length = 0;
    while (true) {
      int read = in.read(answer, length, answer.length - length);
      if (read <= 0) {
        throw new EOFException("the server closed the connection within an answer");
      }
      length += read;
      String text = new String(answer, 0, length, ISO_8859_1);
      int headEnds = text.indexOf("\r\n\r\n");
      if (headEnds >= 0 && length >= headEnds + 4 + bodyLength(text.substring(0, headEnds))) {
        return Integer.parseInt(text.substring("HTTP/1.1 ".length(), "HTTP/1.1 202".length()));
      }
    }
  }

  private static int bodyLength(String head) {
    String name = "content-length:";
    int at = head.toLowerCase(Locale.ROOT).indexOf(name);
    if (at < 0) {
      throw new IllegalStateException("an answer without Content-Length: " + head);
    }
    int end = head.indexOf('\r', at);
    return Integer.parseInt(
        head.substring(at + name.length(), end < 0 ? head.length() : end).strip());
  }

  /** One connection and its thread. */
  private final class Connection implements Runnable {

    private final long nanos;
    private final int perSecond;
    private final int number;
    private final AtomicLong due;
    private final LoadAnswers answers;
    private final CountDownLatch ready;
    private final CountDownLatch go;
    private final CountDownLatch done;
    private final CountDownLatch measured;
    private final Histogram micros = new Histogram(LONGEST_MICROS, PRECISION);
    private final byte[] answer = new byte[LONGEST_ANSWER];
    private volatile long started;
    private volatile Exception failure;

    Connection(
        long nanos,
        int perSecond,
        int number,
        AtomicLong due,
        LoadAnswers answers,
        CountDownLatch ready,
        CountDownLatch go,
        CountDownLatch done,
        CountDownLatch measured) {
      this.nanos = nanos;
      this.perSecond = perSecond;
      this.number = number;
      this.due = due;
      this.answers = answers;
      this.ready = ready;
      this.go = go;
      this.done = done;
      this.measured = measured;
    }

    @Override
    public void run() {
      if (answers != null) {
        offer();
        awaitMeasured();
        return;
      }
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setTcpNoDelay(true);
        ready.countDown();
        go.await();
        if (perSecond == 0) {
          sendOneAfterTheOther(socket);
        } else {
          sendWhenDue(socket);
        }
      } catch (IOException | InterruptedException | RuntimeException e) {
        failure = e;
        ready.countDown();
      } finally {
        done.countDown();
      }
      awaitMeasured();
    }

    private void offer() {
      Socket socket = null;
      ready.countDown();
      try {
        go.await();
        while (true) {
          long next = due.getAndIncrement();
          long offset = next * 1_000_000_000L / perSecond;
          if (offset >= nanos) {
            return;
          }
          awaitTime(started + offset);
          if (System.nanoTime() - started - offset > LATEST_NANOS) {
            answers.late();
            continue;
          }
          int id = answers.nextNumber();
          try {
            if (socket == null) {
              socket = new Socket(InetAddress.getLoopbackAddress(), port);
              socket.setTcpNoDelay(true);
            }
            var request = requests.get((int) (next % requests.size()));
            long sent = System.nanoTime();
            socket.getOutputStream().write(request.withId(id, id));
            int status = statusOf(socket.getInputStream(), answer);
            answers.answered(id, status, System.nanoTime() - sent);
            micros.recordValue(
                Math.min(LONGEST_MICROS, (System.nanoTime() - started - offset) / 1000));
          } catch (IOException e) {
            answers.closed();
            closeQuietly(socket);
            socket = null;
          }
        }
      } catch (InterruptedException e) {
        failure = e;
      } finally {
        closeQuietly(socket);
        done.countDown();
      }
    }

    private static void closeQuietly(Socket socket) {
      if (socket != null) {
        try {
          socket.close();
        } catch (IOException e) {
          // It is of no use any more, either way.
        }
      }
    }

    /** The CPU time of a thread that has ended can't be asked for. */
    private void awaitMeasured() {
      try {
        measured.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void sendOneAfterTheOther(Socket socket) throws IOException {
      long begun = System.nanoTime();
      for (int i = number * 7; begun - started < nanos; i++) {
        send(socket, requests.get(i % requests.size()));
        long ended = System.nanoTime();
        micros.recordValue((ended - begun) / 1000);
        begun = ended;
      }
    }

    private void sendWhenDue(Socket socket) throws IOException {
      while (true) {
        long next = due.getAndIncrement();
        long offset = next * 1_000_000_000L / perSecond;
        if (offset >= nanos) {
          return;
        }
        awaitTime(started + offset);
        send(socket, requests.get((int) (next % requests.size())));
        micros.recordValue((System.nanoTime() - started - offset) / 1000);
      }
    }

    private void send(Socket socket, Request request) throws IOException {
      socket.getOutputStream().write(request.withNewId());
      readAnswer(socket.getInputStream(), answer);
    }
  }

  /** Waits until a time of {@link System#nanoTime}. */
  private static void awaitTime(long nanoTime) {
    for (long wait; (wait = nanoTime - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(wait);
    }
  }
}
