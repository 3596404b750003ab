package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.FlagEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaunchDarklySenderTest {

  private final LaunchDarklySender launchdarkly = new LaunchDarklySender();

  static Seeds seeds() {
    return Seeds.of(new LaunchDarklySender(), turnedOn(), done("createFlag"));
  }

  static Payload turnedOn() {
    return done("updateOn").with("titleVerb", "turned on the flag");
  }

  static Payload done(String action) {
    return Payload.of(
        """
        {"_id": "65f", "_accountId": "a", "date": 1772366400000, "kind": "flag",
         "accesses": [{"action": "%s",
           "resource": "proj/shop;team-a:env/production;critical:flag/basket;ui,beta"}],
         "name": "Basket", "description": "", "shortDescription": "", "comment": "",
         "member": {"_id": "m", "email": "ann@example.org", "firstName": "Ann"},
         "title": "Ann turned on the flag Basket in Production",
         "currentVersion": {"key": "basket", "archived": false,
           "environments": {"production": {"on": false}}},
         "_links": {"site": {"href": "/shop/production/features/basket", "type": "text/html"}}}
        """
            .formatted(action));
  }

  @Test
  void aFlagThatIsTurnedOnIsAFlagEvent() {
    FlagEvent event = event(turnedOn());
    assertThat(event.getFlag()).isEqualTo("basket");
    assertThat(event.getProject()).isEqualTo("shop");
    assertThat(event.getEnvironments()).containsExactly("production");
    assertThat(event.getAction()).isEqualTo("turned-on");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getTitle()).isEqualTo("Ann turned on the flag Basket in Production");
    assertThat(event.getAuthor()).isEqualTo("ann@example.org");
    assertThat(event.getUrl())
        .isEqualTo("https://app.launchdarkly.com/shop/production/features/basket");
  }

  @Test
  void flagsHaveATopicOfTheirOwn() {
    var events = Translated.events(launchdarkly, turnedOn());
    assertThat(events.get(0).topic()).isEqualTo(Topics.FLAGS);
    assertThat(events.get(0).key()).isEqualTo("shop/basket");
  }

  @ParameterizedTest
  @CsvSource({
    "createFlag, created",
    "cloneFlag, created",
    "deleteFlag, deleted",
    "updateRules, changed",
    "updateFallthrough, changed",
    "updateOn, turned-off",
    "updateGlobalArchived, restored"
  })
  void eachActionHasItsWord(String action, String word) {
    assertThat(event(done(action)).getAction()).isEqualTo(word);
  }

  @Test
  void withoutTheFlagItselfTheVerbSaysWhatWasDone() {
    Payload off =
        done("updateOn").without("currentVersion").with("titleVerb", "turned off the flag");
    assertThat(event(off).getAction()).isEqualTo("turned-off");
    Payload archived =
        done("updateGlobalArchived").without("currentVersion").with("titleVerb", "archived");
    assertThat(event(archived).getAction()).isEqualTo("archived");
    assertThat(event(done("updateOn").without("currentVersion")).getAction()).isEqualTo("changed");
  }

  @Test
  void aChangeInAllEnvironmentsNamesNone() {
    Payload all = done("createFlag").with("accesses.0.resource", "proj/shop:env/*:flag/basket");
    assertThat(event(all).getEnvironments()).isEmpty();
    Payload two =
        turnedOn()
            .with(
                "accesses",
                List.of(
                    Map.of("action", "updateOn", "resource", "proj/shop:env/test:flag/basket"),
                    Map.of("action", "updateOn", "resource", "proj/shop:env/prod:flag/basket")));
    assertThat(event(two).getEnvironments()).containsExactly("prod", "test");
  }

  @Test
  void whatIsNoFlagIsIgnoredAndAFlagThatIsNotNamedIsMissing() {
    assertThat(Translated.ignored(launchdarkly, turnedOn().with("kind", "project")))
        .startsWith("project");
    assertThat(Translated.missing(launchdarkly, turnedOn().without("accesses")).path())
        .isEqualTo("$.accesses");
    assertThat(event(turnedOn().without("date")).getOccurredAt()).isEqualTo(Payload.RECEIVED_AT);
  }

  @Test
  void aRedeliveryIsTheSameDeliveryAndEvent() {
    assertThat(launchdarkly.deliveryId(turnedOn().request())).isEqualTo("65f");
    assertThat(event(turnedOn().with("comment", "again")).getId())
        .isEqualTo(event(turnedOn()).getId());
  }

  private FlagEvent event(Payload payload) {
    return Translated.event(launchdarkly, payload, FlagEvent.class);
  }
}
