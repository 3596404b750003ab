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
  @ValueSource(
      strings = {
        "https://dev.azure.com/Acme/Web/_git/Shop",
        "https://acme@dev.azure.com/acme/web/_git/shop?path=/a&version=GBmain",
        "https://dev.azure.com/acme/DefaultCollection/web/_git/shop",
        "https://acme.visualstudio.com/web/_git/shop",
        "https://acme.visualstudio.com/DefaultCollection/web/_git/shop",
        "git@ssh.dev.azure.com:v3/acme/web/shop",
        "acme@vs-ssh.visualstudio.com:v3/acme/web/shop"
      })
  void azureDevOpsHasOneNameForARepository(String text) {
    assertThat(names.normalise(text)).contains("dev.azure.com/acme/web/shop");
  }

  @Test
  void azureDevOpsNamesTheFirstRepositoryOfAProjectOnce() {
    assertThat(names.normalise("https://dev.azure.com/acme/_git/shop"))
        .isEqualTo(names.normalise("https://acme.visualstudio.com/DefaultCollection/_git/shop"))
        .contains("dev.azure.com/acme/shop/shop");
    assertThat(names.normalise("https://tfs.example.org/tfs/DefaultCollection/web/_git/shop"))
        .contains("tfs.example.org/tfs/defaultcollection/web/shop");
  }

  @Test
  void azureDevOpsAllowsBlanksInNames() {
    assertThat(names.normalise("https://dev.azure.com/acme/My%20Web/_git/The%20Shop"))
        .contains("dev.azure.com/acme/my-web/the-shop");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://git.example.org/projects/WEB/repos/shop/browse",
        "https://git.example.org/bitbucket/projects/WEB/repos/shop",
        "https://git.example.org/scm/web/shop.git",
        "https://git.example.org/bitbucket/scm/web/shop.git",
        "ssh://git@git.example.org:7999/web/shop.git"
      })
  void bitbucketHasOneNameForARepository(String text) {
    assertThat(names.normalise(text)).contains("git.example.org/web/shop");
  }

  @Test
  void aPersonsRepositoryOnBitbucketIsThatOfTheirProject() {
    assertThat(names.normalise("https://git.example.org/users/Ann/repos/shop/browse"))
        .isEqualTo(names.normalise("https://git.example.org/scm/~ann/shop.git"))
        .contains("git.example.org/~ann/shop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "shop", "/", "a b/c", "https://", "acme/", "//", "a/{b}"})
  void whatNamesNoRepositoryGivesNone(String text) {
    assertThat(names.normalise(text)).isEmpty();
  }

  @Test
  void moreNamesThanAreRememberedAreReadAllTheSame() {
    for (int i = 0; i < 12_000; i++) {
      assertThat(names.normalise("https://github.com/acme/Shop-" + i))
          .contains("github.com/acme/shop-" + i);
    }

    assertThat(names.normalise("https://github.com/acme/Shop-0"))
        .contains("github.com/acme/shop-0");
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
