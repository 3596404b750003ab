package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A span by the CI/CD conventions: the run of a pipeline, a task of it, a deployment, or none of
 * these. Its events depend on the span and its resource alone, so they are the same in whatever
 * requests and however often the span is exported.
 */
final class CicdSpan {

  private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern SPAN_ID = Pattern.compile("[0-9a-f]{16}");
  private static final Pattern ZEROS = Pattern.compile("0*");

  /** Addresses of runs of GitHub Actions and GitLab; the repository's comes first. */
  private static final Pattern OF_REPOSITORY =
      Pattern.compile("(https?://[^/]+/[^/]+/[^/]+)/actions/runs/.*|(https?://.+?)/-/.*");

  private static final Pattern ATTEMPT = Pattern.compile(".*/attempts/([0-9]{1,5})");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private static final Map<String, String> HOSTS =
      Map.of("github", "github.com", "gitlab", "gitlab.com", "bitbucket", "bitbucket.org");

  private static final Set<String> SERVER = Set.of("2", "SPAN_KIND_SERVER");
  private static final Set<String> ERROR = Set.of("2", "STATUS_CODE_ERROR");
  private static final Set<String> OK = Set.of("1", "STATUS_CODE_OK");

  private final Fields span;
  private final OtlpAttributes attributes;
  private final SenderSettings settings;
  private final Provenance provenance;

  CicdSpan(Fields span, OtlpAttributes attributes, SenderSettings settings, Provenance provenance) {
    this.span = span;
    this.attributes = attributes;
    this.settings = settings;
    this.provenance = provenance;
  }

  /**
   * What the span stands for; nothing if it is none of the conventions.
   *
   * @throws dev.dorado.ingest.delivery.MissingField if it lacks what tells it from others
   */
  List<CanonicalEvent<?>> events() {
    List<CanonicalEvent<?>> events = new ArrayList<>(2);
    if (isRun()) {
      events.add(CanonicalEvent.of(run()));
    } else if (isTask() && taskRunId().isPresent()) {
      events.add(CanonicalEvent.of(task()));
    }
    if (isDeployment() && !deploymentStatus().equals("skipped")) {
      events.add(CanonicalEvent.of(deployment()));
    }
    return events;
  }

  /**
   * The conventions ask for the result on the span of a run. The collector's receivers have it on
   * the resource, as all that is exported beside it has: there the run is the root.
   */
  private boolean isRun() {
    boolean isPhase = attributes.own(CicdConventions.RUN_STATE).isPresent();
    boolean isRoot = isBlank("parentSpanId") && has("kind", SERVER);
    return !isTask()
        && attributes.ofResource(CicdConventions.TASK_RUN_ID).isEmpty()
        && (attributes.own(CicdConventions.RUN_RESULT).isPresent()
            || (isRoot && !isPhase && attributes.any(CicdConventions.RUN_ID).isPresent()));
  }

  /**
   * The collector's receiver for GitHub has what identifies a job on the resource, and writes steps
   * and times in queues beside it, which have attributes of their own.
   */
  private boolean isTask() {
    return attributes.own(CicdConventions.TASK_NAME).isPresent()
        || attributes.own(CicdConventions.TASK_RUN_ID).isPresent()
        || isTaskOfResource();
  }

  private boolean isTaskOfResource() {
    return attributes.ofResource(CicdConventions.TASK_RUN_ID).isPresent()
        && !attributes.hasOwn(CicdConventions.PREFIX);
  }

  private boolean isDeployment() {
    boolean actsOnEnvironment =
        attributes.own(CicdConventions.GITLAB_ENVIRONMENT).isPresent()
            && attributes
                .own(CicdConventions.GITLAB_ENVIRONMENT_ACTION)
                .filter(action -> !action.equals("start"))
                .isEmpty();
    boolean isDeployTask =
        attributes
            .own(CicdConventions.TASK_TYPE)
            .filter(type -> type.equalsIgnoreCase("deploy"))
            .isPresent();
    return attributes.own(CicdConventions.DEPLOYMENT_ID).isPresent()
        || attributes.own(CicdConventions.DEPLOYMENT_STATUS).isPresent()
        || (isTask() && (isDeployTask || actsOnEnvironment));
  }

