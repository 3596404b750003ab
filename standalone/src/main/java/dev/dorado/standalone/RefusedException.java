package dev.dorado.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.StreamSupport;

/** The running Dorado refuses what a command asks. The message is for people. */
final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient JsonNode problem;

  /**
   * @param what what was asked of whom
   * @param status HTTP status
   * @param problem the problem JSON, or whatever was answered
   */
  RefusedException(String what, int status, JsonNode problem) {
    super(
        "%s was answered %d: %s"
            .formatted(
                what, status, VisibleText.of(problem.path("detail").asText("without a reason"))));
    this.status = status;
    this.problem = problem;
  }

  int status() {
    return status;
  }

  /** The members of a list of the problem, as {@code problems}. */
  Iterable<JsonNode> members(String name) {
    return StreamSupport.stream(problem.path(name).spliterator(), false).toList();
  }
}
