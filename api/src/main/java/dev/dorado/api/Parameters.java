package dev.dorado.api;

import dev.dorado.api.metrics.DoraBenchmarks;
import dev.dorado.server.AuditEvent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Every parameter that there is. */
final class Parameters {

  static final Parameter FROM =
      Parameter.time(
          "from",
          "Start of the period, inclusive: a date in tz, or an instant. Default: 90 days before"
              + " 'to' (of /ingest 7, of /golden-path 728).",
          "2026-01-01");
  static final Parameter TO =
      Parameter.time(
          "to",
          "End of the period, exclusive: a date in tz, or an instant. Default: now.",
          "2026-04-01");
  static final Parameter TZ =
      new Parameter(
          "tz",
          "Time zone of dates and of days, weeks and months. Default: UTC.",
          Parameter.Kind.ZONE,
          List.of(),
          "Europe/Vienna");
  static final Parameter INTERVAL =
      Parameter.choice(
          "interval",
          "Of /series and /measurements: length of a bucket, which is a calendar day, ISO week or calendar month. Default: day for periods up"
              + " to 31 days, week up to 366, month above.",
          Arrays.stream(Interval.values()).map(Interval::parameter).toList());
  static final Parameter ENVIRONMENT =
      Parameter.names(
          "environment",
          "Classes or names of environments. Default: the class production (of /environments"
              + " all).",
          "production");
  static final Parameter SERVICE = Parameter.names("service", "Services.", "checkout");
  static final Parameter SENDER = Parameter.names("sender", "Senders.", "github");
  static final Parameter TEAM =
      Parameter.names("team", "Teams that owned the service at that time.", "payments");
  static final Parameter REPOSITORY =
      Parameter.names(
          "repository", "Repositories, with or without their host.", "github.com/acme/shop");
  static final Parameter GOLDEN_PATH =
      Parameter.names(
          "golden_path",
          "true: on a golden path at that time; false: on none; or names of golden paths.",
          "true");
  static final Parameter GROUP_BY =
      new Parameter(
          "group_by",
          "Of /summary, /series and /practices: what to group by; several, separated by commas, give each combination. Default: nothing,"
              + " one group.",
          Parameter.Kind.CHOICES,
          Dimension.columns(),
          "team");
  static final Parameter LIMIT =
      new Parameter(
          "limit",
          "Of lists: how many rows at most. Default: 100.",
          Parameter.Kind.LIMIT,
          List.of(),
          "10");
  static final Parameter CURSOR =
      new Parameter(
          "cursor",
          "Of lists: the value of 'next' in the answer before, for the rows after it.",
          Parameter.Kind.CURSOR,
          List.of(),
          null);
  static final Parameter FORMAT =
      Parameter.choice(
          "format",
          "json or csv: a line for each row, nested members joined with _, the cursor of the next"
              + " page in the header X-Next-Cursor. Default: json.",
          List.of("json", "csv"));
  static final Parameter BENCHMARK =
      Parameter.choice(
          "benchmark",
          "Of /summary: year of the benchmarks. Default: "
              + DoraBenchmarks.DEFAULT.parameter()
              + ".",
          DoraBenchmarks.parameters());
  static final Parameter STATUS =
      Parameter.choice(
          "status",
          "succeeded, failed or all attempts. Default: those that reached users, which are those"
              + " that succeeded, and failed ones that an incident is linked to (rule S10).",
          List.of("succeeded", "failed", "all"));
  static final Parameter OUTCOME =
      Parameter.choice(
          "outcome",
          "allowed or refused alone. Default: both.",
          List.of(AuditEvent.ALLOWED, AuditEvent.REFUSED));
  static final Parameter BY =
      Parameter.choice(
          "by",
          "Which time must be in the period: finished_at, or recovered_at for the rows behind the"
              + " recovery time. Default: finished_at.",
          List.of("finished_at", "recovered_at"));
  static final Parameter SHIPPED =
      Parameter.choice(
          "shipped",
          "true: shipped, by deployed_at; false: waiting, by merged_at; all: by merged_at. Default:"
              + " true.",
          List.of("true", "false", "all"));

