package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Tokens with a role each, in a file that has their hashes only. A change of the file counts from
 * the next request on, in every process that reads it; where it cannot be read, the tokens that
 * were read last count, and the log says so. Thread-safe; several processes may change it.
 */
public final class TokenFile {

  /** So that a token is recognised where it leaks: by secret scanners, and by people. */
  private static final String PREFIX = "dorado_";

  private static final int SECRET_BYTES = 24;
  private static final int ID_BYTES = 4;

  private final Path file;
  private final Clock clock;
  private final WatchedFile<List<Token>> watched;

  /**
   * @param file where the tokens are; it need not be there yet
   */
  public TokenFile(Path file, Clock clock) {
    this.file = requireNonNull(file);
    this.clock = requireNonNull(clock);
    this.watched = WatchedFile.orNone(file, TokenFile::parse, List.of());
  }

  /**
   * A token, without what only its holder knows.
   *
   * @param id names it in commands and logs
   * @param name whose it is, for people
   * @param role name of its {@link AccessRole}
   * @param sha256 hash of the token, in hexadecimal. The token is random, so no slow hash is
   *     needed.
   * @param created when it was made
   * @param expires from when on it counts no longer; null: it never expires
   * @param teams the teams whose services alone its holder may see and correct; none: all
   */
  public record Token(
      String id,
      String name,
      String role,
      String sha256,
      Instant created,
      Instant expires,
      List<String> teams) {

    public Token {
      requireNonNull(id);
      requireNonNull(name);
      AccessRole.of(role);
      requireNonNull(sha256);
      requireNonNull(created);
      // A file of an earlier version has none.
      teams = teams == null ? List.of() : List.copyOf(teams);
    }

    /** Whether it counts at a time. */
    public boolean isValidAt(Instant time) {
      return expires == null || time.isBefore(expires);
    }

    /** Whether it may do what {@code needed} may. */
    public boolean may(AccessRole needed) {
      return AccessRole.of(role).includes(needed);
    }
  }

  /**
   * A token that was made.
   *
   * @param secret what its holder sends; it is nowhere else
   */
  public record Made(Token token, String secret) {}

  /** The token that {@code given} is, if it counts; takes the same time whichever it is. */
  public Optional<Token> find(String given) {
    byte[] hash = hash(given).getBytes(UTF_8);
    Token found = null;
    for (Token token : all()) {
      if (MessageDigest.isEqual(token.sha256().getBytes(UTF_8), hash)) {
        found = token;
      }
    }
    return Optional.ofNullable(found).filter(token -> token.isValidAt(clock.instant()));
  }

  /** Whether some token may do what {@code needed} may. */
  public boolean hasOneFor(AccessRole needed) {
    Instant now = clock.instant();
    return all().stream().anyMatch(token -> token.may(needed) && token.isValidAt(now));
  }

  /** All tokens, expired ones too, in the order in which they were made. */
  public List<Token> all() {
    return watched.content();
  }

  /**
   * Makes a token.
   *
   * @param name whose it is, for people
   * @param life how long it counts; empty: until it is revoked
   * @throws IOException if the file can't be read or written
   */
  public Made create(String name, AccessRole role, Optional<Duration> life) throws IOException {
    return create(name, role, life, List.of());
  }

  /**
   * As above.
   *
   * @param teams the teams whose services alone its holder may see and correct; none: all
   * @throws IllegalArgumentException if the role is one that teams don't restrict
   */
  public Made create(String name, AccessRole role, Optional<Duration> life, List<String> teams)
      throws IOException {
    if (!teams.isEmpty() && !Set.of(AccessRole.READ, AccessRole.CORRECT).contains(role)) {
      throw new IllegalArgumentException(
          "a token with the role %s can't be restricted to teams: expected read or correct"
              .formatted(role.label()));
    }
    var made = make(name, role.label(), life, teams);
    change(
        kept -> {
          kept.add(made.token());
          return null;
        });
    return made;
  }

  /**
   * Makes a token in the place of another, with its name, role, teams and length of life. The other
   * counts until {@code overlap} is over, so that its holder can change it.
   *
   * @return empty if there is no token {@code id}
   * @throws IOException if the file can't be read or written
   */
  public Optional<Made> rotate(String id, Duration overlap) throws IOException {
    return change(
        kept -> {
          for (int i = 0; i < kept.size(); i++) {
            Token old = kept.get(i);
            if (old.id().equals(id)) {
              Instant end = clock.instant().plus(overlap);
              Instant expires =
                  old.expires() != null && old.expires().isBefore(end) ? old.expires() : end;
              kept.set(
                  i,
                  new Token(
                      old.id(),
                      old.name(),
                      old.role(),
                      old.sha256(),
                      old.created(),
                      expires,
                      old.teams()));
              Optional<Duration> life =
                  Optional.ofNullable(old.expires())
                      .map(until -> Duration.between(old.created(), until));
              var made = make(old.name(), old.role(), life, old.teams());
              kept.add(made.token());
              return Optional.of(made);
            }
          }
          return Optional.empty();
        });
  }

  /**
   * Takes a token away.
   *
   * @return the token; empty if there is none with this id
   * @throws IOException if the file can't be read or written
   */
  public Optional<Token> revoke(String id) throws IOException {
    return change(
        kept -> {
          Optional<Token> revoked =
              kept.stream().filter(token -> token.id().equals(id)).findFirst();
          revoked.ifPresent(kept::remove);
          return revoked;
        });
  }

  private Made make(String name, String role, Optional<Duration> life, List<String> teams) {
    Instant now = clock.instant();
    String id = random(ID_BYTES);
    String secret = PREFIX + id + "_" + random(SECRET_BYTES);
    Instant expires = life.map(now::plus).orElse(null);
    return new Made(new Token(id, name, role, hash(secret), now, expires, teams), secret);
  }

  /** Reads, changes and writes, while no other process does. */
  private synchronized <T> T change(Function<List<Token>, T> change) throws IOException {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var held = channel.lock()) {
      List<Token> kept = new ArrayList<>(read());
      T result = change.apply(kept);
      write(kept);
      return result;
    }
  }

  private List<Token> read() throws IOException {
    try {
      return parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static List<Token> parse(String text) {
    try {
      return List.copyOf(Json.MAPPER.readValue(text, new TypeReference<List<Token>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is no list of tokens: " + e.getOriginalMessage(), e);
    }
  }

  private void write(List<Token> kept) throws IOException {
    PrivateFile.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(kept));
  }

  private static String random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
