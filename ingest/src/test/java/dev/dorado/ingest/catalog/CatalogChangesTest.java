package dev.dorado.ingest.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.catalog.CatalogChanges.Change;
import dev.dorado.ingest.catalog.CatalogSource.Look;
import dev.dorado.ingest.catalog.CatalogSource.Said;
import dev.dorado.ingest.delivery.RepositoryName;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogChangesTest {

  private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final CatalogReader READER = new CatalogReader(new RepositoryName("github.com"));

  private final KnownEntries known = new KnownEntries();

  @Test
  void whatIsNewHoldsFromNowAndWhatIsKnownIsNoChange() {
    assertThat(look(component("a", "x"), component("b", "x")))
        .containsExactly("a x now", "b x now");
    assertThat(look(component("a", "x"), component("b", "y"))).containsExactly("b y now");
    assertThat(look(component("a", "x"), component("b", "y"))).isEmpty();
  }

  @Test
  void whatIsThereNoMoreIsRemovedAndMayComeBack() {
    assertThat(look(component("a", "x"), component("b", "x"))).hasSize(2);
    assertThat(look(component("b", "x"))).containsExactly("a removed now");
    assertThat(look(component("b", "x"))).isEmpty();
    assertThat(look(component("a", "x"), component("b", "x"))).containsExactly("a x now");
  }

  @Test
  void asLongAsSomethingCannotBeReadNothingIsRemoved() {
    assertThat(look(component("a", "x"), component("b", "x"))).hasSize(2);
    assertThat(look(component("b", "y"), "kind: [")).containsExactly("b y now");
  }

  @Test
  void thePastIsToldInItsOrderWithItsOwnTimesAndOnlyWhereItIsNotKnown() {
    var past =
        List.of(
            new Said(JANUARY, upload(component("a", "x"))),
            new Said(MARCH, upload(component("a", "y"), component("b", "x"))));
    var look = new Look(past, upload(component("a", "y"), component("b", "x")));
    assertThat(changes(look)).containsExactly("a x JANUARY", "a y MARCH", "b x MARCH");
    assertThat(changes(look)).isEmpty();
  }

  @Test
  void twoThingsSaidOfOneServiceHaveTwoTimes() {
    assertThat(look(component("a", "x"))).hasSize(1);
    // A second look in the same interval, after a restart.
    List<Change> changes =
        CatalogChanges.of(known, new Look(List.of(), upload(component("a", "y"))), NOW);
    assertThat(changes).extracting(Change::at).containsExactly(NOW.plusMillis(1));
  }

  @Test
  void entriesOfOneServiceThatStateTheirTimesAreSaidAtOnce() {
    String both =
        component("a", "x")
            + annotation("2026-01-01")
            + "---\n"
            + component("a", "y")
            + annotation("2026-03-01");
    List<Change> changes = CatalogChanges.of(known, new Look(List.of(), upload(both)), NOW);
    assertThat(changes).extracting(Change::at).containsExactly(NOW, NOW);
    changes.forEach(change -> known.add(change.entry(), change.at()));
    assertThat(look(both)).isEmpty();
  }

  @Test
  void anIdIsAHashOfWhatIsSaidAndWhenAndNotOfHowItCame() {
    var entry = upload(component("a", "x")).entries().get(0);
    var other = upload(component("a", "y")).entries().get(0);
    String id = id(entry, NOW, "one");
    assertThat(id(entry, NOW, "two")).isEqualTo(id);
    assertThat(id(entry, MARCH, "one")).isNotEqualTo(id);
    assertThat(id(other, NOW, "one")).isNotEqualTo(id);
  }

  private static String id(CatalogEvent entry, Instant at, String delivery) {
    var provenance = new Provenance("x", delivery, NOW, "live");
    return CatalogEvents.of(entry, at, provenance).value().getId();
  }

  private List<String> look(String... files) {
    return changes(new Look(List.of(), upload(files)));
  }

  private List<String> changes(Look look) {
    List<Change> changes = CatalogChanges.of(known, look, NOW);
    changes.forEach(change -> known.add(change.entry(), change.at()));
    return changes.stream()
        .map(
            change ->
                "%s %s %s"
                    .formatted(
                        change.entry().getService(),
                        change.entry().getRemoved() ? "removed" : change.entry().getOwner(),
                        nameOf(change.at())))
        .toList();
  }

  /** NOW and the milliseconds after it, by which a later word is told from an earlier. */
  private static String nameOf(Instant at) {
    if (at.equals(JANUARY)) {
      return "JANUARY";
    }
    return at.equals(MARCH) ? "MARCH" : at.isBefore(NOW.plusMillis(10)) ? "now" : at.toString();
  }

  static CatalogUpload upload(String... files) {
    return READER.read(
        Arrays.stream(files).map(file -> new CatalogFile("", file.getBytes(UTF_8))).toList());
  }

  static String component(String name, String owner) {
    return "kind: Component\nspec: {owner: %s}\nmetadata:\n  name: %s\n".formatted(owner, name);
  }

  private static String annotation(String validFrom) {
    return "  annotations: {dorado.dev/valid-from: %s}\n".formatted(validFrom);
  }
}
