package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dorado tokens}, from the command line. */
class TokensCommandTest {

  private static final Pattern SECRET = Pattern.compile("dorado_([0-9a-f]{8})_[0-9a-f]{48}");

  @TempDir private Path folder;

  @Test
  void aTokenIsShownOnceAndListedWithoutIt() {
    String made = run(0, "create", "grafana", "--role", "read", "--days", "90");
    Matcher secret = SECRET.matcher(made);
    assertThat(secret.find()).as(made).isTrue();

    assertThat(run(0, "list"))
        .contains(secret.group(1), "grafana", "read")
        .doesNotContain(secret.group());
  }

  @Test
  void aTokenIsRotatedAndRevokedByItsId() {
    String id = id(run(0, "create", "ann", "--role", "administer"));

    String next = id(run(0, "rotate", id, "--overlap", "1"));
    assertThat(next).isNotEqualTo(id);
    assertThat(run(0, "list")).contains(id, next);

    assertThat(run(0, "revoke", id)).contains("ann (administer) is revoked");
    assertThat(run(0, "list")).contains(next).doesNotContain(id);
  }

  @Test
  void aTokenMayBeRestrictedToTeams() {
    run(0, "create", "ann", "--role", "read", "--team", "payments", "--team", "search");

    assertThat(run(0, "list")).contains("payments, search");
    assertThat(run(1, "create", "boss", "--role", "administer", "--team", "payments"))
        .contains("can't be restricted to teams", "read or correct");
  }

  @Test
  void withoutATokenTheListSaysHowToMakeOne() {
    assertThat(run(0, "list")).contains("There is no token", "./dorado tokens create");
  }

  @Test
  void whatCannotBeDoneIsNamedWithWhatToDo() {
    assertThat(run(1, "create", "ann", "--role", "king"))
        .contains("'king'", "send, read, correct, administer");
    assertThat(run(1, "create", "ann", "--role", "read", "--days", "0")).contains("--days is 0");
    assertThat(run(1, "revoke", "abc")).contains("'abc'", "./dorado tokens list");
    assertThat(run(2, "create", "ann")).contains("--role");
    assertThat(execute(1, "tokens", "list", "--data", folder + "/none"))
        .contains("none", "./dorado up", "DORADO_TOKENS_FILE");
  }

  private static String id(String made) {
    Matcher secret = SECRET.matcher(made);
    assertThat(secret.find()).as(made).isTrue();
    return secret.group(1);
  }

  private String run(int status, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "tokens";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "--data";
    all[arguments.length + 2] = folder.toString();
    return execute(status, all);
  }

  private static String execute(int status, String... arguments) {
    var text = new StringWriter();
    var writer = new PrintWriter(text);
    int ended = Dorado.commandLine().setOut(writer).setErr(writer).execute(arguments);
    assertThat(ended).as(text.toString()).isEqualTo(status);
    return text.toString();
  }
}
