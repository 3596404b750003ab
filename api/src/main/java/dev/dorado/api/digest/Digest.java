package dev.dorado.api.digest;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.Filter;
import dev.dorado.api.Interval;
import dev.dorado.api.Period;
import dev.dorado.api.Query;
import dev.dorado.api.metrics.DoraBenchmarks;
import dev.dorado.api.metrics.MetricChange.Verdict;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.queries.SummaryQuery;
import dev.dorado.schemas.ReadableDuration;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a week was like: each metric with the week before, how many facts it is over, and whether
 * the change is more than chance. Immutable.
 *
 * @param week the Monday of the week
 * @param title what it is about
 * @param lead the most important of it, in a sentence
 * @param lines a line for each metric, what changed by more than chance first
 * @param link where the page shows the same; empty if its address is unknown
 */
public record Digest(
    LocalDate week, String title, String lead, List<Line> lines, Optional<String> link) {

  private static final int DAYS = 7;
  private static final Duration HOURS = Duration.ofHours(8);
  private static final int ROWS = 1;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);

  /** The worst first. */
  private static final List<String> ORDER =
      List.of(
          Verdict.WORSE.json(),
          Verdict.BETTER.json(),
          Verdict.COULD_BE_CHANCE.json(),
          Verdict.NO_DATA.json());

  public Digest {
    requireNonNull(week);
    requireNonNull(title);
    requireNonNull(lead);
    lines = List.copyOf(lines);
    requireNonNull(link);
  }

  /**
   * A metric.
   *
   * @param metric its name in answers
   * @param label its name for people
   * @param verdict whether it changed by more than chance, as in answers
   * @param text its value, the value before, the verdict and n, for people
   */
  public record Line(String metric, String label, String verdict, String text) {}

  /**
   * The Monday of the week whose digest is due: the last whole week, from Monday 8:00 on; before,
   * the one before it.
   */
  static LocalDate due(Instant now, ZoneId zone) {
    return last(now.minus(HOURS), zone);
  }

  /** The Monday of the last week that is over. */
  public static LocalDate last(Instant now, ZoneId zone) {
    LocalDate day = now.atZone(zone).toLocalDate();
    return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).minusDays(DAYS);
  }

  /**
   * The digest of a week.
   *
   * @param week its Monday
   * @param team whose it is; empty: of all teams
   * @param page the page's address, if links are wanted
   */
  public static Digest of(
      SummaryQuery summary,
      LocalDate week,
      ZoneId zone,
      Optional<String> team,
      Optional<URI> page,
      Instant now) {
    LocalDate end = week.plusDays(DAYS);
    var period =
        new Period(week.atStartOfDay(zone).toInstant(), end.atStartOfDay(zone).toInstant(), zone);
    var filter =
        new Filter(
            List.of("production"),
            List.of(),
            team.map(List::of).orElse(List.of()),
            List.of(),
            List.of());
    var query = new Query(period, now, Interval.of(period), filter, List.of(), ROWS, null);
    Map<?, ?> group =
        (Map<?, ?>) ((List<?>) summary.answer(query, DoraBenchmarks.DEFAULT).get("groups")).get(0);
    Map<?, ?> metrics = (Map<?, ?>) group.get("metrics");
    List<Line> lines = new ArrayList<>();
    for (MetricName name : MetricName.values()) {
      lines.add(line(name, (Map<?, ?>) metrics.get(name.json())));
    }
    lines.sort(Comparator.comparingInt(line -> ORDER.indexOf(line.verdict())));
    return new Digest(
        week,
        "Delivery of %s, %s – %s"
            .formatted(team.orElse("all teams"), DAY.format(week), DAY.format(end.minusDays(1))),
        lead(lines, metrics),
        lines,
        page.map(address -> link(address, week, end.minusDays(1), team)));
  }

  private static String lead(List<Line> lines, Map<?, ?> metrics) {
    boolean isQuiet =
        metrics.values().stream()
            .map(metric -> (Map<?, ?>) metric)
            .allMatch(metric -> isNone(metric.get("n")) && isNone(metric.get("previous_n")));
    if (isQuiet) {
      return "Nothing was deployed in this week or the one before.";
    }
    long worse = count(lines, Verdict.WORSE);
    long better = count(lines, Verdict.BETTER);
    if (count(lines, Verdict.NO_DATA) == lines.size()) {
      return "Nothing can be compared with the week before.";
    }
    if (worse + better == 0) {
      return "No metric changed by more than chance from the week before.";
    }
    return "By more than chance, %s got worse and %s got better than in the week before."
        .formatted(metrics(worse), better == 0 ? "none" : String.valueOf(better));
  }

  private static boolean isNone(Object n) {
    return n == null || ((Number) n).longValue() == 0;
  }

  private static String metrics(long count) {
    return count == 0 ? "no metric" : count == 1 ? "1 metric" : count + " metrics";
  }

  private static long count(List<Line> lines, Verdict verdict) {
    return lines.stream().filter(line -> line.verdict().equals(verdict.json())).count();
  }

  private static Line line(MetricName name, Map<?, ?> metric) {
    Map<?, ?> change = (Map<?, ?>) metric.get("change");
    String verdict = change.get("verdict").toString();
    Object value = metric.get("value");
    String text =
        value == null
            ? "no data"
            : "%s (%s), %s"
                .formatted(value(name, value), before(name, metric), words(verdict, change));
    String n = "n = %s".formatted(metric.get("n"));
    return new Line(name.json(), label(name), verdict, text + "; " + n);
  }

  private static String before(MetricName name, Map<?, ?> metric) {
    Object before = metric.get("previous");
    return before == null
        ? "no data the week before"
        : "the week before %s, n = %s".formatted(value(name, before), metric.get("previous_n"));
  }

  private static String words(String verdict, Map<?, ?> change) {
    if (verdict.equals(Verdict.WORSE.json())) {
      return "worse by more than chance";
    }
    if (verdict.equals(Verdict.BETTER.json())) {
      return "better by more than chance";
    }
    boolean isEqual = change.get("difference") instanceof Double difference && difference == 0;
    return isEqual
        ? "unchanged"
        : verdict.equals(Verdict.NO_DATA.json()) ? "not compared" : "could be chance";
  }

  private static String label(MetricName name) {
    String words = name.json().replace('_', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static String value(MetricName name, Object value) {
    double number = ((Number) value).doubleValue();
    return switch (name.unit()) {
      case "seconds" -> ReadableDuration.of(Duration.ofMillis(Math.round(number * 1000)));
      case "ratio" -> String.format(Locale.ENGLISH, "%.1f %%", 100 * number);
      default -> String.format(Locale.ENGLISH, "%.1f a week", number * DAYS);
    };
  }

  private static String link(URI page, LocalDate from, LocalDate to, Optional<String> team) {
    String address = page.toString();
    return "%s%s?period=custom&from=%s&to=%s%s"
        .formatted(
            address,
            address.endsWith("/") ? "" : "/",
            from,
            to,
            team.map(name -> "&team=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .orElse(""));
  }

  /** As a text, in the marks that Slack and those who copied it know. */
  public String text() {
    var text = new StringBuilder("*%s*\n%s\n".formatted(plain(title), plain(lead)));
    for (Line line : lines) {
      text.append("• *%s* %s\n".formatted(line.label(), plain(line.text())));
    }
    link.ifPresent(address -> text.append("<%s|See it in Dorado>".formatted(address)));
    return text.toString().strip();
  }

  /** The message for a webhook, as JSON. */
  Map<String, Object> message(boolean asCard) {
    return asCard ? card() : Map.of("text", text());
  }

  /** As an adaptive card, which Teams takes. */
  private Map<String, Object> card() {
    List<Object> body = new ArrayList<>();
    body.add(
        Map.of(
            "type",
            "TextBlock",
            "text",
            title,
            "size",
            "Medium",
            "weight",
            "Bolder",
            "wrap",
            true));
    body.add(Map.of("type", "TextBlock", "text", lead, "wrap", true));
    List<Object> facts = new ArrayList<>();
    lines.forEach(line -> facts.add(Map.of("title", line.label(), "value", line.text())));
    body.add(Map.of("type", "FactSet", "facts", facts));
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
    content.put("type", "AdaptiveCard");
    content.put("version", "1.4");
    content.put("body", body);
    link.ifPresent(
        address ->
            content.put(
                "actions",
                List.of(
                    Map.of(
                        "type", "Action.OpenUrl", "title", "See it in Dorado", "url", address))));
    return Map.of(
        "type",
        "message",
        "attachments",
        List.of(
            Map.of("contentType", "application/vnd.microsoft.card.adaptive", "content", content)));
  }

  /** A name must not become a mention or a link: Slack reads these three as its own marks. */
  private static String plain(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
