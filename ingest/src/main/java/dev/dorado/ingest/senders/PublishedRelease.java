package dev.dorado.ingest.senders;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import java.time.Instant;
import java.util.Optional;

/**
 * A published release, which counts as a deployment where the catalog says so (rule E4).
 *
 * @param tag its tag
 * @param sha its commit, where the forge tells it; else the tag's push does
 * @param published when it was published
 * @param title its name for people
 * @param url its address for people
 */
record PublishedRelease(
    ForgeRepository repository,
    String tag,
    Optional<String> sha,
    Moment published,
    Optional<String> title,
    Optional<String> url) {

  CanonicalEvent<DeploymentEvent> event(Provenance provenance) {
    String deployment = "release:" + tag;
    Instant publishedAt = published.at();
    var event =
        DeploymentEvent.newBuilder()
            .setId(published.idOf("deployment", repository.name() + " " + deployment, "published"))
            .setProvenance(provenance)
            .setOccurredAt(publishedAt)
            .setSource("release")
            .setDeployment(deployment)
            .setRepository(repository.name())
            .setRef(ForgePush.TAGS + tag)
            .setSha(sha.orElse(null))
            .setVersion(tag)
            .setStatus("succeeded")
            .setStartedAt(publishedAt)
            .setFinishedAt(publishedAt)
            .setDescription(title.orElse(null))
            .setUrl(url.orElse(null))
            .build();
    return CanonicalEvent.of(event);
  }
}
