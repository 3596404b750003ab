package dev.dorado.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.EventSink;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.senders.SenderSettings;
import dev.dorado.ingest.senders.Senders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitBackfillTest {

  private static final String MAIN = "refs/heads/main";
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;
  private GitFixture git;

  @BeforeEach
  void createTheRepository() throws IOException {
    git = new GitFixture(folder.resolve("shop.git"));
  }

  @AfterEach
  void closeIt() {
    git.close();
  }

  @Test
  void eachCommitOfTheFirstParentLineIsAPush() throws IOException {
    ObjectId root = git.root("2026-01-01T10:00:00Z", "README.md");
    ObjectId next = git.commit("feat: basket\n\nA basket.", "2026-01-02T10:00:00Z", root, "b/b.js");
    git.branch("main", next);

    List<PushEvent> pushes = importAll().pushes(MAIN);

    assertThat(pushes).extracting(PushEvent::getAfter).containsExactly(root.name(), next.name());
    assertThat(pushes).extracting(PushEvent::getBefore).containsExactly(null, root.name());
    PushEvent push = pushes.get(1);
    assertThat(push.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(push.getHead()).isEqualTo(next.name());
    assertThat(push.getDefaultBranch()).isEqualTo("main");
    assertThat(push.getPushedAt()).isNull();
    assertThat(push.getOccurredAt()).isEqualTo("2026-01-02T10:00:00Z");
    assertThat(push.getForced()).isFalse();
    assertThat(push.getProvenance().getOrigin()).isEqualTo("backfill");
    assertThat(push.getCommits())
        .singleElement()
        .isEqualTo(
            Commit.newBuilder()
                .setSha(next.name())
                .setMessage("feat: basket\n\nA basket.")
                .setAuthor("ann@example.org")
                .setAuthoredAt(Instant.parse("2026-01-02T09:59:00Z"))
                .setCommittedAt(Instant.parse("2026-01-02T10:00:00Z"))
                .setFiles(List.of("b/b.js"))
                .setParents(List.of(root.name()))
                .build());
  }

  @Test
  void aMergeBringsWhatIsOffTheLineOldestFirst() throws IOException {
    ObjectId root = git.root("2026-01-01T00:00:00Z", "a");
    ObjectId side1 = git.commit("side 1", "2026-01-02T00:00:00Z", root, "s");
    ObjectId line = git.commit("line", "2026-01-03T00:00:00Z", root, "l");
    ObjectId side2 = git.merge("main into side", "2026-01-04T00:00:00Z", side1, line);
    ObjectId other = git.commit("other", "2026-01-03T12:00:00Z", root, "o");
    ObjectId octopus = git.merge("both", "2026-01-05T00:00:00Z", line, side2, other);
    ObjectId again = git.merge("side again", "2026-01-06T00:00:00Z", octopus, side2);
    git.branch("main", again);

    List<PushEvent> pushes = importAll().pushes(MAIN);

    assertThat(pushes)
        .extracting(PushEvent::getAfter)
        .containsExactly(root.name(), line.name(), octopus.name(), again.name());
    assertThat(shas(pushes.get(2)))
        .containsExactly(side1.name(), other.name(), side2.name(), octopus.name());
    assertThat(pushes.get(2).getTotalCommits()).isEqualTo(4);
    assertThat(pushes.get(2).getCommits().get(3).getParents())
        .containsExactly(line.name(), side2.name(), other.name());
    assertThat(shas(pushes.get(3))).as("what came before comes once").containsExactly(again.name());
  }

  @Test
  void everyCommitHasThePathsThatItTouchesAndAMergeHasNone() throws IOException {
    ObjectId root = git.root("2026-01-01T00:00:00Z", "a/1", "a/2", "z");
    ObjectId side = git.commit("side", "2026-01-02T00:00:00Z", root, "-a/1", "a/2", "b/c/new");
    ObjectId merge = git.merge("merge", "2026-01-03T00:00:00Z", root, side);
    git.branch("main", merge);

    List<PushEvent> pushes = importAll().pushes(MAIN);
    assertThat(pushes.get(0).getCommits().get(0).getFiles()).containsExactly("a/1", "a/2", "z");
    assertThat(pushes.get(1).getCommits().get(0).getFiles())
        .containsExactly("a/1", "a/2", "b/c/new");
    assertThat(pushes.get(1).getCommits().get(1).getFiles()).isEmpty();

    var without = new RecordingSink();
    run(settings(false, List.of(), List.of()), without, state("none"));
    assertThat(without.pushes(MAIN))
        .flatExtracting(PushEvent::getCommits)
        .allMatch(commit -> commit.getFiles() == null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2036-01-02T00:00:00Z",
        // Beyond 2038-01-19 and 2106-02-07 seconds do not fit into 31 and 32 bits.
        "2039-01-02T00:00:00Z",
        "2110-01-02T00:00:00Z",
        "2603-01-02T00:00:00Z"
      })
  void aCommitFromTheFutureTakesItsParentsTime(String time) throws IOException {
    ObjectId root = git.root("2026-01-01T00:00:00Z");
    ObjectId future = git.commit("future", "2036-01-01T00:00:00Z", root, "f");
    ObjectId later = git.commit("later", time, future, "f");
    ObjectId sane = git.commit("sane", "2026-01-02T00:00:00Z", later, "s");
    git.branch("main", sane);

    List<PushEvent> pushes = importAll().pushes(MAIN);

    assertThat(pushes)
        .extracting(push -> push.getOccurredAt().toString())
        .containsExactly(
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Z",
            "2026-01-02T00:00:00Z");
    assertThat(pushes.get(1).getCommits().get(0).getCommittedAt()).isNull();
    assertThat(pushes.get(1).getCommits().get(0).getAuthoredAt()).isNull();
  }

  @Test
  void aTagIsAPushAndWhereItMatchesADeployment() throws IOException {
    ObjectId root = git.root("2026-01-01T00:00:00Z");
    ObjectId next = git.commit("next", "2026-01-02T00:00:00Z", root, "n");
    git.branch("main", next);
    git.tag("v1", root);
    ObjectId object = git.annotatedTag("v2", next, "2026-01-03T00:00:00Z");
    git.tag("nightly", next);

    var sink = new RecordingSink();
    run(settings(true, List.of("v*"), List.of()), sink, state("tags"));

    assertThat(sink.pushes("refs/tags/nightly")).hasSize(1);
    PushEvent annotated = sink.pushes("refs/tags/v2").get(0);
    assertThat(annotated.getAfter()).isEqualTo(object.name());
    assertThat(annotated.getHead()).isEqualTo(next.name());
    assertThat(sink.deployments())
        .extracting(DeploymentEvent::getDeployment)
        .containsExactly("tag:v1", "tag:v2");
    DeploymentEvent deployment = sink.deployments().get(1);
    assertThat(deployment.getService()).isEqualTo("checkout");
    assertThat(deployment.getEnvironment()).isEqualTo("production");
    assertThat(deployment.getStatus()).isEqualTo("succeeded");
    assertThat(deployment.getFinishedAt()).isEqualTo("2026-01-03T00:00:00Z");
    assertThat(deployment.getSha()).isEqualTo(next.name());
    assertThat(deployment.getVersion()).isEqualTo("v2");
    assertThat(deployment.getRef()).isEqualTo("refs/tags/v2");
    assertThat(sink.deployments().get(0).getFinishedAt()).isEqualTo("2026-01-01T00:00:00Z");
  }

  @Test
  void anotherBranchIsImportedFromWhereItLeftTheDefaultBranch() throws IOException {
    ObjectId root = git.root("2026-01-01T00:00:00Z");
    ObjectId fork = git.commit("fork", "2026-01-02T00:00:00Z", root, "f");
    ObjectId main = git.commit("main", "2026-01-03T00:00:00Z", fork, "m");
    ObjectId release = git.commit("fix", "2026-01-04T00:00:00Z", fork, "r");
    git.branch("main", main);
    git.branch("release/1", release);
    git.branch("wip", release);

    var sink = new RecordingSink();
    run(settings(true, List.of(), List.of("release/*")), sink, state("branches"));

    assertThat(sink.pushes("refs/heads/release/1"))
        .extracting(PushEvent::getBefore)
        .containsExactly(root.name(), fork.name());
    assertThat(sink.pushes("refs/heads/wip")).isEmpty();
    assertThat(sink.deployments())
        .singleElement()
        .satisfies(
            deployment -> {
              assertThat(deployment.getDeployment())
                  .isEqualTo("branch:release/1@" + release.name());
              assertThat(deployment.getRef()).isEqualTo("refs/heads/release/1");
            });
  }

  @Test
  void twoImportsGiveTheSameEvents() throws IOException {
    history(20);
    RecordingSink first = importAll();
    RecordingSink second = importAll();
    assertThat(first.ids()).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    assertThat(second.events).isEqualTo(first.events);
  }

  @Test
  void aPushHasTheIdThatALivePushWithoutATimeHas() throws IOException {
    ObjectId root = git.root("2026-01-01T00:00:00Z");
    ObjectId next = git.commit("next", "2026-01-02T00:00:00Z", root, "n");
    git.branch("main", next);
    String body =
        """
        {"ref": "refs/heads/main", "before": "%s", "after": "%s", "commits": [],
         "head_commit": {"id": "%s", "timestamp": "2026-01-02T01:00:00+01:00"},
         "repository": {"full_name": "acme/shop"}}
        """
            .formatted(root.name(), next.name(), next.name());
    var settings = new SenderSettings(new RepositoryName("github.com"), List.of("incident"));
    var live =
        Senders.all(settings)
            .named("github")
            .orElseThrow()
            .translate(
                new DeliveryRequest(
                    Map.of("X-GitHub-Event", "push"),
                    body.getBytes(StandardCharsets.UTF_8),
                    Instant.parse("2026-06-01T00:00:00Z")),
                new Provenance("github", "1", Instant.EPOCH, "live"));
    var push = (PushEvent) ((Translation.Events) live).events().get(0).value();
    assertThat(importAll().ids()).contains(push.getId());
  }

  @Test
  void whatWasImportedIsNotImportedAgainAndWhatIsNewIs() throws IOException {
    ObjectId head = history(5);
    BackfillState state = state("incremental");
    run(GitSettings.of(git.folder), new RecordingSink(), state);

    var nothing = new RecordingSink();
    run(GitSettings.of(git.folder), nothing, state("incremental"));
    assertThat(nothing.events).isEmpty();

    ObjectId side = git.commit("side", "2026-03-01T00:00:00Z", head, "s");
    ObjectId merge = git.merge("merge", "2026-03-02T00:00:00Z", head, side);
    git.branch("main", merge);
    var news = new RecordingSink();
    run(GitSettings.of(git.folder), news, state("incremental"));
    assertThat(news.pushes(MAIN)).hasSize(1);
    assertThat(shas(news.pushes(MAIN).get(0))).containsExactly(side.name(), merge.name());
    assertThat(news.ids()).isSubsetOf(importAll().ids());
  }

  @Test
  void aBranchThatWasForcedElsewhereIsImportedAnew() throws IOException {
    ObjectId root = git.root("2026-01-01T00:00:00Z");
    git.branch("main", git.commit("old", "2026-01-02T00:00:00Z", root, "o"));
    run(GitSettings.of(git.folder), new RecordingSink(), state("forced"));
    git.branch("main", git.commit("new", "2026-01-03T00:00:00Z", root, "n"));
    var sink = new RecordingSink();
    run(GitSettings.of(git.folder), sink, state("forced"));
    assertThat(sink.pushes(MAIN)).hasSize(2);
  }

  @Test
  void anInterruptedImportGoesOnWhereItStopped() throws IOException {
    history(1_500);
    List<String> whole = importAll().ids();

    var broken = new RecordingSink().failingAfter(1_100);
    assertThatThrownBy(() -> run(GitSettings.of(git.folder), broken, state("resume")))
        .hasMessage("Kafka is away");
    var rest = new RecordingSink();
    run(GitSettings.of(git.folder), rest, state("resume"));

    assertThat(rest.ids()).hasSizeBetween(400, 600).isEqualTo(tail(whole, rest.ids().size()));
    assertThat(broken.ids()).isEqualTo(whole.subList(0, 1_100));
  }

  @Test
  void theEndOfAShallowCloneIsNoEndOfTheImport() throws IOException {
    ObjectId root = git.root("2026-01-01T00:00:00Z", "r");
    ObjectId cut = git.commit("cut", "2026-01-02T00:00:00Z", root, "c");
    git.branch("main", git.commit("head", "2026-01-03T00:00:00Z", cut, "h"));
    Files.writeString(git.folder.resolve("shallow"), cut.name() + "\n");
    List<PushEvent> pushes = importAll().pushes(MAIN);
    assertThat(pushes).hasSize(2);
    assertThat(pushes.get(1).getBefore()).isEqualTo(cut.name());
  }

  @Test
  void theRepositoryIsOnlyRead() throws IOException {
    history(3);
    List<Path> before = filesOfTheRepository();
    importAll();
    assertThat(filesOfTheRepository()).isEqualTo(before);
  }

  @Test
  void whatIsNoRepositoryIsNamed() {
    var names = new RepositoryName("github.com");
    assertThatThrownBy(() -> GitRepository.open(folder, Optional.empty(), names))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("expected a clone or a bare repository");
    assertThatThrownBy(() -> GitRepository.open(git.folder, Optional.of("shop"), names))
        .hasMessageContaining("'shop'")
        .hasMessageContaining("--repository");
  }

  @Test
  void aRepositoryWithoutARemoteIsToldWhichNameItMayHave() throws IOException {
    git.noRemote();
    assertThatThrownBy(git::open)
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("has no remote 'origin'")
        .hasMessageContaining("the name of its folder alone it may be github.com/shop/shop")
        .hasMessageContaining("--repository github.com/shop/shop");

    Files.writeString(
        git.folder.resolve("FETCH_HEAD"),
        "abc\t\tbranch 'main' of https://git.corp.io/acme/shop\n");
    assertThatThrownBy(git::open)
        .hasMessageContaining("what was last fetched")
        .hasMessageContaining("--repository git.corp.io/acme/shop");

    Files.writeString(
        git.folder.resolve("config"),
        "[core]\n\tbare = true\n[remote \"mirror\"]\n\turl = git@gitlab.com:acme/shop.git\n");
    assertThatThrownBy(git::open)
        .hasMessageContaining("its remote 'mirror'")
        .hasMessageContaining("--repository gitlab.com/acme/shop");
  }

  @Test
  void foldersNamedAfterHostAndOwnerGiveTheName() throws IOException {
    Path path = folder.resolve("git.corp.io/acme/basket.git");
    try (var mirror = new GitFixture(path)) {
      mirror.noRemote();
      assertThatThrownBy(mirror::open)
          .hasMessageContaining("--repository git.corp.io/acme/basket,");
    }
  }

  @Test
  void aPatternThatNamesNothingIsToldWithWhatThereIs() throws IOException {
    ObjectId root = git.root("2026-01-01T00:00:00Z");
    git.branch("main", root);
    for (int version = 1; version <= 12; version++) {
      git.tag("release-" + version, root);
    }
    List<String> notes = new ArrayList<>();

    run(
        settings(true, List.of("v*", "release-*"), List.of("env/*")),
        new RecordingSink(),
        state("unmatched"),
        new NotedProgress(notes));

    assertThat(notes).hasSize(2);
    assertThat(notes.get(0)).contains("tag", "'v*'", "12", "release-1, ", " and more");
    assertThat(notes.get(1)).contains("branch", "'env/*'", "one, main");
  }

  @Test
  void patternsThatNameSomethingAreNotSpokenOf() throws IOException {
    ObjectId root = git.root("2026-01-01T00:00:00Z");
    git.branch("main", root);
    git.tag("v1", root);
    List<String> notes = new ArrayList<>();

    run(
        settings(true, List.of("v*"), List.of("main")),
        new RecordingSink(),
        state("matched"),
        new NotedProgress(notes));

    assertThat(notes).isEmpty();
  }

  @Test
  void aDefaultBranchThatIsNotThereIsNamedWithThoseThatAre() throws IOException {
    git.branch("trunk", git.root("2026-01-01T00:00:00Z"));
    assertThatThrownBy(this::importAll)
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("'main'")
        .hasMessageContaining("trunk")
        .hasMessageContaining("--default-branch");
  }

  /** A line of so many commits, with a merge at every tenth; main is its head. */
  private ObjectId history(int commits) throws IOException {
    ObjectId head = git.root("2026-01-01T00:00:00Z", "README.md");
    Instant time = Instant.parse("2026-01-01T00:00:00Z");
    for (int i = 0; i < commits; i++) {
      time = time.plusSeconds(60);
      ObjectId next = git.commit("commit " + i, time.toString(), head, "file-" + i % 7);
      head = i % 10 == 9 ? git.merge("merge " + i, time.toString(), head, next) : next;
    }
    git.branch("main", head);
    return head;
  }

  private List<Path> filesOfTheRepository() throws IOException {
    try (Stream<Path> files = Files.walk(git.folder)) {
      return files.sorted().toList();
    }
  }

  private RecordingSink importAll() {
    var sink = new RecordingSink();
    run(GitSettings.of(git.folder), sink, state("all-" + System.nanoTime()));
    return sink;
  }

  private GitSettings settings(boolean files, List<String> tags, List<String> deployedBranches) {
    return new GitSettings(
        git.folder,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        true,
        files,
        tags,
        deployedBranches,
        Optional.of("checkout"),
        "production");
  }

  private void run(GitSettings settings, EventSink sink, BackfillState state) {
    run(settings, sink, state, BackfillProgress.NONE);
  }

  private void run(
      GitSettings settings, EventSink sink, BackfillState state, BackfillProgress progress) {
    try (var repository = git.open()) {
      GitBackfill.run(repository, settings, sink, state, progress, NOW);
    }
  }

  private BackfillState state(String name) {
    return BackfillState.open(folder.resolve("state"), "git", "github.com/acme/" + name, "kafka-1");
  }

  private static List<String> tail(List<String> all, int size) {
    return all.subList(all.size() - size, all.size());
  }

  private static List<String> shas(PushEvent push) {
    return push.getCommits().stream().map(Commit::getSha).toList();
  }
}
