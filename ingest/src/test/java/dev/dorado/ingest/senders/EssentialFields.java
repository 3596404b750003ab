package dev.dorado.ingest.senders;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The fields without which a delivery is refused: the specification that {@link LackingFieldsTest}
 * holds every sender to. Each tells what kind of event it is, which thing it happened to, or what
 * became of that thing. All other fields may be missing: what they would say is unknown, derived,
 * or said to have happened when the delivery came (rule E2).
 *
 * <p>A path is that of a field in the sender's test payloads, with {@code *} for the elements of an
 * array. A field that another one can stand for is not listed.
 */
final class EssentialFields {

  private static final Map<String, Set<String>> OF_SENDERS = new TreeMap<>();

  static {
    put("alertmanager", "alerts");
    // The start of a sync operation is the id of the attempt.
    put(
        "argocd",
        "app",
        "app.metadata app.metadata.name",
        "app.status app.status.operationState app.status.operationState.phase",
        "app.status.operationState.startedAt");
    put(
        "argo-rollouts",
        "rollout",
        "rollout.metadata rollout.metadata.name",
        "rollout.status rollout.status.phase");
    put(
        "azure-devops",
        "eventType resource resource.id resource.status",
        "resource.repository resource.refUpdates",
        "resource.pullRequestId resource.comment resource.comment.id",
        "resource.pullRequest resource.pullRequest.pullRequestId resource.pullRequest.repository",
        "resource.run resource.run.id resource.run.state resource.stage resource.stage.state",
        "resource.job resource.job.name resource.job.state",
        "resource.environment resource.environment.id",
        "resource.approval resource.approval.releaseEnvironment",
        "resource.approval.releaseEnvironment.id",
        "resource.revision resource.revision.fields");
    put(
        "bitbucket-cloud",
        "repository push push.changes",
        "pullrequest pullrequest.id comment comment.id",
        "commit_status commit_status.key commit_status.state");
    put(
        "bitbucket-server",
        "eventKey repository changes comment comment.id",
        "pullRequest pullRequest.id pullRequest.toRef pullRequest.toRef.repository");
    put("buildkite", "build build.id job job.id");
    put("cdevents", "context context.id context.source context.type subject subject.id");
    put("circleci", "workflow workflow.id job job.id");
    put("cortex", "type timestamp");
    put("datadog");
    put(
        "datadog-dora",
        "data data.attributes data.attributes.service",
        "data.attributes.started_at data.attributes.finished_at");
    put("devlake", "deploymentCommits issueKey status");
    put("firehydrant", "event event.resource_type data data.incident data.incident.id");
    put("flagger", "name phase");
    put("flux", "involvedObject involvedObject.kind involvedObject.name reason");
    // Read strictly: people write it, and are told what they forgot.
    put(
        "generic",
        "events events.* events.*.kind events.*.id events.*.service events.*.repository",
        "events.*.sha events.*.status",
        "events.*.finished_at events.*.committed_at",
        "events.*.name events.*.value events.*.unit events.*.time events.*.team events.*.n",
        "events.*.pull_request.number");
    put(
        "gitea",
        "repository action ref pull_request issue issue.id issue.number release release.tag_name",
        "workflow_run workflow_run.id workflow_job workflow_job.id",
        "run run.id run.repository");
    put(
        "github",
        "repository action ref pull_request review review.id",
        "deployment deployment.id deployment_status deployment_status.state",
        "workflow_run workflow_run.id workflow_job workflow_job.id",
        "issue issue.id issue.number release release.tag_name");
    put(
        "gitlab",
        "object_kind project ref action tag status build_id build_status",
        "object_attributes object_attributes.id object_attributes.iid object_attributes.status",
        "merge_request merge_request.iid");
    put("grafana", "alerts alert_group alert_group.id event event.type");
    put(
        "incident-io",
        "event_type",
        "public_incident.incident_created_v2 public_incident.incident_created_v2.id",
        "public_incident.incident_updated_v2 public_incident.incident_updated_v2.id",
        "public_incident.incident_status_updated_v2",
        "public_incident.incident_status_updated_v2.incident",
        "public_incident.incident_status_updated_v2.incident.id");
    put("jenkins", "build build.phase");
    put("jira", "webhookEvent issue issue.fields");
    put("launchdarkly", "kind accesses accesses.* accesses.*.resource");
    put("opsgenie", "action alert alert.alertId");
    put(
        "otlp",
        "resourceSpans.*.scopeSpans.*.spans.*.traceId",
        "resourceSpans.*.scopeSpans.*.spans.*.spanId");
    put(
        "pagerduty",
        "event event.event_type event.data event.data.id",
        "event.data.incident event.data.incident.id");
    put("rootly", "event event.type data data.id");
    put(
        "sentry",
        "action data data.issue data.issue.id data.event data.event.issue_id",
        "data.metric_alert data.metric_alert.id");
    put("servicenow", "sys_id state");
    put("sleuth", "sha");
    put("spinnaker", "details details.type content content.execution");
    put("statuspage", "incident incident.id incident.status");
    put("tekton", "pipelineRun pipelineRun.metadata");
  }

  private EssentialFields() {}

  /** The paths of a sender. */
  static Set<String> of(String sender) {
    return OF_SENDERS.get(sender);
  }

  private static void put(String sender, String... paths) {
    Set<String> all = new TreeSet<>();
    for (String line : paths) {
      all.addAll(Arrays.asList(line.split(" ", 0)));
    }
    OF_SENDERS.put(sender, all);
  }
}
