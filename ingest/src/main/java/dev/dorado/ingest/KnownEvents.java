package dev.dorado.ingest;

import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Origin;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * Which events of a repository have come, live or not, since a time. A push is known by the commits
 * that it brought: live, its id holds the time of the push, which an import does not know.
 * Immutable once read.
 */
public final class KnownEvents {

  private static final List<Topic<? extends SpecificRecord>> TOPICS =
      List.of(
          Topics.PUSHES,
          Topics.PULL_REQUESTS,
          Topics.CI_RUNS,
          Topics.DEPLOYMENTS,
          Topics.INCIDENTS);

  private final Set<String> ids = new HashSet<>();
  private final Set<String> commits = new HashSet<>();

  private KnownEvents() {}

  /**
   * Reads what Kafka has taken since a time.
   *
   * @param connections where Kafka and the registry are
   * @param repository {@code host/owner/name}
   * @param since by Kafka's clock
   */
  public static KnownEvents read(Connections connections, String repository, Instant since) {
    var known = new KnownEvents();
    var reader = new TopicReader(connections, "dorado-reconciliation");
    for (Topic<? extends SpecificRecord> topic : TOPICS) {
      reader.read(
          topic,
          since,
          (key, event) -> {
            if (repository.equals(key)) {
              known.add(event);
            }
          });
    }
    return known;
  }

  /** Whether this event, or one that tells of the same happening, has come. */
  public boolean contains(CanonicalEvent<?> event) {
    return event.value() instanceof PushEvent push
        ? ids.contains(push.getId()) || commits.contains(push.getRef() + " " + push.getAfter())
        : ids.contains(idOf(event.value()));
  }

  private void add(SpecificRecord event) {
    var provenance = (Provenance) event.get(event.getSchema().getField("provenance").pos());
    if (Origin.isWithdrawn(provenance.getOrigin())) {
      ids.remove(idOf(event));
      return;
    }
    ids.add(idOf(event));
    if (event instanceof PushEvent push) {
      commits.add(push.getRef() + " " + push.getAfter());
      for (Commit commit : push.getCommits()) {
        commits.add(push.getRef() + " " + commit.getSha());
      }
    }
  }

  private static String idOf(SpecificRecord event) {
    return (String) event.get(event.getSchema().getField("id").pos());
  }
}
