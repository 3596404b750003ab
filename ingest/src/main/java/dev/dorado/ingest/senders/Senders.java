package dev.dorado.ingest.senders;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All senders, by name. A new sender is registered here. Immutable. */
public final class Senders {

  private final Map<String, Sender> byName;

  private Senders(List<Sender> senders) {
    byName = new TreeMap<>();
    for (var sender : senders) {
      if (byName.put(sender.name(), sender) != null) {
        throw new IllegalArgumentException("two senders are named " + sender.name());
      }
    }
  }

  /** All senders that there are. */
  public static Senders all(SenderSettings settings) {
    return new Senders(
        List.of(
            new BitbucketCloudSender(settings),
            new BitbucketServerSender(settings),
            new CdEventsSender(settings),
            new GenericSender(settings),
            new GitHubSender(settings),
            new GitLabSender(settings),
            new GiteaSender(settings)));
  }

  /** The sender with this name. */
  public Optional<Sender> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The names, in their alphabetical order. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
