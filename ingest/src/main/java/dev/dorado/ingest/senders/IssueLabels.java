package dev.dorado.ingest.senders;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the labels of an issue say of an incident (rule E7): whether it is one, and its service,
 * environment and severity. GitLab's scoped labels have two colons.
 *
 * @param names as the forge has them
 * @param settings which of them make an issue an incident
 */
record IssueLabels(List<String> names, SenderSettings settings) {

  private static final Pattern SEVERITY =
      Pattern.compile("(?:severity|sev)(?:::|[:/=])\\s*(\\S.*)|(sev[- ]?\\d+|p\\d)");

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
