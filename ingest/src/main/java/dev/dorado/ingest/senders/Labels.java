package dev.dorado.ingest.senders;

import dev.dorado.events.IncidentEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.schemas.NoDeploymentCause;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Labels or tags of an alert or incident, by name. Names in any case. What is read of them: {@code
 * service}, {@code environment} or {@code env}, {@code severity}, {@code caused_by}, {@code
 * resolution}.
 */
final class Labels {

  private static final String[] SERVICE = {"service", "service_name"};
  private static final String[] ENVIRONMENT = {"environment", "env"};
  private static final String[] CAUSE = {"caused_by", "root_cause"};
  private static final String[] RESOLUTION = {"resolution", "resolution_reason", "close_reason"};

  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<String> all = new ArrayList<>();

  private Labels() {}

  /**
   * Of an object {@code {"service": "checkout"}} or an array of {@code service:checkout}; what is
   * in another form has none.
   */
  static Labels of(Fields fields, String name) {
    var labels = new Labels();
    if (fields.maybeNode(name).filter(node -> node.isObject()).isPresent()) {
      Fields object = fields.object(name);
      for (String label : object.names()) {
        object
            .maybeNode(label)
            .filter(node -> node.isValueNode())
            .map(node -> node.asText().strip())
            .filter(value -> !value.isEmpty())
            .ifPresent(value -> labels.add(label, value));
      }
    } else {
      fields
          .maybeNode(name)
          .filter(node -> node.isArray())
          .ifPresent(
              array ->
                  array.forEach(
                      node -> {
                        if (node.isTextual()) {
                          labels.addTag(node.textValue());
                        }
                      }));
    }
    return labels;
  }

  /** Labels from tags such as {@code service:checkout}. A tag without a colon has no value. */
  static Labels ofTags(List<String> tags) {
    var labels = new Labels();
    tags.forEach(labels::addTag);
    return labels;
  }

  /** The first of the labels {@code names} that is there. */
  Optional<String> first(String... names) {
    return Stream.of(names).filter(values::containsKey).map(values::get).findFirst();
  }

  Optional<String> service() {
    return first(SERVICE);
  }

  Optional<String> environment() {
    return first(ENVIRONMENT);
  }

  Optional<String> severity() {
    return first("severity");
  }

  /**
   * Commits, versions, pull requests or deployments that are labelled as the cause, or the words
   * that no deployment was it.
   */
  List<String> causes() {
    return first(CAUSE).stream().flatMap(text -> causes(text).stream()).toList();
  }

  /** Causes in a list with commas or spaces between; what says that none was it may have spaces. */
  static List<String> causes(String text) {
    return Stream.of(text.split(","))
        .map(String::strip)
        .flatMap(
            part ->
                NoDeploymentCause.in(part).isPresent() || CauseMarkers.isRequest(part)
                    ? Stream.of(CauseMarkers.named(part))
                    : Stream.of(part.split("\\s+"))
                        .filter(word -> NoDeploymentCause.in(word).isEmpty())
                        .map(CauseMarkers::named))
        .filter(cause -> !cause.isEmpty())
        .toList();
  }

  /** Why the incident was closed: by a label of that name, or a tag as {@code duplicate}. */
  List<String> resolutions() {
    return Stream.concat(first(RESOLUTION).stream(), all.stream().filter(IssueLabels::isResolution))
        .toList();
  }

  /** All of them, as {@code name:value}. */
  List<String> all() {
    return all;
  }

  /** Adds to {@code event} what the labels say, and leaves the rest as it is. */
  void applyTo(IncidentEvent.Builder event) {
    service().ifPresent(name -> IncidentEvents.affects(event, List.of(name)));
    environment().ifPresent(event::setEnvironment);
    if (!causes().isEmpty()) {
      event.setCausedBy(causes());
    }
    if (!resolutions().isEmpty()) {
      IncidentEvents.closedFor(event, resolutions());
    }
    if (!all.isEmpty()) {
      List<String> labels = new ArrayList<>();
      if (event.getLabels() != null) {
        labels.addAll(event.getLabels());
      }
      labels.addAll(all);
      event.setLabels(labels);
    }
  }

  private void addTag(String tag) {
    String stripped = tag.strip();
    int colon = stripped.indexOf(':');
    if (colon > 0 && colon < stripped.length() - 1) {
      add(stripped.substring(0, colon).strip(), stripped.substring(colon + 1).strip());
    } else if (!stripped.isEmpty()) {
      all.add(Fields.cut(stripped));
    }
  }

  private void add(String name, String value) {
    values.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
    all.add(Fields.cut(name + ":" + value));
  }
}
