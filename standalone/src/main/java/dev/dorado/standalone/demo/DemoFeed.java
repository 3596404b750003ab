package dev.dorado.standalone.demo;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Feeds deliveries to Dorado, several at a time and roughly in their order. Thread-safe. */
public final class DemoFeed {

  /** The maximum number of deliveries in flight. */
  private static final int AT_ONCE = 24;

  private final DeliveryClient client;

  /** A feed through {@code client}. */
  public DemoFeed(DeliveryClient client) {
    this.client = requireNonNull(client);
  }

  /**
   * Posts all deliveries, and comes back when the last is answered.
   *
   * @param sent called after each, from several threads
   * @throws IOException if one is not accepted; the message says which and what was answered
   */
  public void feed(List<DemoDelivery> deliveries, Runnable sent)
      throws IOException, InterruptedException {
    var next = new AtomicInteger();
    ExecutorService posters =
        Executors.newFixedThreadPool(
            AT_ONCE,
            task -> {
              var thread = new Thread(task, "demo-feed");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        runs.add(
            posters.submit(
                () -> {
                  for (int n = next.getAndIncrement();
                      n < deliveries.size();
                      n = next.getAndIncrement()) {
                    post(deliveries.get(n));
                    sent.run();
                  }
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause
          ? cause
          : new IOException("a delivery could not be posted: " + e.getCause(), e.getCause());
    } finally {
      posters.shutdownNow();
    }
  }

  private void post(DemoDelivery delivery) throws IOException, InterruptedException {
    var response = client.post(delivery);
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "a delivery of %s (%s) was answered with %d: %s"
              .formatted(
                  delivery.sender(), delivery.headers(), response.statusCode(), response.body()));
    }
  }
}
