package dev.dorado.standalone;

import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a long piece of work is: a bar in a terminal, lines elsewhere. Thread-safe. */
abstract class FeedProgress implements AutoCloseable {

  /** Set by the launcher, who knows whether standard output is a terminal. */
  private static final String TERMINAL = "dorado.terminal";

  /** Progress of {@code total} items; -1 if nobody knows how many. */
  static FeedProgress of(String name, long total, Narration narration) {
    return Boolean.getBoolean(TERMINAL) ? new Bar(name, total) : new Lines(name, total, narration);
  }

  /** Reports that further deliveries are done. */
  abstract void step(long more);

  /** One more is done. */
  final void step() {
    step(1);
  }

  @Override
  public abstract void close();

  private static final class Bar extends FeedProgress {

    private final ProgressBar bar;

    Bar(String name, long total) {
      this.bar =
          new ProgressBarBuilder()
              .setTaskName("          " + VisibleText.of(name))
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .setConsumer(new ConsoleProgressBarConsumer(System.out))
              .build();
    }

    @Override
    void step(long more) {
      bar.stepBy(more);
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** A line for each tenth, or where the end is not known for each thousand. */
  private static final class Lines extends FeedProgress {

    private static final long UNKNOWN_STEP = 1_000;

    private final String name;
    private final long total;
    private final Narration narration;
    private final AtomicLong done = new AtomicLong();

    Lines(String name, long total, Narration narration) {
      this.name = name;
      this.total = total;
      this.narration = narration;
    }

    @Override
    void step(long more) {
      long now = done.addAndGet(more);
      if (total < 0) {
        if (now / UNKNOWN_STEP > (now - more) / UNKNOWN_STEP) {
          narration.step("%s: %d".formatted(name, now));
        }
      } else if (now * 10 / total > (now - more) * 10 / total) {
        narration.step("%s: %d of %d".formatted(name, now, total));
      }
    }

    @Override
    public void close() {}
  }
}
