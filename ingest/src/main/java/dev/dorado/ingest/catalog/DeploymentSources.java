package dev.dorado.ingest.catalog;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.dorado.events.DeploymentSource;
import dev.dorado.ingest.delivery.SenderTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What counts as a deployment of a service (rule E4), as the annotation {@code
 * dorado.dev/deployment-source} says it: {@code source[:name][@environment][ since date]},
 * separated by semicolons.
 */
final class DeploymentSources {

  static final String ANNOTATION = "dorado.dev/deployment-source";

  private static final String EXPECTED =
      "source[:name][@environment] [since date], separated by ';', as"
          + " 'workflow:Deploy*@production since 2026-01-01; deployment'; the sources are deployment,"
          + " workflow:NAME, job:NAME, release[:TAG], tag[:TAG], push:BRANCH and merge, a name may have * and ?";
  private static final Pattern SINCE = Pattern.compile("(?i)\\s+since\\s+(\\S.*)$");

  /** Which of them must, may or can't have a name. */
  private enum Name {
    REQUIRED,
    ALLOWED,
    NONE
  }

  private DeploymentSources() {}

  /** What the entity states; null if it states nothing. */
  static List<DeploymentSource> of(CatalogEntity entity) {
    return entity.annotation(ANNOTATION).map(text -> read(entity, text)).orElse(null);
  }

  private static List<DeploymentSource> read(CatalogEntity entity, String text) {
    List<DeploymentSource> sources = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String part : text.split(";", 0)) {
      if (part.isBlank()) {
        continue;
      }
      DeploymentSource source = source(entity, part.strip());
      if (source == null) {
        continue;
      }
      if (!seen.add(source.getEnvironment() + " " + source.getSince())) {
        entity.unusableAnnotation(
            ANNOTATION, text, "one source at a time for each environment, with its own date");
      }
      sources.add(source);
    }
    return sources;
  }

  private static DeploymentSource source(CatalogEntity entity, String part) {
    Instant since = null;
    String rest = part;
    Matcher stated = SINCE.matcher(part);
    if (stated.find()) {
      rest = part.substring(0, stated.start()).strip();
      since = SenderTime.parseDateOrTime(stated.group(1)).orElse(null);
      if (since == null) {
        entity.unusableAnnotation(ANNOTATION, part, "after 'since' a date, as 2026-01-01");
        return null;
      }
    }
    int at = rest.lastIndexOf('@');
    String environment = at < 0 ? null : rest.substring(at + 1).strip();
    rest = at < 0 ? rest : rest.substring(0, at).strip();
    int colon = rest.indexOf(':');
    String name = colon < 0 ? null : rest.substring(colon + 1).strip();
    String kind = (colon < 0 ? rest : rest.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
    if (!isWellFormed(kind, name) || (environment != null && environment.isEmpty())) {
      entity.unusableAnnotation(ANNOTATION, part, EXPECTED);
      return null;
    }
    return new DeploymentSource(kind, name, environment, since);
  }

  private static boolean isWellFormed(String kind, String name) {
    Name wanted =
        switch (kind) {
          case "workflow", "job", "push" -> Name.REQUIRED;
          case "release", "tag" -> Name.ALLOWED;
          case "deployment", "merge" -> Name.NONE;
          default -> null;
        };
    if (wanted == null || (name != null && name.isEmpty())) {
      return false;
    }
    return name == null ? wanted != Name.REQUIRED : wanted != Name.NONE;
  }
}
