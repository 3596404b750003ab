package dev.dorado.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenFileTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path folder;
  private Path file;
  private TokenFile tokens;

  @BeforeEach
  void open() {
    file = folder.resolve("tokens.json");
    tokens = at(NOW);
  }

  private TokenFile at(Instant time) {
    return new TokenFile(file, Clock.fixed(time, ZoneOffset.UTC));
  }

  @Test
  void aTokenThatWasMadeIsFoundAndNothingElseIs() throws Exception {
    var made = tokens.create("grafana", AccessRole.READ, Optional.empty());

    assertThat(tokens.find(made.secret())).contains(made.token());
    assertThat(List.of("", made.token().id(), made.token().sha256(), made.secret() + "0"))
        .allSatisfy(other -> assertThat(tokens.find(other)).isEmpty());
  }

  @Test
  void theFileHasNoTokenAndIsReadableForItsOwnerAlone() throws Exception {
    var made = tokens.create("grafana", AccessRole.READ, Optional.empty());

    assertThat(Files.readString(file)).contains("grafana", "read").doesNotContain(made.secret());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void whatAnotherProcessChangesCountsAtOnce() throws Exception {
    assertThat(tokens.all()).isEmpty();
    var other = at(NOW);

    var made = other.create("ann", AccessRole.ADMINISTER, Optional.empty());
    assertThat(tokens.find(made.secret())).isPresent();

    other.revoke(made.token().id());
    assertThat(tokens.find(made.secret())).isEmpty();
  }

  @Test
  void whatIsRevokedTwiceOrNotThereIsNothing() throws Exception {
    var made = tokens.create("ann", AccessRole.READ, Optional.empty());

    assertThat(tokens.revoke(made.token().id())).contains(made.token());
    assertThat(tokens.revoke(made.token().id())).isEmpty();
    assertThat(tokens.rotate("no-such-id", Duration.ZERO)).isEmpty();
  }

  @Test
  void aTokenExpires() throws Exception {
    var made = tokens.create("ann", AccessRole.READ, Optional.of(Duration.ofDays(2)));

    assertThat(at(NOW.plus(Duration.ofDays(2)).minusMillis(1)).find(made.secret())).isPresent();
    assertThat(at(NOW.plus(Duration.ofDays(2))).find(made.secret())).isEmpty();
    assertThat(at(NOW.plus(Duration.ofDays(2))).hasOneFor(AccessRole.READ)).isFalse();
  }

  @Test
  void ofARotatedTokenTheOldOneCountsUntilTheOverlapIsOver() throws Exception {
    var old = tokens.create("ann", AccessRole.CORRECT, Optional.of(Duration.ofDays(30)));

    var next = tokens.rotate(old.token().id(), Duration.ofHours(1)).orElseThrow();

    assertThat(next.token().name()).isEqualTo("ann");
    assertThat(next.token().role()).isEqualTo("correct");
    assertThat(next.token().expires()).isEqualTo(NOW.plus(Duration.ofDays(30)));
    assertThat(tokens.find(old.secret())).isPresent();
    assertThat(at(NOW.plus(Duration.ofHours(1))).find(old.secret())).isEmpty();
    assertThat(at(NOW.plus(Duration.ofHours(1))).find(next.secret())).isPresent();
  }

  @Test
  void aBrokenFileChangesNothingAndIsNotWrittenOver() throws Exception {
    var made = tokens.create("ann", AccessRole.READ, Optional.empty());
    assertThat(tokens.find(made.secret())).isPresent();

    Files.writeString(file, "[{\"id\":\"x\"");

    assertThat(tokens.find(made.secret())).isPresent();
    assertThatThrownBy(() -> tokens.create("bob", AccessRole.READ, Optional.empty()))
        .isInstanceOf(java.io.IOException.class);
    assertThat(Files.readString(file)).isEqualTo("[{\"id\":\"x\"");
  }

  @Test
  void severalAtOnceLoseNothing() throws Exception {
    List<CompletableFuture<TokenFile.Made>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String name = "t" + i;
      all.add(CompletableFuture.supplyAsync(() -> create(tokens, name)));
    }
    all.forEach(CompletableFuture::join);

    assertThat(tokens.all()).hasSize(8);
  }

  @ParameterizedTest
  @CsvSource({
    "send, true, false, false, false",
    "read, false, true, false, false",
    "correct, false, true, true, false",
    "administer, false, true, true, true"
  })
  void aRoleIncludesThoseBelowItAndSendingStandsAlone(
      String role, boolean send, boolean read, boolean correct, boolean administer) {
    var of = AccessRole.of(role);

    assertThat(of.includes(AccessRole.SEND)).isEqualTo(send);
    assertThat(of.includes(AccessRole.READ)).isEqualTo(read);
    assertThat(of.includes(AccessRole.CORRECT)).isEqualTo(correct);
    assertThat(of.includes(AccessRole.ADMINISTER)).isEqualTo(administer);
  }

  @Test
  void aRoleThatThereIsNotIsRefusedWithThoseThatThereAre() {
    assertThatThrownBy(() -> AccessRole.of("king"))
        .hasMessage("there is no role 'king': expected one of send, read, correct, administer");
  }

  private static TokenFile.Made create(TokenFile tokens, String name) {
    try {
      return tokens.create(name, AccessRole.READ, Optional.empty());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
