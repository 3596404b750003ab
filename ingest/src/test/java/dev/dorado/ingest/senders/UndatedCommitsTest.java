package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.CanonicalEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A push is accepted whatever its commits lack (rule E2): a commit without a time has that of the
 * head, else of the push, else of the receipt, and says so; one without a SHA is left out.
 */
class UndatedCommitsTest {

  private static final Set<String> FORGES =
      Set.of("azure-devops", "bitbucket-cloud", "bitbucket-server", "gitea", "github", "gitlab");
  private static final List<String> TIMES =
      List.of("timestamp", "date", "authorTimestamp", "committerTimestamp");

  static Stream<Seeds> forges() {
    return MutatedPayloadsTest.senders().stream()
        .filter(seeds -> FORGES.contains(seeds.sender().name()));
  }

  @ParameterizedTest
  @MethodSource("forges")
  void aPushWithoutAnyDateIsAccepted(Seeds forge) {
    Payload push = push(forge);
    for (String time : TIMES) {
      push = without(push, time);
    }
    push = without(without(push, "pushed_at"), "createdDate");
    var commits = commits(Translated.events(forge.sender(), push));
    assertThat(commits).hasSameSizeAs(commits(Translated.events(forge.sender(), push(forge))));
    assertThat(commits).extracting(Commit::getTimeFrom).containsOnly("receipt");
    assertThat(commits).extracting(Commit::getCommittedAt).containsOnly(Payload.RECEIVED_AT);
  }

  @ParameterizedTest
  @MethodSource("forges")
  void aCommitWithItsOwnDateSaysNothingOfIt(Seeds forge) {
    assertThat(commits(Translated.events(forge.sender(), push(forge))))
        .isNotEmpty()
        .extracting(Commit::getTimeFrom)
        .containsOnlyNulls();
  }

  @Test
  void aCommitWithoutADateHasThatOfTheHeadElseOfThePush() {
    var github = new GitHubSender(Translated.SETTINGS);
    Payload push = GitHubPayloads.push().without("commits.0.timestamp");
    Commit ofHead = commits(Translated.events(github, push)).get(0);
    assertThat(ofHead.getTimeFrom()).isEqualTo("head");
    assertThat(ofHead.getCommittedAt())
        .isEqualTo(push.json().at("/head_commit/timestamp").asText().replace("+00:00", "Z"));
    Payload headless = push.without("head_commit").without("commits.1.timestamp");
    Commit ofPush = commits(Translated.events(github, headless)).get(0);
    assertThat(ofPush.getTimeFrom()).isEqualTo("push");
    assertThat(Translated.skipped(github, headless)).isEmpty();
  }

  @Test
  void aCommitWithoutAShaIsLeftOutOfItsPush() {
    var github = new GitHubSender(Translated.SETTINGS);
    Payload push = GitHubPayloads.push().without("commits.0.id");
    assertThat(commits(Translated.events(github, push))).hasSize(1);
    assertThat(Translated.skipped(github, push)).containsExactly("$.commits[0].id");
  }

  private static Payload push(Seeds forge) {
    return forge.payloads().stream()
        .filter(payload -> !commits(Translated.events(forge.sender(), payload)).isEmpty())
        .findFirst()
        .orElseThrow();
  }

  private static List<Commit> commits(List<CanonicalEvent<?>> events) {
    return events.stream()
        .filter(event -> event.value() instanceof PushEvent)
        .flatMap(event -> ((PushEvent) event.value()).getCommits().stream())
        .toList();
  }

  /** The payload without any field of a name. */
  private static Payload without(Payload payload, String name) {
    JsonNode json = payload.json().deepCopy();
    remove(json, name);
    Payload changed = Payload.of(json.toString());
    for (var header : payload.headers().entrySet()) {
      changed = changed.header(header.getKey(), header.getValue());
    }
    return changed;
  }

  private static void remove(JsonNode node, String name) {
    if (node instanceof ObjectNode object) {
      object.remove(name);
    }
    node.forEach(child -> remove(child, name));
  }
}
