package dev.dorado.standalone;

import com.typesafe.config.ConfigFactory;
import dev.dorado.server.AccessRole;
import dev.dorado.server.TokenFile;
import dev.dorado.server.TokenFile.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dorado tokens}: who may send, read, correct and administer. */
@Command(
    name = "tokens",
    description = {
      "Makes, lists, rotates and revokes tokens with a role each. A change counts at once, without a restart."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Roles: send (post deliveries of senders that do not sign them), read, correct",
      "(read, and post corrections), administer (all but send).",
      "Only hashes are kept. 'up' keeps them in its data folder; on servers, set",
      "DORADO_TOKENS_FILE to a file that ingest and api share."
    },
    subcommands = {
      TokensCommand.CreateCommand.class,
      TokensCommand.ListCommand.class,
      TokensCommand.RotateCommand.class,
      TokensCommand.RevokeCommand.class
    })
final class TokensCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Which file is meant. */
  static final class FileOptions {

    @Option(
        names = "--data",
        paramLabel = "DIR",
        defaultValue = ".dorado",
        description =
            "Data folder of 'up', whose file is used if DORADO_TOKENS_FILE is not set (default:"
                + " ${DEFAULT-VALUE}).")
    private Path data;

    Path data() {
      return data.toAbsolutePath().normalize();
    }

    /**
     * @throws StartException if there is no folder for it
     */
    Path path() {
      Path file = Tokens.file(data(), ConfigFactory.load());
      Path folder = file.toAbsolutePath().getParent();
      if (!Files.isDirectory(folder)) {
        throw new StartException(
            "there is no folder %s for the tokens: start './dorado up' once, name its data folder with --data, or set DORADO_TOKENS_FILE."
                .formatted(folder));
      }
      return file;
    }
  }

  /** What all of them have in common. */
  private abstract static class OfFile implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private FileOptions options;

    @Override
    public final Integer call() {
      Path path = options.path();
      try {
        return run(
            new TokenFile(path, Clock.systemUTC()), new Narration(spec.commandLine().getOut()));
      } catch (IOException e) {
        throw new StartException(
            "the file of tokens %s can't be read or written (%s): make it readable and writable."
                .formatted(path, e.getMessage()),
            e);
      }
    }

    abstract int run(TokenFile tokens, Narration narration) throws IOException;

    /** Keeps what is about to be done, where a Dorado runs that can. */
    void keep(String action, String subject, Narration narration) {
      Trail.writeIfRunning(options.data(), action, subject, narration);
    }

    static Token find(TokenFile tokens, String id) {
      return tokens.all().stream()
          .filter(token -> token.id().equals(id))
          .findFirst()
          .orElseThrow(() -> missing(id));
    }

    static String described(Token token) {
      return "%s (%s), %s".formatted(token.name(), token.id(), token.role());
    }

    static void tell(Narration narration, TokenFile.Made made) {
      Token token = made.token();
      narration.line(
          "%s  %s, %s%s"
              .formatted(
                  token.id(),
                  token.name(),
                  token.role(),
                  token.expires() == null ? "" : ", until " + time(token.expires())));
      narration.line("");
      narration.line("  " + made.secret());
      narration.line("");
      narration.line("Keep it: it is shown this once. Send it as 'Authorization: Bearer'.");
    }

    static StartException missing(String id) {
      return new StartException(
          "there is no token with the id '%s': './dorado tokens list' shows those that there are."
              .formatted(id));
    }
  }

  /** {@code dorado tokens create}. */
  @Command(
      name = "create",
      description = "Makes a token, and shows it once.",
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class CreateCommand extends OfFile {

    @Parameters(
        index = "0",
        paramLabel = "NAME",
        description = "Whose it is, for people: grafana, ann.")
    private String name;

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        required = true,
        description = "send, read, correct or administer.")
    private String role;

    @Option(
        names = "--team",
        paramLabel = "TEAM",
        description =
            "With read or correct: only services that this team owns by the catalog; may be repeated"
                + " (default: all services).")
    private List<String> teams = List.of();

    @Option(
        names = "--days",
        paramLabel = "N",
        description = "After so many days it expires (default: never).")
    private Integer days;

    @Override
    int run(TokenFile tokens, Narration narration) throws IOException {
      if (days != null && days < 1) {
        throw new StartException("--days is %d: expected 1 or more.".formatted(days));
      }
      AccessRole made = AccessRole.of(role);
      keep(
          "tokens-create",
          "%s, %s%s"
              .formatted(name, role, teams.isEmpty() ? "" : " of " + String.join(", ", teams)),
          narration);
      tell(
          narration,
          tokens.create(name, made, Optional.ofNullable(days).map(Duration::ofDays), teams));
      return 0;
    }
  }

  /** {@code dorado tokens list}. */
  @Command(
      name = "list",
      description = "Lists them, without the tokens themselves.",
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class ListCommand extends OfFile {

    @Override
    int run(TokenFile tokens, Narration narration) {
      var table = new TextTable("id", "name", "role", "teams", "created", "expires");
      for (Token token : tokens.all()) {
        table.row(
            token.id(),
            token.name(),
            token.role(),
            token.teams().isEmpty() ? null : String.join(", ", token.teams()),
            time(token.created()),
            token.expires() == null ? null : time(token.expires()));
      }
      if (table.isEmpty()) {
        narration.line("There is no token. './dorado tokens create NAME --role read' makes one.");
      } else {
        table.lines().forEach(narration::line);
      }
      return 0;
    }
  }

  /** {@code dorado tokens rotate}. */
  @Command(
      name = "rotate",
      description = {
        "Makes a new token in the place of another, with its name and role, and shows it once.",
        "The old one counts for --overlap hours more."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class RotateCommand extends OfFile {

    @Parameters(index = "0", paramLabel = "ID", description = "Id of the old token.")
    private String id;

    @Option(
        names = "--overlap",
        paramLabel = "HOURS",
        defaultValue = "24",
        description = "Hours for which the old one counts still (default: ${DEFAULT-VALUE}).")
    private int overlap;

    @Override
    int run(TokenFile tokens, Narration narration) throws IOException {
      if (overlap < 0) {
        throw new StartException("--overlap is %d: expected 0 or more.".formatted(overlap));
      }
      keep("tokens-rotate", described(find(tokens, id)), narration);
      tell(narration, tokens.rotate(id, Duration.ofHours(overlap)).orElseThrow(() -> missing(id)));
      return 0;
    }
  }

  /** {@code dorado tokens revoke}. */
  @Command(
      name = "revoke",
      description = "Takes a token away, at once.",
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class RevokeCommand extends OfFile {

    @Parameters(index = "0", paramLabel = "ID", description = "Id of the token.")
    private String id;

    @Override
    int run(TokenFile tokens, Narration narration) throws IOException {
      keep("tokens-revoke", described(find(tokens, id)), narration);
      Token revoked = tokens.revoke(id).orElseThrow(() -> missing(id));
      narration.step("%s (%s) is revoked".formatted(revoked.name(), revoked.role()));
      return 0;
    }
  }

  private static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
