package dev.dorado.ingest.senders;

import dev.dorado.ingest.Payload;
import java.util.List;

/**
 * What {@link MutatedPayloadsTest} changes at random: a payload of each kind that a sender reads.
 * Each sender's test hands in its own.
 *
 * @param sender the sender
 * @param payloads at least one; JSON objects that it accepts
 */
record Seeds(Sender sender, List<Payload> payloads) {

  static Seeds of(Sender sender, Payload... payloads) {
    return new Seeds(sender, List.of(payloads));
  }

  @Override
  public String toString() {
    return sender.name();
  }
}
