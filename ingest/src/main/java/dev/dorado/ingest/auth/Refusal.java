package dev.dorado.ingest.auth;

import static java.util.Objects.requireNonNull;

/**
 * Why a delivery is refused.
 *
 * @param reason the kind of refusal
 * @param detail what the delivery lacks and what to do, for people; never a secret
 */
public record Refusal(Reason reason, String detail) {

  public Refusal {
    requireNonNull(reason);
    requireNonNull(detail);
  }

  /** The kinds of refusals, each with the name that counters and topics have for it. */
  public enum Reason {
    /** The signature is missing or fits no secret: 401. */
    SIGNATURE("signature"),
    /** The secret is missing or wrong: 401. */
    SECRET("secret"),
    /** No secret is set up for the sender: 403. */
    NO_SECRET("no-secret"),
    /** There is no such sender: 404. */
    SENDER("sender"),
    /** The body is too long: 413. */
    SIZE("size"),
    /** The body could not be read to its end: 400. */
    MALFORMED("malformed"),
    /** The body came too slowly: 408. */
    SLOW("slow"),
    /** The address has too many connections: 429. */
    CONNECTIONS("connections"),

    /** More deliveries a second than the sender or address may post. */
    RATE("rate"),
    /** The bodies of other requests took all the memory for bodies: 503. */
    BUSY("busy");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    /** Name in counters and topics. */
    public String label() {
      return label;
    }
  }
}
