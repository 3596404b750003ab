package dev.dorado.standalone.demo;

import java.util.List;
import java.util.Locale;

/** Titles, as people write them. */
final class Phrases {

  private static final List<String> VERBS =
      List.of(
          "Add metrics to",
          "Cache",
          "Validate",
          "Paginate",
          "Translate",
          "Simplify",
          "Speed up",
          "Show more of",
          "Document",
          "Split");
  private static final List<String> THINGS =
      List.of(
          "order history",
          "price rules",
          "the address form",
          "gift cards",
          "stock levels",
          "delivery dates",
          "the start page",
          "customer notes",
          "currency rounding",
          "account settings",
          "the weekly report",
          "returns");
  private static final List<String> FAULTS =
      List.of(
          "rounding of totals",
          "missing translations",
          "a race in the cache",
          "empty search results",
          "time zones in reports",
          "double mails",
          "a wrong default",
          "an unclosed connection");
  private static final List<String> SYMPTOMS =
      List.of(
          "Errors for one in ten customers",
          "Requests take seconds",
          "Pages stay empty",
          "Messages pile up",
          "Sign-in fails now and then",
          "Wrong prices are shown");
  private static final List<String> LIBRARIES =
      List.of(
          "jackson-databind", "logback-classic", "postgresql", "netty-handler", "junit-jupiter");

  private Phrases() {}

  static String feature(Chance chance) {
    return chance.pick(VERBS) + " " + chance.pick(THINGS);
  }

  static String fault(Chance chance) {
    return chance.pick(FAULTS);
  }

  static String symptom(Chance chance) {
    return chance.pick(SYMPTOMS);
  }

  static String library(Chance chance) {
    return chance.pick(LIBRARIES);
  }

  /** A title as the last part of a branch's name. */
  static String slug(String title) {
    String slug = title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return slug.replaceAll("^-|-$", "");
  }
}
