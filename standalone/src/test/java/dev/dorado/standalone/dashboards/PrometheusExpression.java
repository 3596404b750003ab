package dev.dorado.standalone.dashboards;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of PromQL asks for: metrics with the labels that they are chosen by, and the
 * labels that it groups by.
 */
record PrometheusExpression(String text) {

  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
  private static final Pattern SELECTOR =
      Pattern.compile("(?<metric>[a-zA-Z_]\\w*)\\s*(\\{(?<matchers>[^}]*)})?(?!\\w*\\s*\\()");
  private static final Pattern MATCHER =
      Pattern.compile("(?<label>\\w+)\\s*(?<operator>=~|!~|!=|=)\\s*\"(?<value>[^\"]*)\"");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(by|without|on|ignoring)\\s*\\(([^)]*)\\)");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]|\\boffset\\s+\\w+");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool");

  /** Each metric with the labels that must have a certain value (null: any that fits). */
  Map<String, Map<String, String>> metrics() {
    Map<String, Map<String, String>> metrics = new LinkedHashMap<>();
    String selectors = RANGE.matcher(GROUPING.matcher(text).replaceAll(" ")).replaceAll(" ");
    Matcher selector = SELECTOR.matcher(selectors);
    while (selector.find()) {
      String metric = selector.group("metric");
      if (WORDS.contains(metric) || isFunction(selectors, selector.end("metric"))) {
        continue;
      }
      Map<String, String> labels = metrics.computeIfAbsent(metric, name -> new LinkedHashMap<>());
      if (selector.group("matchers") != null) {
        Matcher matcher = MATCHER.matcher(selector.group("matchers"));
        while (matcher.find()) {
          boolean equal = matcher.group("operator").equals("=");
          labels.put(matcher.group("label"), equal ? matcher.group("value") : null);
        }
      }
    }
    return metrics;
  }

  /** The labels that the result has or that two sides are matched by. */
  Set<String> grouping() {
    Set<String> labels = new LinkedHashSet<>();
    Matcher grouping = GROUPING.matcher(STRING.matcher(text).replaceAll("\"\""));
    while (grouping.find()) {
      for (String label : grouping.group(2).split(",", -1)) {
        labels.add(label.strip());
      }
    }
    return labels;
  }

  private static boolean isFunction(String text, int end) {
    return text.substring(end).stripLeading().startsWith("(");
  }
}