  static final Parameter STALE =
      Parameter.choice(
          "stale",
          "true: changes that wait to be shipped since long ago (rule E9), by default of the last"
              + " ten years; false: the others. Default: both.",
          List.of("true", "false"));
  static final Parameter DISMISSED =
      Parameter.choice(
          "dismissed",
          "Of /rejected: true: records that an administrator dismissed, each with why; false: those"
              + " that count. Default: false.",
          List.of("true", "false"));
  static final Parameter FAILED =
      Parameter.choice(
          "failed",
          "true: deployments that failed (rule F1); false: those that did not. Default: both.",
          List.of("true", "false"));
  static final Parameter REWORK =
      Parameter.choice(
          "rework",
          "true: deployments that are rework (rule W1); false: those that are not. Default: both.",
          List.of("true", "false"));
  static final Parameter KIND =
      new Parameter(
          "kind",
          "Kinds of deployments (rule K1). Default: all.",
          Parameter.Kind.CHOICES,
          List.of("forward", "rollback", "redeploy", "unknown"),
          "forward");
  static final Parameter DEPLOYMENT =
      Parameter.names("deployment", "Ids of deployments.", "github.com/acme/shop!deployment/17");
  static final Parameter INCIDENT = Parameter.names("incident", "Ids of incidents.", "PD-1");
  static final Parameter EFFECT =
      new Parameter(
          "effect",
          "What became of a correction: in force, ineffective if it decides nothing now, revoked,"
              + " overruled, or void if it is about nothing known. Default: all.",
          Parameter.Kind.CHOICES,
          List.of("in force", "ineffective", "revoked", "overruled", "void"),
          "in force");

  static final Parameter TEAM_OF_DIGEST =
      Parameter.name("team", "Team whose digest it is. Default: all teams.", "payments");

  static final Parameter SINCE =
      Parameter.time(
          "since",
          "What was known then is compared with what is known now: a date in tz, or an instant."
              + " Default: the end of the period.",
          "2026-04-01");

  static final Parameter PATH =
      Parameter.name(
          "path",
          "Golden path. Default: the only one that the catalog has; of several, being on any.",
          "java");
  static final Parameter CLUSTER =
      Parameter.choice(
          "cluster",
          "What decides together about adoption, so that it is one observation. Default: team if the"
              + " services of each team adopted together, else service.",
          List.of("service", "team"));
  static final Parameter PART =
      Parameter.choice(
          "part",
          "Of CSV: the member of the answer that is given, a line for each of its rows. Default:"
              + " effects.",
          GoldenPathSchemas.PARTS);

  static final Parameter PRACTICES_PART =
      Parameter.choice(
          "part",
          "groups: the practices of the period; months: those of each month by team, or what else"
              + " is grouped by, beside failures and rework; correlations: which of them go together"
              + " over these months. As JSON the last two are given together. Default: groups.",
          PracticeSchemas.PARTS);
  static final Parameter NAME =
      Parameter.names("name", "Names of measurements. Default: all.", "time_to_provision");
  static final Parameter GROUP_MEASUREMENTS_BY =
      new Parameter(
          "group_by",
          "What each name and unit is grouped by; several, separated by commas, give each"
              + " combination. Default: nothing.",
          Parameter.Kind.CHOICES,
          List.of("service", "team", "golden_path"),
          "team");
  static final Parameter MEASUREMENTS_PART =
      Parameter.choice(
          "part",
          "Of CSV: the member of the answer that is given, a line for each of its rows. Default:"
              + " series.",
          MeasurementSchemas.PARTS);

  static final List<Parameter> PERIOD = List.of(FROM, TO, TZ);
  static final List<Parameter> FILTER =
      List.of(ENVIRONMENT, SERVICE, TEAM, REPOSITORY, GOLDEN_PATH);
  static final List<Parameter> PAGING = List.of(LIMIT, CURSOR);

  /** What every question about a period takes, whether or not the answer depends on it. */
  static final List<Parameter> COMMON =
      concat(PERIOD, List.of(INTERVAL), FILTER, List.of(GROUP_BY), PAGING, List.of(FORMAT));

  /** What /measurements takes. */
  static final List<Parameter> OF_MEASUREMENTS =
      concat(
          PERIOD,
          List.of(
              INTERVAL,
              NAME,
              SERVICE,
              TEAM,
              GOLDEN_PATH,
              GROUP_MEASUREMENTS_BY,
              MEASUREMENTS_PART,
              FORMAT));

  private Parameters() {}

  @SafeVarargs
  static List<Parameter> concat(List<Parameter>... lists) {
    return Stream.of(lists).flatMap(List::stream).toList();
  }
}
