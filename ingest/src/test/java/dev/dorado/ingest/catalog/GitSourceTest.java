package dev.dorado.ingest.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dorado.ingest.catalog.CatalogSource.Look;
import dev.dorado.ingest.catalog.CatalogSource.Said;
import dev.dorado.ingest.delivery.RepositoryName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real repository. */
class GitSourceTest {

  @TempDir private Path folder;
  private Git git;

  @BeforeEach
  void init() throws Exception {
    git = Git.init().setDirectory(folder.toFile()).setInitialBranch("main").call();
  }

  @AfterEach
  void close() {
    git.close();
  }

  @Test
  void eachCommitThatChangesTheCatalogIsAPastOfItsOwnTime() throws Exception {
    write("shop/catalog-info.yaml", "shop", "x");
    commit("2026-01-01T10:00:00Z");
    Files.writeString(folder.resolve("README.md"), "nothing of the catalog");
    commit("2026-01-02T10:00:00Z");
    write("catalog-info.yaml", "root", "x");
    write("shop/catalog-info.yaml", "shop", "y");
    commit("2026-01-03T10:00:00Z");
    try (var source = source(settings(folder.toString(), true, ""))) {
      Look look = source.look(Optional.empty());
      assertThat(look.past())
          .extracting(Said::at)
          .containsExactly(
              Instant.parse("2026-01-01T10:00:00Z"), Instant.parse("2026-01-03T10:00:00Z"));
      assertThat(owners(look.past().get(0).what())).containsExactly("shop x");
      assertThat(owners(look.past().get(1).what())).containsExactly("root x", "shop y");
      assertThat(owners(look.present())).containsExactly("root x", "shop y");
    }
  }

  @Test
  void aSecondLookSeesOnlyWhatIsNewAndAThirdAfterARestartOnlyWhatIsLater() throws Exception {
    write("catalog-info.yaml", "a", "x");
    commit("2026-01-01T10:00:00Z");
    try (var source = source(settings(folder.toString(), true, ""))) {
      assertThat(source.look(Optional.empty()).past()).hasSize(1);
      // As if it could not be published: it is told again.
      assertThat(source.look(Optional.empty()).past()).hasSize(1);
      var known = Optional.of(Instant.parse("2026-01-01T10:00:00Z"));
      assertThat(source.look(known).past()).isEmpty();
      write("catalog-info.yaml", "a", "y");
      commit("2026-01-02T10:00:00Z");
      Look look = source.look(known);
      assertThat(look.past()).hasSize(1);
      assertThat(owners(look.past().get(0).what())).containsExactly("a y");
    }
    try (var source = source(settings(folder.toString(), true, ""))) {
      Look look = source.look(Optional.of(Instant.parse("2026-01-01T10:00:00Z")));
      assertThat(look.past())
          .extracting(Said::at)
          .containsExactly(Instant.parse("2026-01-02T10:00:00Z"));
    }
  }

  @Test
  void aClockThatWentBackwardsDoesNotTurnTheOrderRound() throws Exception {
    write("catalog-info.yaml", "a", "x");
    commit("2026-01-02T10:00:00Z");
    write("catalog-info.yaml", "a", "y");
    commit("2026-01-01T10:00:00Z");
    try (var source = source(settings(folder.toString(), true, ""))) {
      assertThat(source.look(Optional.empty()).past())
          .extracting(Said::at)
          .containsExactly(
              Instant.parse("2026-01-02T10:00:00Z"), Instant.parse("2026-01-02T10:00:00.001Z"));
    }
  }

  @Test
  void aFileThatWasDeletedOrMovedIsGoneFromThenOn() throws Exception {
    write("x/catalog-info.yaml", "a", "x");
    write("y/catalog-info.yaml", "b", "x");
    commit("2026-01-01T10:00:00Z");
    Files.move(folder.resolve("x/catalog-info.yaml"), folder.resolve("catalog-info.yaml"));
    git.rm().addFilepattern("x/catalog-info.yaml").addFilepattern("y/catalog-info.yaml").call();
    commit("2026-01-02T10:00:00Z");
    try (var source = source(settings(folder.toString(), true, ""))) {
      Look look = source.look(Optional.empty());
      assertThat(owners(look.past().get(0).what())).containsExactly("a x", "b x");
      assertThat(owners(look.present())).containsExactly("a x");
    }
  }

