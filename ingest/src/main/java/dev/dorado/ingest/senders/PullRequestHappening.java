package dev.dorado.ingest.senders;

import dev.dorado.events.Provenance;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.Review;
import java.util.Optional;

/**
 * What happened to a pull request.
 *
 * @param transition in Dorado's words
 * @param exactly told apart from whatever else may happen at the same time
 * @param moment when
 * @param review the review that it is, if it is one
 */
record PullRequestHappening(
    String transition, String exactly, Moment moment, Optional<Review> review) {

  static PullRequestHappening of(String transition, String exactly, Moment moment) {
    return new PullRequestHappening(transition, exactly, moment, Optional.empty());
  }

  /** A happening that is told apart by its transition and time alone. */
  static PullRequestHappening of(String transition, Moment moment) {
    return of(transition, transition, moment);
  }

  /** A review was given, changed or withdrawn. */
  static PullRequestHappening reviewed(Review review, String exactly, Moment moment) {
    return new PullRequestHappening("reviewed", "reviewed " + exactly, moment, Optional.of(review));
  }

  /** The event with what every event of a pull request has; the rest is to be set. */
  PullRequestEvent.Builder on(ForgeRepository repository, long number, Provenance provenance) {
    return PullRequestEvent.newBuilder()
        .setId(moment.idOf("pull-request", repository.name() + "#" + number, exactly))
        .setProvenance(provenance)
        .setOccurredAt(moment.at())
        .setRepository(repository.name())
        .setNumber(number)
        .setTransition(transition)
        .setReview(review.orElse(null));
  }

  /**
   * "Not merged" is only said where that is the news: a label put on in the second of the merge
   * must not take the merge back.
   */
  Boolean mergedOrUnsaid(boolean merged) {
    boolean isNews =
        switch (transition) {
          case "opened", "closed", "reopened" -> true;
          default -> false;
        };
    return merged ? Boolean.TRUE : isNews ? Boolean.FALSE : null;
  }
}
