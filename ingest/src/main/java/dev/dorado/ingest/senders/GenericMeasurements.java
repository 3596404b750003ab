package dev.dorado.ingest.senders;

import static java.util.Objects.requireNonNull;

import com.google.re2j.Pattern;
import dev.dorado.events.MeasurementEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The measurements of one body of the generic sender (rule P4): a value of a name, for a service or
 * a team. What is measured and when is the id, so that a measurement that is sent again with
 * another value is corrected. Answers of people come as aggregates alone. Not thread-safe.
 */
final class GenericMeasurements {

  /** Fewer answers could be those of people whom one knows. */
  private static final int FEWEST_ANSWERS = 5;

  private static final Set<String> FIELDS =
      Set.of("kind", "name", "value", "unit", "time", "service", "team", "n");

  /** The names stand beside each other in charts: one spelling of each. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,99}");

  private static final String NAME_EXPECTED =
      "a name of lower-case letters, digits, '_', '.' and '-', as time_to_provision";

  /** Units in which people answer. */
  private static final Set<String> UNITS_OF_SURVEYS =
      Set.of("score", "points", "stars", "rating", "nps", "enps", "csat", "ces", "likert");

  /** Words of the names of surveys. */
  private static final Set<String> WORDS_OF_SURVEYS =
      Set.of("survey", "satisfaction", "nps", "enps", "csat", "ces", "mood", "happiness");

  private static final String ANSWERS_EXPECTED =
      "the number of answers that the value is the mean of, at least %d: answers of people are taken as aggregates only"
          .formatted(FEWEST_ANSWERS);

  private final Provenance provenance;

  /** What was measured, and where in the body that stands. */
  private final Map<String, String> seen = new HashMap<>();

  GenericMeasurements(Provenance provenance) {
    this.provenance = requireNonNull(provenance);
  }

  /** The event of a measurement. */
  CanonicalEvent<?> event(Fields event) {
    event.refuseUnknown("a measurement", FIELDS);
    String name = name(event);
    String unit = event.text("unit", "the unit of the value, as seconds");
    double value = value(event);
    Instant time = event.time("time");
    Optional<String> service =
        event.maybeText("service").map(text -> text.toLowerCase(Locale.ROOT));
    Optional<String> team = event.maybeText("team");
    if (service.isPresent() && team.isPresent()) {
      throw event.unusable(
          "team",
          team.get(),
          "a service or a team, not both: the catalog knows the team of a service");
    }
    String subject =
        service
            .map(of -> "service " + of)
            .or(() -> team.map(of -> "team " + of))
            .orElseThrow(
                () -> event.absent("service", "the name of a service, or a team in 'team'"));
    OptionalInt answers = answers(event, name, unit);
    String id = EventId.of("measurement", subject, name, time);
    String before = seen.putIfAbsent(id, event.path());
    if (before != null) {
      throw event.unusable(
          "time",
          time.toString(),
          "another time than that of %s, which measures %s of the %s at this time already"
              .formatted(before, name, subject));
    }
    return CanonicalEvent.of(
        MeasurementEvent.newBuilder()
            .setId(id)
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setName(name)
            .setUnit(unit)
            .setValue(value)
            .setService(service.orElse(null))
            .setTeam(team.orElse(null))
            .setAnswers(answers.isPresent() ? answers.getAsInt() : null)
            .build());
  }

  private static String name(Fields event) {
    String text = event.text("name", NAME_EXPECTED);
    if (!NAME.matcher(text).matches()) {
      throw event.unusable("name", text, NAME_EXPECTED);
    }
    return text;
  }

  private static double value(Fields event) {
    return event
        .maybeDecimal("value")
        .orElseThrow(() -> event.absent("value", Fields.DECIMAL_EXPECTED));
  }

  /** The number of answers of a survey; empty for measurements by machines. */
  private static OptionalInt answers(Fields event, String name, String unit) {
    Optional<Integer> n = event.maybeCount("n");
    if (n.isEmpty()) {
      if (isOfSurvey(name, unit)) {
        throw event.absent("n", ANSWERS_EXPECTED);
      }
      return OptionalInt.empty();
    }
    if (n.get() < FEWEST_ANSWERS) {
      throw event.unusable("n", n.get().toString(), ANSWERS_EXPECTED);
    }
    return OptionalInt.of(n.get());
  }

  private static boolean isOfSurvey(String name, String unit) {
    return UNITS_OF_SURVEYS.contains(unit.toLowerCase(Locale.ROOT))
        || Arrays.stream(name.split("[_.-]", -1)).anyMatch(WORDS_OF_SURVEYS::contains);
  }
}
