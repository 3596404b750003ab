package dev.dorado.ingest.auth;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.util.List;
import java.util.Optional;

/**
 * For a sender that has several ways to prove itself, of which its settings choose one: the first
 * whose proof is in the delivery decides, and no other is asked; so the strongest stands first.
 */
public final class AnyOfAuthenticator implements Authenticator {

  private final List<Authenticator> choices;

  /**
   * @param choices at least one, the strongest first; the last is asked if no proof is there
   */
  public AnyOfAuthenticator(Authenticator... choices) {
    this.choices = List.of(choices);
    if (this.choices.isEmpty()) {
      throw new IllegalArgumentException("there is no authenticator to choose from");
    }
  }

  @Override
  public boolean isUsedBy(DeliveryRequest request) {
    return choices.stream().anyMatch(choice -> choice.isUsedBy(request));
  }

  @Override
  public Optional<Refusal> refusal(DeliveryRequest request, List<String> secrets) {
    for (var choice : choices) {
      if (choice.isUsedBy(request)) {
        return choice.refusal(request, secrets);
      }
    }
    return choices.get(choices.size() - 1).refusal(request, secrets);
  }

  @Override
  public List<String> shown(DeliveryRequest request) {
    return choices.stream()
        .filter(choice -> choice.isUsedBy(request))
        .findFirst()
        .map(choice -> choice.shown(request))
        .orElse(List.of());
  }

  /** The challenge of the last choice, for requests without any proof. */
  @Override
  public String instruction() {
    return choices.get(choices.size() - 1).instruction();
  }
}
