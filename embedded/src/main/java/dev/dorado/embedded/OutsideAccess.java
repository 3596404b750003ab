package dev.dorado.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses statements that reach outside of the engine's tables: files, addresses, other servers,
 * programs. The engine's only user has every right, and its users can't be configured, so a
 * statement is read before it runs. Names are compared outside of texts and comments, quoted names
 * too. Table functions and engines are refused unless they are listed here, so that one which a new
 * version brings is refused as well.
 *
 * <p>This is the second wall. The first is the password of the endpoint.
 */
final class OutsideAccess {

  /** Table functions that read nothing but tables and their arguments; in lower case. */
  private static final Set<String> TABLE_FUNCTIONS =
      Set.of(
          "numbers",
          "numbers_mt",
          "zeros",
          "zeros_mt",
          "generaterandom",
          "generateseries",
          "generate_series",
          "values",
          "null",
          "input",
          "format",
          "merge",
          "view",
          "dictionary");

  /** Other functions and dictionary sources that reach outside. */
  private static final Set<String> REACHING_OUTSIDE =
      Set.of(
          "file",
          "catboostevaluate",
          "hascolumnintable",
          "http",
          "executable_pool",
          "cassandra",
          "ydb");

  /** Table engines, beside those of the MergeTree family, that keep their rows in the engine. */
  private static final Set<String> TABLE_ENGINES =
      Set.of(
          "memory",
          "null",
          "view",
          "materializedview",
          "dictionary",
          "log",
          "tinylog",
          "stripelog",
          "set",
          "join",
          "buffer",
          "merge");

  private static final Set<String> OUTSIDE_DATABASE_ENGINES =
      Set.of(
          "mysql",
          "postgresql",
          "materializedpostgresql",
          "materializedmysql",
          "sqlite",
          "filesystem",
          "s3",
          "hdfs",
          "datalakecatalog",
          "backup");

  /** Words that are part of no statement which stays inside. */
  private static final Set<String> WORDS = Set.of("outfile", "infile", "backup", "restore");

  private final Set<String> functions = new HashSet<>(REACHING_OUTSIDE);
  private final Set<String> engines = new HashSet<>(OUTSIDE_DATABASE_ENGINES);

  /**
   * @param tableFunctions all that the engine has, in any case
   * @param tableEngines all that the engine has, in any case
   */
  OutsideAccess(Collection<String> tableFunctions, Collection<String> tableEngines) {
    for (String function : lowerCase(tableFunctions)) {
      if (!TABLE_FUNCTIONS.contains(function)) {
        functions.add(function);
      }
    }
    for (String engine : lowerCase(tableEngines)) {
      if (!TABLE_ENGINES.contains(engine) && !engine.endsWith("mergetree")) {
        engines.add(engine);
      }
    }
  }

  /**
   * Lets a statement through that stays inside.
   *
   * @param sql one or several statements, without the data of an insert
   * @throws ClickHouseException ACCESS_DENIED, which names what is refused
   */
  void check(byte[] sql) throws ClickHouseException {
    // Everything that is looked for is ASCII, and one byte is one character here.
    var tokens = new Tokens(new String(sql, ISO_8859_1));
    String before = "";
    for (String token = tokens.next(); token != null; token = tokens.next()) {
      if (token.equals("(") && functions.contains(before)) {
        throw refused(before);
      }
      if (WORDS.contains(token)) {
        throw refused(token);
      }
      if (token.equals("engine")) {
        token = checkEngine(tokens);
      }
      before = token;
    }
  }

  /** Answers the last token that it read. */
  private String checkEngine(Tokens tokens) throws ClickHouseException {
    String engine = tokens.next();
    if ("=".equals(engine)) {
      engine = tokens.next();
    }
    // A column may be called engine too: what follows it there is another word of the statement.
    if (engine != null && engines.contains(engine)) {
      throw refused(engine);
    }
    return engine == null ? "" : engine;
  }

  private static List<String> lowerCase(Collection<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  private static ClickHouseException refused(String what) {
    return new ClickHouseException(
        "Code: 497. DB::Exception: The embedded ClickHouse reads and writes its own tables only:"
            + " '"
            + what
            + "' is refused. (ACCESS_DENIED)");
  }

  /** Names, in lower case, and single other characters; texts and comments are left out. */
  private static final class Tokens {
    private final String sql;
    private int at;

    Tokens(String sql) {
      this.sql = sql;
    }

    /** Null at the end. */
    String next() {
      while (at < sql.length()) {
        char c = sql.charAt(at);
        if (Character.isWhitespace(c)) {
          at++;
        } else if (c == '\'') {
          quoted(c);
          return "''";
        } else if (c == '`' || c == '"') {
          return quoted(c).toLowerCase(Locale.ROOT);
        } else if (sql.startsWith("--", at) || c == '#') {
          skipTo("\n");
        } else if (sql.startsWith("/*", at)) {
          skipTo("*/");
        } else if (isOfName(c)) {
          return name();
        } else {
          at++;
          return String.valueOf(c);
        }
      }
      return null;
    }

    private String name() {
      int from = at;
      while (at < sql.length() && isOfName(sql.charAt(at))) {
        at++;
      }
      return sql.substring(from, at).toLowerCase(Locale.ROOT);
    }

    private String quoted(char mark) {
      var text = new StringBuilder();
      for (at++; at < sql.length(); at++) {
        char c = sql.charAt(at);
        if (c == '\\') {
          at++;
          if (at < sql.length()) {
            text.append(sql.charAt(at));
          }
        } else if (c == mark) {
          at++;
          boolean isDoubled = at < sql.length() && sql.charAt(at) == mark;
          if (!isDoubled) {
            return text.toString();
          }
          text.append(mark);
        } else {
          text.append(c);
        }
      }
      return text.toString();
    }

    private void skipTo(String end) {
      int found = sql.indexOf(end, at + 1);
      at = found < 0 ? sql.length() : found + end.length();
    }

    private static boolean isOfName(char c) {
      return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
    }
  }
}