  private CiRunEvent run() {
    Optional<String> outcome = outcome(attributes.any(CicdConventions.RUN_RESULT));
    Moment finished = finished();
    String id = runId();
    int attempt = attempt();
    return ciRun(id, attempt, outcome, finished)
        .setAttempt(attempt)
        .setNames(names())
        .setVersion(VersionParameter.in(parameters()).orElse(null))
        .setUrl(runUrl().orElse(null))
        .build();
  }

  /** A task as one job of a run, which can be chosen as a source of deployments (rule E4). */
  private CiRunEvent task() {
    Optional<String> outcome = outcome(attributes.any(CicdConventions.TASK_RESULT));
    return ciRun(taskId(), 1, outcome, finished())
        .setJob(taskName().orElse("task"))
        .setUrl(attributes.any(CicdConventions.TASK_RUN_URL).or(this::runUrl).orElse(null))
        .build();
  }

  private CiRunEvent.Builder ciRun(
      String id, int attempt, Optional<String> outcome, Moment finished) {
    return CiRunEvent.newBuilder()
        .setId(finished.idOf("ci-run", id + "/" + attempt, "finished " + outcome.orElse("")))
        .setProvenance(provenance)
        .setOccurredAt(finished.at())
        .setRun(id)
        .setRepository(repository().orElse(null))
        .setWorkflow(pipeline().orElse(null))
        .setBranch(isTag() ? null : ref().orElse(null))
        .setSha(sha().orElse(null))
        .setStatus("finished")
        .setOutcome(outcome.orElse(null))
        .setStartedAt(time("startTimeUnixNano").orElse(null))
        .setFinishedAt(finished.at());
  }

  private DeploymentEvent deployment() {
    String status = deploymentStatus();
    Moment finished = finished();
    Optional<String> repository = repository();
    Optional<String> service = service();
    Optional<String> environment = attributes.any(CicdConventions.ENVIRONMENT);
    String id =
        attributes
            .own(CicdConventions.DEPLOYMENT_ID)
            .map(own -> scoped(environment.orElse("").toLowerCase(Locale.ROOT), own))
            .orElseGet(this::taskId);
    return DeploymentEvent.newBuilder()
        .setId(finished.idOf("deployment", id, status))
        .setProvenance(provenance)
        .setOccurredAt(finished.at())
        .setDeployment(id)
        .setRepository(repository.orElse(null))
        .setService(service.orElse(null))
        .setEnvironment(environment.orElse(null))
        .setProduction(
            attributes
                    .own(CicdConventions.GITLAB_ENVIRONMENT_TIER)
                    .filter("production"::equalsIgnoreCase)
                    .isPresent()
                ? Boolean.TRUE
                : null)
        .setRef(ref().orElse(null))
        .setSha(sha().orElse(null))
        // The version of whatever else writes traces is not that of what is deployed.
        .setVersion(
            service.flatMap(name -> attributes.any(CicdConventions.SERVICE_VERSION)).orElse(null))
        .setStatus(status)
        .setStartedAt(time("startTimeUnixNano").orElse(null))
        .setFinishedAt(finished.at())
        .setWorkflow(pipeline().orElse(null))
        .setDescription(
            attributes.own(CicdConventions.DEPLOYMENT_NAME).map(Fields::cut).orElse(null))
        .setUrl(attributes.any(CicdConventions.TASK_RUN_URL).or(this::runUrl).orElse(null))
        .setNames(repository.isPresent() || service.isPresent() ? List.of() : names())
        .build();
  }

  /** A word of {@link DeploymentEvent}, or {@code skipped}, which is no attempt. */
  private String deploymentStatus() {
    Optional<String> stated =
        attributes
            .own(CicdConventions.DEPLOYMENT_STATUS)
            .or(() -> attributes.any(CicdConventions.TASK_RESULT))
            .or(() -> isTask() ? Optional.empty() : attributes.any(CicdConventions.RUN_RESULT));
    // A span without a status is by OpenTelemetry one that met no error.
    return switch (outcome(stated).orElse("success")) {
      case "success" -> "succeeded";
      case "cancelled" -> "cancelled";
      case "skipped" -> "skipped";
      default -> "failed";
    };
  }

