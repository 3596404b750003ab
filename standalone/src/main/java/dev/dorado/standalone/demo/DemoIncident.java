package dev.dorado.standalone.demo;

import java.time.Instant;
import java.util.List;

/**
 * An incident, kept as a labelled issue.
 *
 * @param number number of the issue
 * @param title its title
 * @param body its text
 * @param labels names of its labels
 * @param author who opened it
 * @param openedAt when
 */
record DemoIncident(
    long number, String title, String body, List<String> labels, Person author, Instant openedAt) {

  DemoIncident {
    labels = List.copyOf(labels);
  }

  DemoIncident withBody(String text) {
    return new DemoIncident(number, title, text, labels, author, openedAt);
  }
}
