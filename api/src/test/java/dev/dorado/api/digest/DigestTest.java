package dev.dorado.api.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.dorado.api.digest.DigestSettings.Webhook;
import dev.dorado.server.Json;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigestTest {

  private static final Digest DIGEST =
      new Digest(
          LocalDate.parse("2026-03-02"),
          "Delivery of <!channel>, 2 Mar 2026 – 8 Mar 2026",
          "No metric changed by more than chance from the week before.",
          List.of(
              new Digest.Line(
                  "change_fail_rate", "Change fail rate", "could_be_chance", "4.0 %; n = 25")),
          Optional.of("https://dorado.example.com/?period=custom"));

  @ParameterizedTest
  @CsvSource({
    "2026-03-09T06:59:59Z, 2026-02-23", // Monday 7:59 in Vienna: not yet
    "2026-03-09T07:00:00Z, 2026-03-02",
    "2026-03-15T22:00:00Z, 2026-03-02",
    "2026-03-30T05:59:59Z, 2026-03-16", // The clocks were put forward the day before.
    "2026-03-30T06:00:00Z, 2026-03-23"
  })
  void theLastWholeWeekIsDueFromMondayEightOn(Instant now, LocalDate week) {
    assertThat(Digest.due(now, ZoneId.of("Europe/Vienna"))).isEqualTo(week);
  }

  @Test
  void aTextHasNoMarksThatANameBringsAlong() {
    assertThat(DIGEST.text())
        .isEqualTo(
            """
            *Delivery of &lt;!channel&gt;, 2 Mar 2026 – 8 Mar 2026*
            No metric changed by more than chance from the week before.
            • *Change fail rate* 4.0 %; n = 25
            <https://dorado.example.com/?period=custom|See it in Dorado>""");
    assertThat(DIGEST.message(false)).isEqualTo(Map.of("text", DIGEST.text()));
  }

  @Test
  void teamsGetsACard() {
    JsonNode message = Json.MAPPER.valueToTree(DIGEST.message(true));

    JsonNode attachment = message.at("/attachments/0");
    assertThat(message.get("type").asText()).isEqualTo("message");
    assertThat(attachment.get("contentType").asText())
        .isEqualTo("application/vnd.microsoft.card.adaptive");
    assertThat(attachment.at("/content/type").asText()).isEqualTo("AdaptiveCard");
    assertThat(attachment.at("/content/body/2/facts/0/title").asText())
        .isEqualTo("Change fail rate");
    assertThat(attachment.at("/content/actions/0/url").asText())
        .isEqualTo("https://dorado.example.com/?period=custom");
  }

  @Test
  void webhooksAreOfAllTeamsOrOfOne() {
    var settings =
        settings(
            "webhooks",
            "https://hooks.slack.com/services/T/B/x,"
                + " the%20shop=https://acme.webhook.office.com/webhookb2/1?a=b");

    assertThat(settings.webhooks())
        .containsExactly(
            new Webhook(Optional.empty(), URI.create("https://hooks.slack.com/services/T/B/x")),
            new Webhook(
                Optional.of("the shop"),
                URI.create("https://acme.webhook.office.com/webhookb2/1?a=b")));
    assertThat(settings.webhooks().get(0).takesCards()).isFalse();
    assertThat(settings.webhooks().get(1).takesCards()).isTrue();
    assertThat(DigestSettings.from(ConfigFactory.load()).webhooks()).as("by default").isEmpty();
  }

  @Test
  void theFileOfWebhooksWins(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("webhooks"), "payments=https://a.example/x\n");

    assertThat(settings("webhooks-file", file.toString()).webhooks())
        .containsExactly(new Webhook(Optional.of("payments"), URI.create("https://a.example/x")));
  }

  @Test
  void aSettingThatCannotBeIsRefusedWithoutItsSecret() {
    assertThatThrownBy(() -> settings("webhooks", "https://a.example/x, hooks.slack.com/secret"))
        .hasMessage(
            "dorado.digest.webhooks: entry 2 is no webhook: expected https://… for all teams, or"
                + " team=https://…");
    assertThatThrownBy(
            () -> settings("webhooks", "pay=https://a.example/x,pay=https://b.example/y"))
        .hasMessageContaining("two addresses for the digest of team pay");
    assertThatThrownBy(() -> settings("page", "dorado.example.com"))
        .hasMessageContaining("dorado.digest.page is 'dorado.example.com'");
    assertThatThrownBy(() -> settings("zone", "Vienna"))
        .hasMessageContaining("dorado.digest.zone is 'Vienna'");
  }

  private static DigestSettings settings(String name, String value) {
    return DigestSettings.from(
        ConfigFactory.parseMap(Map.of("dorado.digest." + name, value))
            .withFallback(ConfigFactory.load()));
  }
}