  /** In the words of {@link CiRunEvent}; without a result what the status of the span says. */
  private Optional<String> outcome(Optional<String> result) {
    Optional<Fields> status = span.maybeObject("status");
    return result
        .map(word -> word.toLowerCase(Locale.ROOT))
        .map(
            word ->
                switch (word) {
                  case "success", "succeeded", "ok" -> "success";
                  case "failure", "failed", "error", "timeout", "timed_out", "unstable" ->
                      "failure";
                  case "cancellation", "cancelled", "canceled", "aborted" -> "cancelled";
                  case "skip", "skipped", "not_built" -> "skipped";
                  default -> word;
                })
        .or(() -> status.filter(s -> has(s, "code", OK)).map(s -> "success"))
        .or(() -> status.filter(s -> has(s, "code", ERROR)).map(s -> "failure"));
  }

  /**
   * The id that the forge's or Jenkins' own webhook gives the run too, if it is one of theirs: then
   * both report one run.
   */
  private String runId() {
    Optional<String> jenkins = attributes.own(CicdConventions.JENKINS_RUN_URL);
    if (jenkins.isPresent()) {
      return "jenkins:" + jenkins.get();
    }
    Optional<String> run = attributes.any(CicdConventions.RUN_ID);
    return run.flatMap(number -> idOfForge(number, "", "pipeline:"))
        .or(() -> run.map(id -> scoped("run", id)))
        .orElseGet(() -> scoped("span", spanId()));
  }

  /** A task's id is unique in its run only. */
  private String taskId() {
    Optional<String> task = taskRunId();
    Supplier<String> run = () -> attributes.any(CicdConventions.RUN_ID).orElseGet(this::traceId);
    return task.flatMap(number -> idOfForge(number, "job:", "job:"))
        .or(() -> task.map(id -> scoped("task", run.get() + "/" + id)))
        .orElseGet(() -> scoped("span", spanId()));
  }

  private Optional<String> idOfForge(String number, String ofGitHub, String ofGitLab) {
    return repository()
        .filter(name -> NUMBER.matcher(number).matches())
        .map(name -> new ForgeRepository(name, Optional.empty(), Optional.empty()))
        .flatMap(
            forge ->
                switch (provider()) {
                  case "github" ->
                      Optional.of(forge.idOf("github", ofGitHub, Long.parseLong(number)));
                  case "gitlab" ->
                      Optional.of(forge.idOf("gitlab", ofGitLab, Long.parseLong(number)));
                  default -> Optional.empty();
                });
  }