  @Test
  void aRepositoryElsewhereIsFetchedEachTimeAndItsCopyIsDeleted() throws Exception {
    write("catalog-info.yaml", "a", "x");
    commit("2026-01-01T10:00:00Z");
    git.branchCreate().setName("release").call();
    write("catalog-info.yaml", "a", "y");
    commit("2026-01-02T10:00:00Z");
    String url = folder.toUri().toString();
    try (var source = source(settings(url, false, ""));
        var release = source(settings(url, false, "release"))) {
      assertThat(owners(source.look(Optional.empty()).present())).containsExactly("a y");
      assertThat(owners(release.look(Optional.empty()).present())).containsExactly("a x");
      write("catalog-info.yaml", "a", "z");
      commit("2026-01-03T10:00:00Z");
      assertThat(owners(source.look(Optional.empty()).present())).containsExactly("a z");
    }
  }

  @Test
  void theTokenGoesToNoOtherServer() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer other = listen();
    HttpServer forge = listen();
    try {
      String elsewhere = "http://127.0.0.1:%d".formatted(other.getAddress().getPort());
      other.createContext("/", exchange -> answer(exchange, asked, 404, elsewhere));
      forge.createContext(
          "/",
          exchange ->
              answer(
                  exchange,
                  asked,
                  exchange.getRequestURI().getPath().startsWith("/old") ? 301 : 302,
                  exchange.getRequestURI().getPath().startsWith("/old")
                      ? exchange.getRequestURI().toString().replace("/old", "/new")
                      : elsewhere + exchange.getRequestURI()));
      String location = "http://127.0.0.1:%d/old".formatted(forge.getAddress().getPort());
      try (var source = source(settings(location, false, "", Optional.of("token")))) {
        assertThatThrownBy(() -> source.look(Optional.empty()))
            .isInstanceOf(IOException.class)
            .hasStackTraceContaining(elsewhere)
            .hasStackTraceContaining("another server");
      }
      // A repository that was renamed is followed on its own server, and no further.
      assertThat(asked)
          .containsExactly(
              "/old/info/refs?service=git-upload-pack", "/new/info/refs?service=git-upload-pack");
    } finally {
      forge.stop(0);
      other.stop(0);
    }
  }

  private static HttpServer listen() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, List<String> asked, int status, String location)
      throws IOException {
    asked.add(exchange.getRequestURI().toString());
    exchange.getResponseHeaders().add("Location", location);
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    try (var source = source(settings(folder.resolve("gone").toUri().toString(), false, ""))) {
      assertThatThrownBy(() -> source.look(Optional.empty()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("gone")
          .hasMessageContaining("can't be fetched");
    }
    try (var source = source(settings(folder.toString(), true, "no-such-branch"))) {
      assertThatThrownBy(() -> source.look(Optional.empty()))
          .hasMessageContaining("no-such-branch");
    }
  }

  @Test
  void aFolderThatIsNoRepositoryIsReadAsItIs(@TempDir Path plain) throws IOException {
    Files.createDirectories(plain.resolve("a/b"));
    Files.writeString(
        plain.resolve("a/b/catalog-info.yaml"), CatalogChangesTest.component("a", "x"));
    Files.writeString(plain.resolve("other.yaml"), CatalogChangesTest.component("b", "x"));
    assertThat(GitCheckout.of(settings(plain.toString(), true, ""))).isEmpty();
    var source =
        new FolderSource(plain, new CatalogPaths(List.of("**/catalog-info.yaml")), reader());
    Look look = source.look(Optional.empty());
    assertThat(look.past()).isEmpty();
    assertThat(owners(look.present())).containsExactly("a x");
    assertThatThrownBy(
            () ->
                new FolderSource(plain.resolve("gone"), new CatalogPaths(List.of("*")), reader())
                    .look(Optional.empty()))
        .hasMessageContaining("gone can't be read");
  }

  private static GitSource source(CatalogPollSettings.Git settings) {
    return new GitSource(
        GitCheckout.of(settings).orElseThrow(), new CatalogPaths(settings.paths()), reader());
  }

  private static CatalogReader reader() {
    return new CatalogReader(new RepositoryName("github.com"));
  }

  private static CatalogPollSettings.Git settings(
      String location, boolean isFolder, String branch) {
    return settings(location, isFolder, branch, Optional.empty());
  }

  private static CatalogPollSettings.Git settings(
      String location, boolean isFolder, String branch, Optional<String> token) {
    return new CatalogPollSettings.Git(
        location, isFolder, List.of("**/catalog-info.yaml"), branch, token, Duration.ofMinutes(5));
  }

  private static List<String> owners(CatalogUpload upload) {
    return upload.entries().stream()
        .map(entry -> entry.getService() + " " + entry.getOwner())
        .sorted()
        .toList();
  }

  private void write(String path, String name, String owner) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, CatalogChangesTest.component(name, owner));
  }

  private void commit(String time) throws Exception {
    var who = new PersonIdent("ann", "ann@example.org", Instant.parse(time), ZoneOffset.UTC);
    git.add().addFilepattern(".").call();
    git.commit().setMessage("change").setAuthor(who).setCommitter(who).setSign(false).call();
  }
}
