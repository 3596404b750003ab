package dev.dorado.standalone.demo;

import java.time.Instant;
import java.util.List;

/**
 * A commit.
 *
 * @param sha 40 hexadecimal digits
 * @param message its message
 * @param author who wrote and committed it
 * @param time its author and committer time
 * @param files what it modified
 */
record DemoCommit(String sha, String message, Person author, Instant time, List<String> files) {

  DemoCommit {
    files = List.copyOf(files);
  }
}
