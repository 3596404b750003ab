package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that was done or refused, as it is kept. Immutable.
 *
 * @param id random; of refusals that are counted the same each time, so that the last count stands
 * @param at when; of refusals that are counted the start of the minute
 * @param actor name of the token or person; empty if nobody is known
 * @param role what the actor may do; empty if nobody is known
 * @param action what was done; of a refusal the method and the route
 * @param subject what it was done to, for people
 * @param outcome {@value #ALLOWED} or {@value #REFUSED}
 * @param address address of the connection; empty of commands
 * @param reference id of the correction or delivery that has the rest
 * @param count how many requests
 * @param detail why it was refused, for people
 */
public record AuditEvent(
    String id,
    Instant at,
    String actor,
    String role,
    String action,
    String subject,
    String outcome,
    String address,
    Optional<String> reference,
    long count,
    String detail) {

  /** It was allowed, and is about to be done. */
  public static final String ALLOWED = "allowed";

  /** It was refused. */
  public static final String REFUSED = "refused";

  /**
   * One that is allowed, with a random id.
   *
   * @param now the present
   */
  public static AuditEvent allowed(
      Instant now,
      String actor,
      String role,
      String action,
      String subject,
      String address,
      Optional<String> reference) {
    return new AuditEvent(
        UUID.randomUUID().toString(),
        now.truncatedTo(ChronoUnit.MILLIS),
        actor,
        role,
        action,
        subject,
        ALLOWED,
        address,
        reference,
        1,
        "");
  }

  public AuditEvent {
    requireNonNull(id);
    requireNonNull(at);
    requireNonNull(actor);
    requireNonNull(role);
    requireNonNull(action);
    requireNonNull(subject);
    requireNonNull(outcome);
    requireNonNull(address);
    requireNonNull(reference);
    requireNonNull(detail);
  }
}
