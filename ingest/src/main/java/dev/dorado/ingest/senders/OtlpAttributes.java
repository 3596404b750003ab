package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.RepositoryName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The attributes of a span and of its resource. A name that both have is the span's. Reads nothing
 * of another span, so that a trace means the same however an exporter divides it into requests.
 */
final class OtlpAttributes {

  private static final List<String> SCALARS =
      List.of("stringValue", "intValue", "boolValue", "doubleValue");

  private final Map<String, Fields> own;
  private final Map<String, Fields> ofResource;

  private OtlpAttributes(Map<String, Fields> own, Map<String, Fields> ofResource) {
    this.own = own;
    this.ofResource = ofResource;
  }

  /** The values of {@code attributes}, an array of {@code {"key","value"}}, by their keys. */
  static Map<String, Fields> byName(Fields owner) {
    Map<String, Fields> values = new HashMap<>();
    for (Fields attribute : owner.maybeObjects("attributes")) {
      Optional<Fields> value = attribute.maybeObject("value");
      attribute
          .maybeText("key")
          .ifPresent(key -> value.ifPresent(present -> values.putIfAbsent(key, present)));
    }
    return values;
  }

  /**
   * The attributes of a span.
   *
   * @param ofResource those of its resource, as {@link #byName} gives them
   */
  static OtlpAttributes of(Fields span, Map<String, Fields> ofResource) {
    return new OtlpAttributes(byName(span), ofResource);
  }

  /** The first of {@code names} that the span itself has. */
  Optional<String> own(List<String> names) {
    return first(names, own);
  }

  Optional<String> own(String name) {
    return own(List.of(name));
  }

  /** Whether the span itself has an attribute whose name begins with {@code prefix}. */
  boolean hasOwn(String prefix) {
    return own.keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** An attribute that the resource has. */
  Optional<String> ofResource(String name) {
    return first(List.of(name), ofResource);
  }

  /** The first of {@code names} that the span itself has, else the first that its resource has. */
  Optional<String> any(List<String> names) {
    return own(names).or(() -> first(names, ofResource));
  }

  Optional<String> any(String name) {
    return any(List.of(name));
  }

  /** The texts of an array that the span itself has, blank where an element is none. */
  List<String> ownTexts(String name) {
    return Optional.ofNullable(own.get(name))
        .flatMap(value -> value.maybeObject("arrayValue"))
        .map(array -> array.maybeObjects("values"))
        .orElse(List.of())
        .stream()
        .map(value -> text(value).orElse(""))
        .toList();
  }

  /** The repository that an attribute names; a text that names none is left out. */
  Optional<String> repository(String name, RepositoryName repositories) {
    return Stream.of(own, ofResource)
        .flatMap(values -> Optional.ofNullable(values.get(name)).stream())
        .findFirst()
        .flatMap(
            value ->
                text(value)
                    .flatMap(
                        text ->
                            repositories
                                .normalise(text)
                                .or(
                                    () ->
                                        value.leaveOut(
                                            "stringValue", text, RepositoryName.EXPECTED))));
  }

  private static Optional<String> first(List<String> names, Map<String, Fields> values) {
    return names.stream()
        .flatMap(name -> Optional.ofNullable(values.get(name)).stream())
        .flatMap(value -> text(value).stream())
        .filter(Predicate.not(String::isEmpty))
        .findFirst();
  }

  private static Optional<String> text(Fields value) {
    return SCALARS.stream().flatMap(type -> value.maybeText(type).stream()).findFirst();
  }
}
