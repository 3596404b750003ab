package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Jenkins' Notification plugin in its JSON format: a build is a CI run. The plugin's {@code
 * build.timestamp} means another instant in each phase: when it was queued, when it started, when
 * it ended, and when all that follows the end was done.
 */
final class JenkinsSender implements Sender {

  private static final String PHASES = "QUEUED, STARTED, COMPLETED or FINALIZED";

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "put a secret of DORADO_SECRETS_JENKINS as password into the endpoint's URL in the job's"
              + " notifications, as https://dorado:SECRET@host/webhooks/jenkins");
  private final SenderSettings settings;

  JenkinsSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "jenkins";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  /** The build's address and the phase. */
  @Override
  public String deliveryId(DeliveryRequest request) {
    try {
      Fields build = request.fields().object("build");
      return "%s %s".formatted(address(build), build.text("phase"));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; until it names itself, the body's hash does.
      return EventId.sha256Hex(request.body());
    }
  }

  @Override
  public About about(DeliveryRequest request) {
    try {
      Fields build = request.fields().object("build");
      return new About(build.maybeText("phase"), repository(build));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; here it just is not known.
      return About.NOTHING;
    }
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields build = request.fields().object("build");
    String phase = build.text("phase", PHASES).toUpperCase(Locale.ROOT);
    return switch (phase) {
      case "QUEUED" ->
          // The plugin writes 0 where it does not know how long a build has waited.
          build.maybeTime("timestamp").filter(time -> time.toEpochMilli() > 0).isEmpty()
              ? Translation.ignored("QUEUED: the build's time in the queue is not known")
              : run(request, build, phase, "queued", provenance);
      case "STARTED" -> run(request, build, phase, "started", provenance);
      // FINISHED is what old versions called FINALIZED.
      case "COMPLETED", "FINALIZED", "FINISHED" ->
          run(request, build, phase, "finished", provenance);
      default ->
          Translation.ignored(
              "%s: this phase says nothing that is measured".formatted(Fields.beginning(phase)));
    };
  }

  private Translation run(
      DeliveryRequest request, Fields build, String phase, String status, Provenance provenance) {
    String id = "jenkins:" + address(build);
    Optional<Instant> told = build.maybeTime("timestamp");
    // Old versions of the plugin tell no time at all: what is known is when the delivery came.
    Instant time = told.orElse(request.receivedAt());
    boolean finished = status.equals("finished");
    Optional<Instant> startedAt =
        switch (status) {
          case "queued" -> Optional.empty();
          case "started" -> Optional.of(time);
          default ->
              build
                  .maybeNumber("duration")
                  .filter(milliseconds -> milliseconds > 0)
                  .filter(milliseconds -> milliseconds < time.toEpochMilli())
                  .map(time::minusMillis);
        };
    Optional<Fields> scm = build.maybeObject("scm");
    return Translation.of(
        CanonicalEvent.of(
            CiRunEvent.newBuilder()
                .setId(EventId.of("ci-run", id, phase, told.orElse(Instant.EPOCH)))
                .setProvenance(provenance)
                .setOccurredAt(time)
                .setRun(id)
                .setRepository(repository(build).orElse(null))
                .setWorkflow(job(request.fields()).orElse(null))
                .setNames(job(request.fields()).map(JenkinsSender::names).orElse(List.of()))
                .setVersion(VersionParameter.in(build.maybeObject("parameters")).orElse(null))
                .setBranch(
                    scm.flatMap(s -> s.maybeText("branch"))
                        .map(JenkinsSender::branch)
                        .filter(branch -> !branch.isEmpty())
                        .orElse(null))
                .setSha(Shas.ifAny(scm.flatMap(s -> s.maybeText("commit"))).orElse(null))
                .setStatus(status)
                .setOutcome(
                    finished
                        ? build.maybeText("status").map(JenkinsSender::outcome).orElse(null)
                        : null)
                .setQueuedAt(status.equals("queued") ? time : null)
                .setStartedAt(startedAt.orElse(null))
                .setFinishedAt(finished ? time : null)
                .setUrl(build.maybeText("full_url").orElse(null))
                .build()));
  }

  private static String outcome(String status) {
    return switch (status.toUpperCase(Locale.ROOT)) {
      case "SUCCESS" -> "success";
      case "FAILURE", "UNSTABLE" -> "failure";
      case "ABORTED" -> "cancelled";
      case "NOT_BUILT" -> "skipped";
      default -> status.toLowerCase(Locale.ROOT);
    };
  }

  /** The build's whole address; its path, where Jenkins does not know its own root. */
  private static String address(Fields build) {
    return build
        .maybeText("full_url")
        .orElseGet(() -> build.text("url", "the address of the build, as full_url or url"));
  }

  /**
   * The job with its folders, as {@code acme/shop/main} for {@code job/acme/job/shop/job/main/}.
   */
  private static Optional<String> job(Fields body) {
    return body.maybeText("url")
        .filter(url -> url.length() <= 2000)
        .map(
            url ->
                Arrays.stream(("/" + url).split("/job/", -1))
                    .skip(1)
                    .map(part -> part.split("/", 2)[0])
                    .map(JenkinsSender::decoded)
                    .collect(Collectors.joining("/")))
        .filter(path -> !path.isEmpty())
        .or(() -> body.maybeText("name"));
  }

  /** By which the catalog may know the job: its full name, or that of a multibranch project. */
  static List<String> names(String job) {
    int folder = job.lastIndexOf('/');
    return folder < 0
        ? List.of("jenkins:" + job)
        : List.of("jenkins:" + job, "jenkins:" + job.substring(0, folder));
  }

  private static String decoded(String part) {
    try {
      return URLDecoder.decode(part, UTF_8);
    } catch (IllegalArgumentException e) {
      // A percent sign that encodes nothing: the name stands as it is.
      return part;
    }
  }

  /** The branch without what Git's remotes put before it; nothing if none was checked out. */
  private static String branch(String name) {
    String branch = name.replaceFirst("^(refs/remotes/|remotes/)", "");
    branch = branch.replaceFirst("^(origin/|refs/heads/|\\*/)", "");
    return branch.equals("detached") || branch.equals("HEAD") ? "" : branch;
  }

  private Optional<String> repository(Fields build) {
    return build
        .maybeObject("scm")
        .flatMap(scm -> scm.maybeText("url"))
        .flatMap(settings.repositories()::normalise);
  }
}
