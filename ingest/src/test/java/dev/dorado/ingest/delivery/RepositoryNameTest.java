package dev.dorado.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryNameTest {

  private final RepositoryName names = new RepositoryName("github.com");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acme/shop",
        " Acme/Shop ",
        "acme/shop.git",
        "github.com/acme/shop",
        "https://github.com/Acme/Shop",
        "https://github.com/acme/shop.git",
        "https://github.com/acme/shop/",
        "https://user:token@github.com:443/acme/shop.git?x=1#top",
        "git@github.com:acme/shop.git",
        "ssh://git@github.com:22/acme/shop.git",
        "git+https://github.com/acme/shop.git",
        "git://github.com/acme/shop"
      })
  void oneRepositoryHasOneNameHoweverItIsWritten(String text) {
    assertThat(names.normalise(text)).contains("github.com/acme/shop");
  }

  @Test
  void groupsInGroupsBelongToTheName() {
    assertThat(names.normalise("https://gitlab.example.org/a/b/c.git"))
        .contains("gitlab.example.org/a/b/c");
    assertThat(names.normalise("gitlab.example.org:8443/a/b")).contains("gitlab.example.org/a/b");
    assertThat(new RepositoryName("gitlab.example.org").normalise("a/b/c"))
        .contains("gitlab.example.org/a/b/c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "shop", "/", "a b/c", "https://", "acme/", "//", "a/{b}"})
  void whatNamesNoRepositoryGivesNone(String text) {
    assertThat(names.normalise(text)).isEmpty();
  }

  @Test
  void aVeryLongTextIsNoName() {
    assertThat(names.normalise("a/".repeat(100_000) + "b")).isEmpty();
  }

  @Test
  void aDefaultHostThatIsNoneIsRefusedByName() {
    assertThatThrownBy(() -> new RepositoryName("https://github.com"))
        .hasMessageContaining("dorado.ingest.default-host")
        .hasMessageContaining("https://github.com");
  }
}
