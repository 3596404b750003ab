package dev.dorado.standalone.dashboards;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values of a dashboard's variables, put into texts as Grafana does: {@code $name}, {@code ${name}}
 * and {@code ${name:format}}, where the formats that the dashboards use leave a value as it is and
 * join several with commas.
 */
record Variables(Map<String, List<String>> values) {

  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{(?<braced>\\w+)(?<field>[.\\[][^}:]*)?(:[^}]*)?}|\\$(?<plain>\\w+)");

  /** The names of all variables that {@code text} refers to, Grafana's own among them. */
  static Set<String> namesIn(String text) {
    Set<String> names = new LinkedHashSet<>();
    Matcher matcher = REFERENCE.matcher(text);
    while (matcher.find()) {
      names.add(name(matcher));
    }
    return names;
  }

  String in(String text) {
    Matcher reference = REFERENCE.matcher(text);
    var filled = new StringBuilder();
    while (reference.find()) {
      List<String> chosen = values.get(name(reference));
      if (chosen == null) {
        throw new IllegalArgumentException(
            "'%s' refers to %s: expected one of %s"
                .formatted(text, reference.group(), values.keySet()));
      }
      reference.appendReplacement(filled, Matcher.quoteReplacement(String.join(",", chosen)));
    }
    return reference.appendTail(filled).toString();
  }

  private static String name(Matcher reference) {
    String braced = reference.group("braced");
    return braced == null ? reference.group("plain") : braced;
  }
}
