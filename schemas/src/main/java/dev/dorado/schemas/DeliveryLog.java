package dev.dorado.schemas;

import dev.dorado.events.Provenance;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The way of each delivery through the stages, in the log {@value #NAME}: sender and id of the
 * delivery are in each line, and as JSON in fields of their own. What could not be translated is
 * logged as INFO, all else as DEBUG. Stateless.
 */
public final class DeliveryLog {

  /** Name of the log. */
  public static final String NAME = "dorado.delivery";

  private static final Logger LOG = LoggerFactory.getLogger(NAME);

  private DeliveryLog() {}

  /** Whether every delivery is logged. */
  public static boolean isOn() {
    return LOG.isDebugEnabled();
  }

  /**
   * What became of a delivery at ingest.
   *
   * @param outcome its outcome
   * @param events how many events it gave
   * @param reason why it gave none, or not all; may be null
   */
  public static void taken(String sender, String id, String outcome, int events, String reason) {
    write(
        outcome.equals("dead") ? Level.INFO : Level.DEBUG,
        "ingest",
        sender,
        id,
        "%s, %d events%s".formatted(outcome, events, reason == null ? "" : ": " + reason));
  }

  /** An event of a delivery enters the topology. */
  public static void entered(Topic<?> topic, SpecificRecord event) {
    if (!isOn()) {
      return;
    }
    var schema = event.getSchema();
    var provenance = (Provenance) event.get(schema.getField("provenance").pos());
    write(
        Level.DEBUG,
        "streams",
        provenance.getSender(),
        provenance.getDelivery(),
        "event %s of %s".formatted(event.get(schema.getField("id").pos()), topic.name()));
  }

  /** What became of a delivery has a row in ClickHouse. */
  public static void stored(String sender, String id) {
    write(Level.DEBUG, "sink", sender, id, "its row is in ClickHouse");
  }

  private static void write(Level level, String stage, String sender, String id, String what) {
    if (LOG.isEnabledForLevel(level)) {
      LOG.atLevel(level)
          .addKeyValue("stage", stage)
          .addKeyValue("sender", sender)
          .addKeyValue("delivery", id)
          .log("{} {} {}: {}", stage, sender, id, what);
    }
  }
}
