package dev.dorado.standalone;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** Tells a person what is going on, line by line. Thread-safe. */
final class Narration {

  private final PrintWriter out;
  private final long since;

  /** Lines to {@code out}; seconds are counted from the start of this process. */
  Narration(PrintWriter out) {
    this.out = requireNonNull(out);
    this.since = ManagementFactory.getRuntimeMXBean().getStartTime();
  }

  /** A step that is done, with the seconds that have passed. */
  void step(String text) {
    double seconds = (System.currentTimeMillis() - since) / 1000.0;
    line(String.format(Locale.ROOT, "%6.1f s  %s", seconds, text));
  }

  /** A line; what text from outside breaks is indented. */
  void line(String text) {
    print(VisibleText.block(text));
  }

  /** A line that has to be seen. */
  void warning(String text) {
    print(Ansi.AUTO.string("@|yellow,bold Warning:|@ ") + VisibleText.block(text));
  }

  private synchronized void print(String line) {
    out.println(line);
    out.flush();
  }
}