  /** Ids of a CI system are told from those of another by the repository or service. */
  private String scoped(String kind, String id) {
    String scope = repository().or(this::service).orElse("");
    return Stream.of("otlp", scope, kind, id)
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(":"));
  }

  private String traceId() {
    return id("traceId", TRACE_ID, "32 hexadecimal digits that are not all zero");
  }

  private String spanId() {
    return traceId() + "/" + id("spanId", SPAN_ID, "16 hexadecimal digits that are not all zero");
  }

  private String id(String name, Pattern form, String expected) {
    String id = span.text(name, expected).toLowerCase(Locale.ROOT);
    if (!form.matcher(id).matches() || ZEROS.matcher(id).matches()) {
      throw span.unusable(name, id, expected);
    }
    return id;
  }

  private int attempt() {
    return attributes
        .any(CicdConventions.PREVIOUS_ATTEMPT_URL)
        .map(ATTEMPT::matcher)
        .filter(previous -> previous.matches())
        .map(previous -> Integer.parseInt(previous.group(1)) + 1)
        .orElse(1);
  }

  private Optional<String> taskRunId() {
    return attributes
        .own(CicdConventions.TASK_RUN_ID)
        .or(
            () ->
                isTaskOfResource()
                    ? attributes.ofResource(CicdConventions.TASK_RUN_ID)
                    : Optional.empty());
  }

  private Optional<String> taskName() {
    return attributes.own(CicdConventions.TASK_NAME).or(() -> span.maybeText("name"));
  }

  private Optional<String> pipeline() {
    return attributes
        .any(CicdConventions.PIPELINE_NAME)
        .or(() -> attributes.own(CicdConventions.JENKINS_JOB));
  }

  private List<String> names() {
    return attributes
        .own(CicdConventions.JENKINS_JOB)
        .map(JenkinsSender::names)
        .or(() -> pipeline().map(name -> List.of("otlp:" + name)))
        .orElse(List.of());
  }

  private Map<String, String> parameters() {
    List<String> names = attributes.ownTexts(CicdConventions.JENKINS_PARAMETER_NAMES);
    List<String> values = attributes.ownTexts(CicdConventions.JENKINS_PARAMETER_VALUES);
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < Math.min(names.size(), values.size()); i++) {
      parameters.putIfAbsent(names.get(i), values.get(i));
    }
    return parameters;
  }

  private Optional<String> runUrl() {
    return attributes
        .any(CicdConventions.RUN_URL)
        .or(() -> attributes.own(CicdConventions.JENKINS_RUN_URL));
  }

  private Optional<String> repository() {
    return attributes
        .repository(CicdConventions.REPOSITORY_URL, settings.repositories())
        .or(
            () ->
                Stream.of(runUrl(), attributes.any(CicdConventions.TASK_RUN_URL))
                    .flatMap(Optional::stream)
                    .map(OF_REPOSITORY::matcher)
                    .filter(url -> url.matches())
                    .map(url -> url.group(1) == null ? url.group(2) : url.group(1))
                    .flatMap(url -> settings.repositories().normalise(url).stream())
                    .findFirst())
        .or(
            () ->
                attributes
                    .any(CicdConventions.OWNER)
                    .flatMap(
                        owner ->
                            attributes
                                .any(CicdConventions.REPOSITORY_NAME)
                                .map(name -> owner + "/" + name))
                    .filter(path -> HOSTS.containsKey(provider()))
                    .flatMap(
                        path ->
                            settings.repositories().normalise(HOSTS.get(provider()) + "/" + path)));
  }

  private String provider() {
    return attributes.any(CicdConventions.PROVIDER).orElse("").toLowerCase(Locale.ROOT);
  }

  /**
   * The service that is deployed. On a resource the name may be that of the CI system, or of its
   * project, as {@code group/project}: these are no services.
   */
  private Optional<String> service() {
    return attributes
        .own(CicdConventions.SERVICE_NAME)
        .or(
            () ->
                attributes
                    .ofResource(CicdConventions.SERVICE_NAME)
                    .filter(name -> !name.startsWith("unknown_service"))
                    .filter(name -> !name.contains("/") && !name.equalsIgnoreCase("jenkins")))
        .map(name -> name.toLowerCase(Locale.ROOT));
  }

  private Optional<String> sha() {
    return Shas.ifAny(attributes.any(CicdConventions.REVISION));
  }

  private Optional<String> ref() {
    return attributes
        .any(CicdConventions.REF)
        .map(name -> name.replaceFirst("^refs/(heads|tags)/", ""));
  }

  private boolean isTag() {
    return attributes.any(CicdConventions.REF_TYPE).filter("tag"::equalsIgnoreCase).isPresent();
  }

  private Moment finished() {
    return Moment.firstOf(provenance, time("endTimeUnixNano"), time("startTimeUnixNano"));
  }

  /** A time; 0 is none. */
  private Optional<Instant> time(String name) {
    return span.maybeTime(name).filter(at -> at.toEpochMilli() > 0);
  }

  private boolean isBlank(String name) {
    return span.maybeText(name).filter(id -> !ZEROS.matcher(id).matches()).isEmpty();
  }

  private boolean has(String name, Set<String> words) {
    return has(span, name, words);
  }

  private static boolean has(Fields fields, String name, Set<String> words) {
    return fields.maybeText(name).filter(words::contains).isPresent();
  }
}
