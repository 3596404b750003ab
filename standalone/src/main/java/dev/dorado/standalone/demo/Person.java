package dev.dorado.standalone.demo;

import java.time.ZoneOffset;
import java.util.Locale;

/**
 * Somebody of the scratch organisation; nobody real.
 *
 * @param id GitHub's number
 * @param name name for people
 * @param login GitHub's login; a bot's ends in {@code [bot]}
 * @param offset of the clock that commits are written with
 */
record Person(long id, String name, String login, ZoneOffset offset) {

  static final Person DEPENDABOT =
      new Person(49699333, "dependabot[bot]", "dependabot[bot]", ZoneOffset.UTC);
  static final Person PIPELINE =
      new Person(41898282, "github-actions[bot]", "github-actions[bot]", ZoneOffset.UTC);

  static Person named(long id, String name, int hoursEast) {
    return new Person(
        id, name, name.toLowerCase(Locale.ROOT).replace(' ', '-'), ZoneOffset.ofHours(hoursEast));
  }

  boolean isBot() {
    return login.endsWith("[bot]");
  }

  String email() {
    return id + "+" + login + "@users.noreply.github.com";
  }
}
