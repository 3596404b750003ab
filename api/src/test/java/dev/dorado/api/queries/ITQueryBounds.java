package dev.dorado.api.queries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.server.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real queries that exceed what a query may take. */
@Timeout(120)
final class ITQueryBounds {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final long MIB = 1024 * 1024;
  private static final QueryBounds WIDE = new QueryBounds(Duration.ofMinutes(1), 512 * MIB, MIB);

  private final MeterRegistry metrics = new SimpleMeterRegistry();

  @Test
  void aQueryThatTakesTooLongIsEnded() {
    var bounds = new QueryBounds(Duration.ofSeconds(1), 512 * MIB, MIB);

    var problem =
        problem(
            bounds, "SELECT count() FROM numbers(100000000000000) WHERE sipHash64(number) = 42");

    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem).hasMessageContaining("'test'").hasMessageContaining("1 s");
    assertThat(problem).hasMessageContaining("dorado.api.query-timeout");
    assertThat(outcome("too-slow")).isEqualTo(1);
  }

  @Test
  void aQueryThatNeedsTooMuchMemoryIsEnded() {
    var bounds = new QueryBounds(Duration.ofMinutes(1), 32 * MIB, MIB);

    var problem = problem(bounds, "SELECT length(groupArray(number)) FROM numbers(50000000)");

    assertThat(problem.status()).isEqualTo(422);
    assertThat(problem).hasMessageContaining(Long.toString(32 * MIB));
    assertThat(problem).hasMessageContaining("dorado.api.query-memory");
    assertThat(outcome("too-much-memory")).isEqualTo(1);
  }

  @Test
  void aResultThatIsTooLargeIsRefused() {
    var problem = problem(WIDE, "SELECT number FROM numbers(10000000)");

    assertThat(problem.status()).isEqualTo(422);
    assertThat(problem).hasMessageContaining(Long.toString(MIB));
    assertThat(problem).hasMessageContaining("dorado.api.query-result");
    assertThat(outcome("too-large")).isEqualTo(1);
  }

  @Test
  void memoryThatIsExhaustedByAllQueriesIsNotTheFaultOfThisOne() {
    var total = new SQLException("(total) memory limit exceeded: would use 4 GiB", "HY000", 241);

    assertThat(WIDE.exceeded("test", total).orElseThrow().problem().status()).isEqualTo(503);
  }

  @Test
  void aQueryWithinTheBoundsIsAnswered() {
    List<Long> rows = new ArrayList<>();
    try (var asked = ask(WIDE)) {
      asked.forEach("test", Sql.of("SELECT number FROM numbers(3)"), r -> rows.add(r.getLong(1)));
    }

    assertThat(rows).containsExactly(0L, 1L, 2L);
  }

  private Problem problem(QueryBounds bounds, String sql) {
    try (var asked = ask(bounds)) {
      return catchThrowableOfType(
          Problem.class, () -> asked.forEach("test", Sql.of(sql), row -> {}));
    }
  }

  private ClickHouse ask(QueryBounds bounds) {
    var connections =
        new Connections(
            "", 1, (short) 1, "", clickHouse.jdbcUrl(), "default", "", clickHouse.database());
    return new ClickHouse(connections, 1, Duration.ofSeconds(10), bounds, 1, metrics);
  }

  private long outcome(String outcome) {
    return metrics.get("dorado.api.query").tag("outcome", outcome).timer().count();
  }
}
