package dev.dorado.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class GitHubIssueHistoryTest {

  @Test
  void eachClosingHasTheReasonThatItHadThen() throws Exception {
    var webhooks =
        GitHubIssueHistory.webhooks(
            json(
                """
                {"number": 1, "state": "closed", "state_reason": "completed", "labels": [],
                  "created_at": "2026-03-01T10:00:00Z", "closed_at": "2026-03-01T13:00:00Z"}
                """),
            List.of(
                closed("2026-03-01T11:00:00Z", "duplicate"),
                json("{\"event\": \"reopened\", \"created_at\": \"2026-03-01T12:00:00Z\"}"),
                closed("2026-03-01T13:00:00Z", "completed")),
            json("{}"));

    assertThat(webhooks)
        .extracting(
            webhook -> webhook.body().path("action").asText(),
            webhook -> webhook.body().at("/issue/state").asText(),
            webhook -> webhook.body().at("/issue/state_reason").textValue())
        .containsExactly(
            tuple("opened", "open", null),
            tuple("closed", "closed", "duplicate"),
            tuple("reopened", "open", null),
            tuple("closed", "closed", "completed"));
  }

  @Test
  void withoutATimelineTheIssueItselfSaysWhyItWasClosed() throws Exception {
    var webhooks =
        GitHubIssueHistory.webhooks(
            json(
                """
                {"number": 1, "state": "closed", "state_reason": "not_planned", "labels": [],
                  "created_at": "2026-03-01T10:00:00Z", "closed_at": "2026-03-01T13:00:00Z"}
                """),
            List.of(),
            json("{}"));

    assertThat(webhooks.get(1).body().at("/issue/state_reason").asText()).isEqualTo("not_planned");
  }

  private static JsonNode closed(String time, String reason) throws JsonProcessingException {
    return json(
        "{\"event\": \"closed\", \"created_at\": \"%s\", \"state_reason\": \"%s\"}"
            .formatted(time, reason));
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return Json.MAPPER.readTree(text);
  }
}
