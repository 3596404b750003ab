package dev.dorado.standalone;

import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a long piece of work is: a bar in a terminal, a line for each tenth elsewhere.
 * Thread-safe.
 */
abstract class FeedProgress implements AutoCloseable {

  /** Set by the launcher, who knows whether standard output is a terminal. */
  private static final String TERMINAL = "dorado.terminal";

  /** Progress of {@code total} items. */
  static FeedProgress of(String name, long total, Narration narration) {
    return Boolean.getBoolean(TERMINAL) ? new Bar(name, total) : new Tenths(name, total, narration);
  }

  /** One more is done. */
  abstract void step();

  @Override
  public abstract void close();

  private static final class Bar extends FeedProgress {

    private final ProgressBar bar;

    Bar(String name, long total) {
      this.bar =
          new ProgressBarBuilder()
              .setTaskName("          " + name)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .setConsumer(new ConsoleProgressBarConsumer(System.out))
              .build();
    }

    @Override
    void step() {
      bar.step();
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  private static final class Tenths extends FeedProgress {

    private final String name;
    private final long total;
    private final Narration narration;
    private final AtomicLong done = new AtomicLong();

    Tenths(String name, long total, Narration narration) {
      this.name = name;
      this.total = total;
      this.narration = narration;
    }

    @Override
    void step() {
      long now = done.incrementAndGet();
      if (now * 10 / total > (now - 1) * 10 / total) {
        narration.step("%s: %d of %d".formatted(name, now, total));
      }
    }

    @Override
    public void close() {}
  }
}
