package dev.dorado.ingest.senders;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the labels of an issue say of an incident (rule E7): whether it is one, its service,
 * environment and severity, its cause, and why it was closed. GitLab's scoped labels have two
 * colons.
 *
 * @param names as the forge has them
 * @param settings which of them make an issue an incident
 */
record IssueLabels(List<String> names, SenderSettings settings) {

  private static final Pattern SEVERITY =
      Pattern.compile("(?:severity|sev)(?:::|[:/=])\\s*(\\S.*)|(sev[- ]?\\d+|p\\d)");

  /** The labels that trackers come with for what is closed without having been anything. */
  private static final Pattern RESOLUTION =
      Pattern.compile("duplicate|invalid|won'?t[ _-]?fix|false[ _-]?(?:alarm|positive)");

  private static final Pattern SCOPED_RESOLUTION =
      Pattern.compile(
          "(?:resolution|(?:closed?[ _-])?reason|reviewed|triage|status)(?:::|[:/=])\\s*(\\S.*)");
  private static final Pattern CAUSE =
      Pattern.compile("(?:root[ _-]cause|caused[ _-]by)(?:::|[:/=])\\s*(\\S.*)");

  /** Whether one of them makes the issue an incident. */
  boolean sayIncident() {
    return names.stream().anyMatch(label -> isIncident(label, settings));
  }

  /** Whether {@code label} makes an issue an incident. */
  static boolean isIncident(String label, SenderSettings settings) {
    return settings.incidentLabels().contains(label.strip().toLowerCase(Locale.ROOT));
  }

  Optional<String> service() {
    return valueOf("service");
  }

  Optional<String> environment() {
    return valueOf("environment");
  }

  Optional<String> severity() {
    return names.stream()
        .map(label -> SEVERITY.matcher(label.strip().toLowerCase(Locale.ROOT)))
        .filter(Matcher::matches)
        .map(found -> found.group(1) != null ? found.group(1) : found.group(2))
        .findFirst();
  }

  /** Whether a label without a scope says that what was closed was nothing. */
  static boolean isResolution(String label) {
    return RESOLUTION.matcher(label.strip().toLowerCase(Locale.ROOT)).matches();
  }

  /** Why the issue was closed, as far as labels say that, as {@code Reviewed/Duplicate} does. */
  List<String> resolutions() {
    return Stream.concat(
            names.stream().filter(IssueLabels::isResolution), valuesOf(SCOPED_RESOLUTION))
        .toList();
  }

  /** What labels name as the cause, as {@code root-cause: third party} does. */
  List<String> causes() {
    return valuesOf(CAUSE).flatMap(text -> Labels.causes(text).stream()).toList();
  }

  /** Causes that labels name and those in a text. */
  List<String> causesWith(String text) {
    return Stream.concat(causes().stream(), CauseMarkers.in(text).stream()).distinct().toList();
  }

  private Stream<String> valuesOf(Pattern pattern) {
    return names.stream()
        .map(label -> pattern.matcher(label.strip().toLowerCase(Locale.ROOT)))
        .filter(Matcher::matches)
        .map(found -> found.group(1));
  }

  /** The rest of a label that says {@code name:value}, in lower case. */
  private Optional<String> valueOf(String name) {
    return names.stream()
        .map(label -> label.strip().toLowerCase(Locale.ROOT))
        .filter(label -> label.startsWith(name + ":"))
        .map(label -> label.substring(name.length()).replaceFirst("^:{1,2}", "").strip())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }
}
