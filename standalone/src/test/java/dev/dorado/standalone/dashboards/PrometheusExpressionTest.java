package dev.dorado.standalone.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusExpressionTest {

  @Test
  void metricsAreFoundWithTheLabelsThatChooseThem() {
    Map<String, String> labels = new HashMap<>();
    labels.put("route", null);
    labels.put("method", "GET");
    var expression =
        new PrometheusExpression(
            "sum by (job, route) (rate(a_seconds_sum{route!~\"/health/.*|/b\", method=\"GET\"}[$__rate_interval]))"
                + " / sum by (job, route) (rate(a_seconds_count[5m])) > 0.5");
    assertThat(expression.metrics())
        .isEqualTo(Map.of("a_seconds_sum", labels, "a_seconds_count", Map.of()));
    assertThat(expression.grouping()).containsExactly("job", "route");
  }

  @Test
  void wordsAndFunctionsAreNoMetrics() {
    var expression =
        new PrometheusExpression(
            "histogram_quantile(0.95, sum by (le) (rate(a_bucket[1m]))) or b == 2\n"
                + "and c unless on (instance) d offset 1h");
    assertThat(expression.metrics()).containsOnlyKeys("a_bucket", "b", "c", "d");
    assertThat(expression.grouping()).containsExactly("le", "instance");
  }
}
