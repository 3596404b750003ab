package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.FlagEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.HmacAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.ingest.delivery.UntranslatableDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * LaunchDarkly's webhooks, which are entries of its audit log: a change of a feature flag. It is no
 * deployment, but shown beside them.
 */
final class LaunchDarklySender implements Sender {

  private static final String SITE = "https://app.launchdarkly.com";

  /** As {@code proj/shop;tag:env/production:flag/basket}: names, each maybe with its tags. */
  private static final Pattern PART = Pattern.compile("(proj|env|flag)/([^:;]+)(?:;[^:]*)?");

  private final Authenticator authenticator =
      new HmacAuthenticator(
          "X-LD-Signature",
          "",
          "check 'Sign this webhook' in the webhook's settings on LaunchDarkly, and put its secret"
              + " here into DORADO_SECRETS_LAUNCHDARKLY");

  @Override
  public String name() {
    return "launchdarkly";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  /** The entry's id. */
  @Override
  public String deliveryId(DeliveryRequest request) {
    try {
      return request.fields().maybeText("_id").orElseGet(() -> EventId.sha256Hex(request.body()));
    } catch (UntranslatableDelivery e) {
      // Said where the delivery is translated; until it names itself, the body's hash does.
      return EventId.sha256Hex(request.body());
    }
  }

  @Override
  public About about(DeliveryRequest request) {
    return Peek.kind(request, body -> body.maybeText("kind"));
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Fields body = request.fields();
    String kind = body.text("kind", "the kind of what was changed, as flag");
    if (!kind.equals("flag")) {
      return Translation.ignored(
          "%s: only changes of flags are shown".formatted(Fields.beginning(kind)));
    }
    List<Access> accesses =
        body.maybeObjects("accesses").stream()
            .map(LaunchDarklySender::access)
            .filter(access -> access.flag().isPresent())
            .toList();
    if (accesses.isEmpty()) {
      throw body.absent(
          "accesses",
          "what was done to which flag, as {\"action\": \"updateOn\", \"resource\":"
              + " \"proj/shop:env/production:flag/basket\"}");
    }
    Access first = accesses.get(0);
    String flag = first.flag().orElseThrow();
    Moment moment = Moment.of(body.maybeTime("date"), provenance);
    Set<String> environments = new TreeSet<>();
    accesses.forEach(access -> access.environment().ifPresent(environments::add));
    String action = action(accesses, body);
    String subject = first.project().map(project -> project + "/").orElse("") + flag;
    return Translation.of(
        CanonicalEvent.of(
            FlagEvent.newBuilder()
                .setId(
                    moment.idOf(
                        "flag",
                        subject,
                        "%s %s %s"
                            .formatted(action, environments, body.maybeText("_id").orElse(""))))
                .setProvenance(provenance)
                .setOccurredAt(moment.at())
                .setFlag(flag)
                .setProject(first.project().orElse(null))
                .setEnvironments(List.copyOf(environments))
                .setAction(action)
                .setTitle(
                    body.maybeLongText("title").or(() -> body.maybeLongText("name")).orElse(null))
                .setAuthor(author(body).orElse(null))
                .setUrl(url(body).orElse(null))
                .build()));
  }

  /** The strongest of what was done: an entry may also say what went with it. */
  private static String action(List<Access> accesses, Fields body) {
    List<String> actions =
        accesses.stream().map(access -> access.action().toLowerCase(Locale.ROOT)).toList();
    String verb = body.maybeText("titleVerb").orElse("").toLowerCase(Locale.ROOT);
    if (actions.stream().anyMatch(a -> a.equals("createflag") || a.equals("cloneflag"))) {
      return "created";
    }
    if (actions.contains("deleteflag")) {
      return "deleted";
    }
    if (actions.contains("updateglobalarchived") || actions.contains("updatearchived")) {
      return archived(body, verb) ? "archived" : "restored";
    }
    if (actions.contains("updateon")) {
      return on(accesses, body, verb).map(on -> on ? "turned-on" : "turned-off").orElse("changed");
    }
    return "changed";
  }

  private static boolean archived(Fields body, String verb) {
    return body.maybeObject("currentVersion")
        .flatMap(version -> version.maybeFlag("archived"))
        .orElseGet(() -> !verb.contains("restore") && !verb.contains("unarchive"));
  }

  /** Whether the flag is on now: the entry's verb says it; else the flag itself, if it is there. */
  private static Optional<Boolean> on(List<Access> accesses, Fields body, String verb) {
    if (verb.startsWith("turned on")) {
      return Optional.of(true);
    }
    if (verb.startsWith("turned off")) {
      return Optional.of(false);
    }
    Optional<Fields> environments =
        body.maybeObject("currentVersion").flatMap(version -> version.maybeObject("environments"));
    return accesses.stream()
        .filter(access -> access.action().equalsIgnoreCase("updateOn"))
        .flatMap(access -> access.environment().stream())
        .flatMap(name -> environments.flatMap(e -> e.maybeObject(name)).stream())
        .flatMap(environment -> environment.maybeFlag("on").stream())
        .findFirst();
  }

  private static Optional<String> author(Fields body) {
    return body.maybeObject("member")
        .flatMap(member -> member.maybeText("email"))
        .or(() -> body.maybeObject("token").flatMap(token -> token.maybeText("name")))
        .or(() -> body.maybeObject("app").flatMap(app -> app.maybeText("name")));
  }

  private static Optional<String> url(Fields body) {
    return body.maybeObject("_links")
        .flatMap(links -> links.maybeObject("site"))
        .flatMap(site -> site.maybeText("href"))
        .map(href -> href.startsWith("/") ? SITE + href : href);
  }

  private static Access access(Fields access) {
    String resource = access.maybeText("resource").orElse("");
    List<String> projects = new ArrayList<>();
    List<String> environments = new ArrayList<>();
    List<String> flags = new ArrayList<>();
    for (String part : resource.substring(0, Math.min(resource.length(), 2000)).split(":", 0)) {
      var named = PART.matcher(part);
      if (named.matches() && !named.group(2).equals("*")) {
        switch (named.group(1)) {
          case "proj" -> projects.add(named.group(2));
          case "env" -> environments.add(named.group(2));
          default -> flags.add(named.group(2));
        }
      }
    }
    return new Access(
        access.maybeText("action").orElse(""),
        projects.stream().findFirst(),
        environments.stream().findFirst(),
        flags.stream().findFirst());
  }

  /**
   * One thing that was done.
   *
   * @param action LaunchDarkly's word, as {@code updateOn}
   * @param project key of the project
   * @param environment key of the environment; empty: of all
   * @param flag key of the flag; empty if it was done to something else
   */
  private record Access(
      String action,
      Optional<String> project,
      Optional<String> environment,
      Optional<String> flag) {}
}
