package dev.dorado.ingest.senders;

import java.util.List;

/**
 * Names of attributes by OpenTelemetry's semantic conventions, and what others write in their
 * place. Of several names for one thing the present one is first, then those that it had in earlier
 * releases of the conventions, then those of tools that do not follow them.
 */
final class CicdConventions {

  /** The release of the conventions that is read. */
  static final String VERSION = "1.45.0";

  /** What all attributes of pipelines begin with. */
  static final String PREFIX = "cicd.";

  static final String PIPELINE_NAME = "cicd.pipeline.name";
  static final String RUN_ID = "cicd.pipeline.run.id";
  static final String RUN_STATE = "cicd.pipeline.run.state";
  static final String RUN_URL = "cicd.pipeline.run.url.full";
  static final String TASK_NAME = "cicd.pipeline.task.name";
  static final String TASK_TYPE = "cicd.pipeline.task.type";
  static final String TASK_RUN_ID = "cicd.pipeline.task.run.id";
  static final String TASK_RUN_URL = "cicd.pipeline.task.run.url.full";

  static final String DEPLOYMENT_ID = "deployment.id";
  static final String DEPLOYMENT_NAME = "deployment.name";
  static final String DEPLOYMENT_STATUS = "deployment.status";

  static final String SERVICE_NAME = "service.name";
  static final String SERVICE_VERSION = "service.version";

  static final String REPOSITORY_NAME = "vcs.repository.name";
  static final String REPOSITORY_URL = "vcs.repository.url.full";

  /** Jenkins' OpenTelemetry plugin, unless it is set to write the conventions. */
  static final String JENKINS_JOB = "ci.pipeline.id";

  static final String JENKINS_RUN_URL = "ci.pipeline.run.url";
  static final String JENKINS_PARAMETER_NAMES = "ci.pipeline.parameter.name";
  static final String JENKINS_PARAMETER_VALUES = "ci.pipeline.parameter.value";

  /** The collector's receiver for GitHub. */
  static final String PREVIOUS_ATTEMPT_URL = "cicd.pipeline.run.previous_attempt.url.full";

  /** The collector's receiver for GitLab: the environment that a job acts on, and how. */
  static final String GITLAB_ENVIRONMENT = "cicd.pipeline.task.run.environment.name";

  static final String GITLAB_ENVIRONMENT_ACTION = "gitlab.environment.action";
  static final String GITLAB_ENVIRONMENT_TIER = "gitlab.environment.deployment_tier";

  static final List<String> RUN_RESULT =
      List.of("cicd.pipeline.result", "cicd.pipeline.run.status", "ci.pipeline.run.result");

  static final List<String> TASK_RESULT =
      List.of("cicd.pipeline.task.run.result", "cicd.pipeline.run.task.status");

  static final List<String> ENVIRONMENT =
      List.of("deployment.environment.name", "deployment.environment", GITLAB_ENVIRONMENT);

  static final List<String> PROVIDER = List.of("vcs.provider.name", "vcs.vendor.name");
  static final List<String> OWNER = List.of("vcs.owner.name", "vcs.repository.owner");

  static final List<String> REVISION =
      List.of("vcs.ref.head.revision", "vcs.repository.ref.revision");

  static final List<String> REF =
      List.of("vcs.ref.head.name", "vcs.repository.ref.name", "vcs.ref.head");

  static final List<String> REF_TYPE =
      List.of("vcs.ref.head.type", "vcs.repository.ref.type", "vcs.ref.type");

  private CicdConventions() {}
}
