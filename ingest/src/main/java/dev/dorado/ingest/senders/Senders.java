package dev.dorado.ingest.senders;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

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
            new AlertmanagerSender(),
            new ArgoCdSender(settings),
            new ArgoRolloutsSender(settings),
            new AzureDevOpsSender(settings),
            new BitbucketCloudSender(settings),
            new BitbucketServerSender(settings),
            new BuildkiteSender(settings),
            new CdEventsSender(settings),
            new CircleCiSender(settings),
            new CortexSender(settings),
            new DatadogDoraSender(settings),
            new DatadogSender(),
            new DevLakeSender(settings),
            new FireHydrantSender(),
            new FlaggerSender(settings),
            new FluxSender(settings),
            new GenericSender(settings),
            new GiteaSender(settings),
            new GitHubSender(settings),
            new GitLabSender(settings),
            new GrafanaSender(),
            new IncidentIoSender(),
            new JenkinsSender(settings),
            new JiraSender(settings),
            new LaunchDarklySender(),
            new OpsgenieSender(),
            new OtlpSender(settings),
            new PagerDutySender(),
            new RootlySender(),
            new SentrySender(),
            new ServiceNowSender(),
            new SleuthSender(),
            new SpinnakerSender(settings),
            new StatuspageSender(),
            new TektonSender(settings)));
  }

  /** The sender with this name. */
  public Optional<Sender> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Those that take the requests of another product's API. */
  public Stream<CompatibleSender> compatible() {
    return byName.values().stream()
        .filter(CompatibleSender.class::isInstance)
        .map(CompatibleSender.class::cast);
  }

  /** The names, in their alphabetical order. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
