package dev.dorado.streams.steps;

import dev.dorado.rules.step.InputName;

/**
 * Identity of an input within its key. Several producers may put out the same thing to the same
 * key, for a while or for good: a deployment that is first known by its service and then by its
 * repository, an incident that two names of a service lead to. Each writes and retracts its own, so
 * that it does not matter whose retraction comes when.
 *
 * @param kind simple name of the payload's class
 * @param id identity of the payload within its kind
 * @param origin which step put it out, for which key; empty of an event, which no step put out
 */
record InputId(String kind, String id, String origin) {

  static final String NO_ORIGIN = "";

  static InputId parse(String text) {
    String[] parts = text.split(String.valueOf(Keys.SEPARATOR), 3);
    return new InputId(parts[0], parts[1], parts[2]);
  }

  InputName name() {
    return new InputName(kind, id);
  }

  boolean isEvent() {
    return origin.equals(NO_ORIGIN);
  }

  @Override
  public String toString() {
    return kind + Keys.SEPARATOR + id + Keys.SEPARATOR + origin;
  }
}
