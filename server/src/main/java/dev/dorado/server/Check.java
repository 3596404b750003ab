package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Callable;

/**
 * A dependency of a role, and how to see whether it is well. Never throws.
 *
 * @param name what is checked, for people: kafka, schema-registry, clickhouse ...
 * @param stops whether the role can't do its work while something is wrong; else it is only
 *     degraded, and stays ready
 * @param problem answers null if all is well, else what is wrong, for people; may throw, which is
 *     wrong too
 */
public record Check(String name, boolean stops, Callable<String> problem) {

  public Check {
    requireNonNull(name);
    requireNonNull(problem);
  }

  /** A check of a dependency without which the role cannot work. */
  public Check(String name, Callable<String> problem) {
    this(name, true, problem);
  }

  /** A check that people should see while the role continues to work. */
  public static Check degrading(String name, Callable<String> problem) {
    return new Check(name, false, problem);
  }

  /** What the check found. */
  public Result run() {
    try {
      String wrong = problem.call();
      return new Result(name, wrong == null || !stops, wrong);
    } catch (Exception e) {
      return new Result(name, !stops, e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /**
   * What a check found.
   *
   * @param name what was checked
   * @param healthy whether the role can work as far as this goes
   * @param problem what is wrong, or null; of one that is healthy, what degrades it
   */
  public record Result(String name, boolean healthy, String problem) {}
}
