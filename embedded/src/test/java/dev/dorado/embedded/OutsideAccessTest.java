package dev.dorado.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No statement reaches files, addresses, other servers or programs. */
class OutsideAccessTest {

  private final OutsideAccess access =
      new OutsideAccess(
          List.of("file", "url", "remote", "numbers", "values", "somethingNew"),
          List.of("File", "URL", "Kafka", "MergeTree", "ReplacingMergeTree", "Memory"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM file('/etc/passwd', 'LineAsString')",
        "SELECT file ('/etc/passwd')",
        "SELECT * FROM `file`('/etc/passwd')",
        "SELECT * FROM \"fi\\le\"('/etc/passwd')",
        "SELECT * FROM FILE/* a comment */('/etc/passwd')",
        "SELECT '\\'', * FROM url('http://169.254.169.254/')",
        "SELECT 'it''s' FROM url('http://localhost')",
        "SELECT 1 -- '\nFROM remote('other', system.one)",
        "INSERT INTO FUNCTION file('/tmp/x') SELECT 1",
        "SELECT * FROM somethingnew()",
        "SELECT 1 INTO OUTFILE '/tmp/x'",
        "INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV",
        "BACKUP TABLE t TO Disk('x', 'y')",
        "CREATE TABLE t (a String) ENGINE=File(CSV)",
        "CREATE TABLE t (a String) engine = URL('http://localhost', CSV)",
        "CREATE TABLE t (a String) ENGINE Kafka",
        "CREATE DATABASE d ENGINE = MySQL('h', 'd', 'u', 'p')",
        "CREATE DICTIONARY d (a String) PRIMARY KEY a SOURCE(HTTP(url 'http://x' format 'CSV'))",
        "SELECT 1; SELECT * FROM file('/etc/passwd')"
      })
  void whatReachesOutsideIsRefused(String sql) {
    assertThatThrownBy(() -> access.check(sql.getBytes(UTF_8)))
        .isInstanceOf(ClickHouseException.class)
        .hasMessageContaining("ACCESS_DENIED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'file(', \"file\" AS x FROM t -- url(\n",
        "SELECT count() FROM numbers(10)",
        "SELECT name FROM system.tables WHERE engine = 'File' AND engine LIKE '%MergeTree'",
        "SELECT engine FROM system.tables",
        "CREATE TABLE t (file String, a Array(String)) ENGINE = ReplacingMergeTree(v, d) ORDER BY a",
        "CREATE TABLE t AS SELECT 1 AS url",
        "CREATE DICTIONARY d (a String) PRIMARY KEY a SOURCE(CLICKHOUSE(TABLE 't' DB 'd'))",
        "INSERT INTO t (file, a) VALUES ('url(', ['remote('])",
        "SELECT '\\\\', 1 /* file( */"
      })
  void whatStaysInsideRuns(String sql) {
    assertThatCode(() -> access.check(sql.getBytes(UTF_8))).doesNotThrowAnyException();
  }
}
