package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Callable;

/**
 * A dependency of a role, and how to see whether it is well. Never throws.
 *
 * @param name what is checked, for people: kafka, schema-registry, clickhouse ...
 * @param problem answers null if all is well, else what is wrong, for people; may throw, which is
 *     wrong too
 */
public record Check(String name, Callable<String> problem) {

  public Check {
    requireNonNull(name);
    requireNonNull(problem);
  }

  /** What the check found. */
  public Result run() {
    try {
      String wrong = problem.call();
      return new Result(name, wrong == null, wrong);
    } catch (Exception e) {
      return new Result(name, false, e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /**
   * What a check found.
   *
   * @param name what was checked
   * @param healthy whether it is well
   * @param problem what is wrong, or null
   */
  public record Result(String name, boolean healthy, String problem) {}
}
