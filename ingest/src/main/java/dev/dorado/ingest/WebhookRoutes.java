package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.Intake.Taken;
import dev.dorado.ingest.auth.Refusal;
import dev.dorado.ingest.auth.Refusal.Reason;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.MissingField;
import dev.dorado.ingest.senders.Addressee;
import dev.dorado.ingest.senders.CompatibleSender;
import dev.dorado.ingest.senders.CompatibleSender.Accepted;
import dev.dorado.ingest.senders.CompatibleSender.Answer;
import dev.dorado.ingest.senders.Sender;
import dev.dorado.ingest.senders.Senders;
import dev.dorado.schemas.Topics;
import dev.dorado.server.AccessTokens;
import dev.dorado.server.BodyMemory;
import dev.dorado.server.Json;
import dev.dorado.server.Problem;
import dev.dorado.server.ServerSettings;
import dev.dorado.server.TraceSpan;
import dev.dorado.server.Traces;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * {@code POST /webhooks/{sender}}, and the paths of the products that a {@link CompatibleSender}
 * stands in for: who may deliver, and what they are answered. The answer follows Kafka's
 * acknowledgement. Thread-safe.
 */
final class WebhookRoutes {

  private static final String FOLDER = "/webhooks/";
  private static final String PATH = FOLDER + "{sender}";
  private static final String UNKNOWN_SENDER = "unknown";
  private static final String OTLP = "otlp";

  private final Senders senders;
  private final SenderSecrets secrets;
  private final AccessTokens tokens;
  private final Intake intake;
  private final RefusalLedger refusals;
  private final ServerSettings server;
  private final DeliveryRates rates;
  private final CompressedBodies compressed;
  private final Set<String> lenientSenders;
  private final Duration retryAfter;
  private final Executor answering;
  private final Traces traces;
  private final Clock clock;

  WebhookRoutes(
      Senders senders,
      SenderSecrets secrets,
      AccessTokens tokens,
      Intake intake,
      RefusalLedger refusals,
      IngestSettings settings,
      ServerSettings server,
      Executor answering,
      Traces traces,
      Clock clock) {
    this.senders = requireNonNull(senders);
    this.secrets = requireNonNull(secrets);
    this.tokens = requireNonNull(tokens);
    this.intake = requireNonNull(intake);
    this.refusals = requireNonNull(refusals);
    this.server = requireNonNull(server);
    this.rates = DeliveryRates.of(settings.rateByAddress(), settings.rateBySender());
    this.compressed =
        new CompressedBodies(Topics.MAX_DELIVERY_BYTES, new BodyMemory(server.bodyMemory()));
    this.lenientSenders = settings.lenientSenders();
    this.retryAfter = settings.retryAfter();
    this.answering = requireNonNull(answering);
    this.traces = requireNonNull(traces);
    this.clock = requireNonNull(clock);
    for (String name : lenientSenders) {
      if (senders.named(name).isEmpty()) {
        throw new IllegalArgumentException(
            "dorado.ingest.lenient-senders names '%s': expected some of %s"
                .formatted(name, senders.names()));
      }
    }
  }

  void configure(JavalinConfig config) {
    config.routes.post(PATH, context -> post(sender(context), context));
    senders
        .compatible()
        .forEach(
            sender ->
                sender
                    .paths()
                    .templates()
                    .forEach(path -> config.routes.post(path, context -> post(sender, context))));
    config.routes.get(PATH, this::refuseMethod);
    config.routes.put(PATH, this::refuseMethod);
    config.routes.patch(PATH, this::refuseMethod);
    config.routes.delete(PATH, this::refuseMethod);
  }

  /** Counts what the server refused before a route saw it, if it was sent to a sender's address. */
  void count(String path, Problem answer) {
    if (isDelivery(path)) {
      String sender = senderAt(path);
      var reason =
          switch (answer.status()) {
            case 408 -> Reason.SLOW;
            case 413 -> Reason.SIZE;
            case 429 -> Reason.CONNECTIONS;
            case 503 -> Reason.BUSY;
            default -> Reason.MALFORMED;
          };
      refusals.count(
          senders.named(sender).isPresent() ? sender : UNKNOWN_SENDER,
          new Refusal(reason, answer.getMessage()));
    }
  }

  /** Whether what is posted to {@code path} is a delivery. */
  boolean isDelivery(String path) {
    return path.startsWith(FOLDER) || compatible(path).isPresent();
  }

  /** The sender that {@code path} names or belongs to; it need not exist. */
  private String senderAt(String path) {
    return compatible(path)
        .map(CompatibleSender::name)
        .orElseGet(() -> path.substring(FOLDER.length()));
  }

  private Optional<CompatibleSender> compatible(String path) {
    return senders
        .compatible()
        .filter(sender -> sender.paths().match(path).isPresent())
        .findFirst();
  }

  private void post(Sender sender, Context context) {
    TraceSpan span = startSpan(sender, context);
    try {
      receive(sender, context, span);
    } catch (Problem problem) {
      endSpan(span, problem.status());
      refuse(sender, context, problem);
    }
  }

  /** Spans that another Dorado exports here are not followed: it could be this one. */
  private TraceSpan startSpan(Sender sender, Context context) {
    if (!traces.areOn() || sender.name().equals(OTLP)) {
      return TraceSpan.NONE;
    }
    String route = context.endpoints().lastHttpEndpoint().path;
    return traces
        .start(
            TraceSpan.Kind.SERVER,
            "POST " + route,
            Optional.ofNullable(context.header(Traces.HEADER)).stream().toList())
        .with("http.request.method", "POST")
        .with("http.route", route)
        .with("url.path", context.path())
        .with("dorado.sender", sender.name());
  }

  private static void endSpan(TraceSpan span, int status) {
    span.with("http.response.status_code", status);
    if (status >= 500) {
      span.fail("answered " + status);
    }
    span.end();
  }

  private void receive(Sender sender, Context context, TraceSpan span) {
    boundAddress(sender, context);
    var request = authentic(sender, context);
    if (!rates.admits(sender.name())) {
      throw tooFast(sender, context, "rate-by-sender", "the sender " + sender.name());
    }
    var body = unpacked(sender, context, request);
    context.future(
        () ->
            take(sender, request, body, span)
                // Answering is not the business of the thread that speaks to Kafka.
                .handleAsync(
                    (taken, failure) -> {
                      try {
                        if (failure != null) {
                          throw Unavailable.problem(context, failure, retryAfter);
                        }
                        answer(context, sender, taken);
                        endSpan(span, context.statusCode());
                      } catch (Problem problem) {
                        endSpan(span, problem.status());
                        refuse(sender, context, problem);
                      }
                      return null;
                    },
                    answering));
  }

  private CompletableFuture<Taken> take(
      Sender sender, DeliveryRequest request, CompressedBodies.Body body, TraceSpan span) {
    try {
      return intake
          .take(sender, request.withBody(body.bytes()), span)
          .whenComplete((taken, failure) -> body.close());
    } catch (RuntimeException | Error e) {
      body.close();
      throw e;
    }
  }

  /** Answers as the sender's clients expect, else lets the server answer with problem JSON. */
  private void refuse(Sender sender, Context context, Problem problem) {
    Answer answer =
        productOf(sender, context)
            .flatMap(product -> product.refusal(head(context), problem))
            .orElseThrow(() -> problem);
    write(context, answer, Map.of());
  }

  private CompressedBodies.Body unpacked(Sender sender, Context context, DeliveryRequest request) {
    try {
      return compressed.unpack(request);
    } catch (CompressedBodies.Refused e) {
      if (e.answer().status() == 503) {
        context.header("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
      }
      throw refused(sender.name(), new Refusal(e.reason(), e.getMessage()), e.answer());
    }
  }

  /** Before anything is read or checked: a flood of forged deliveries must cost little. */
  private void boundAddress(Sender sender, Context context) {
    // The address of the connection is a literal, so nothing is looked up.
    var remote =
        new InetSocketAddress(context.req().getRemoteAddr(), context.req().getRemotePort());
    server
        .peer(remote)
        .filter(address -> !rates.admits(address))
        .ifPresent(
            address -> {
              throw tooFast(
                  sender, context, "rate-by-address", "the address " + address.getHostAddress());
            });
  }

  private Problem tooFast(Sender sender, Context context, String setting, String who) {
    String detail =
        "%s posts more deliveries a second than dorado.ingest.%s allows: send this one again later"
            .formatted(who, setting);
    context.header("Retry-After", "1");
    return refused(
        sender.name(),
        new Refusal(Reason.RATE, detail),
        new Problem(429, "Too many deliveries", detail));
  }

  private Sender sender(Context context) {
    String name = context.pathParam("sender");
    return senders
        .named(name)
        .orElseThrow(
            () ->
                refused(
                    UNKNOWN_SENDER,
                    new Refusal(Reason.SENDER, "there is no sender of the name in the address"),
                    new Problem(
                            404,
                            "Unknown sender",
                            "there is no sender '%s': expected one of %s"
                                .formatted(name, String.join(", ", senders.names())))
                        .with("senders", senders.names())));
  }

  private DeliveryRequest authentic(Sender sender, Context context) {
    List<String> accepted = secrets.of(sender.name());
    boolean hasSecret = !accepted.isEmpty();
    if (!hasSecret && !tokens.isOpenTo(context) && !maySend(sender, head(context))) {
      String variable = SenderSecrets.variable(sender.name());
      String detail =
          "no secret is set up for %s: set %s (or %s_FILE) where ingest runs, and restart it%s"
              .formatted(sender.name(), variable, variable, addresseeHint(sender, context));
      throw refused(
          sender.name(),
          new Refusal(Reason.NO_SECRET, detail),
          new Problem(403, "No secret is set up", detail).with("variable", variable));
    }
    var request = request(context, body(sender, context));
    if (hasSecret) {
      var refusal = sender.authenticator().refusal(request, accepted);
      // Tokens are asked only where the sender's own secret is not shown.
      if (refusal.isPresent() && !maySend(sender, request)) {
        String detail = refusal.get().detail() + addresseeHint(sender, context);
        throw refused(
            sender.name(),
            new Refusal(refusal.get().reason(), detail),
            new Problem(401, "Not authentic", detail));
      }
    }
    return sender.authenticator().withoutSecret(request);
  }

  /** Whether a delivery that is not signed shows a token that may send. */
  private boolean maySend(Sender sender, DeliveryRequest request) {
    return sender.authenticator().shown(request).stream().anyMatch(tokens::maySend);
  }

  private DeliveryRequest head(Context context) {
    return request(context, new byte[0]);
  }

  private DeliveryRequest request(Context context, byte[] body) {
    return new DeliveryRequest(
        name -> header(context, name),
        body,
        clock.instant(),
        Optional.ofNullable(context.queryParam("token")));
  }

  /** A header of the request; at a product's own path the path is one, whatever it states. */
  private static String header(Context context, String name) {
    return name.equalsIgnoreCase(CompatibleSender.PATH_HEADER) && isProductPath(context)
        ? context.path()
        : context.header(name);
  }

  private static boolean isProductPath(Context context) {
    return !context.path().startsWith(FOLDER);
  }

  /** The product whose form the answer has, if it was posted to one of its paths. */
  private static Optional<CompatibleSender> productOf(Sender sender, Context context) {
    return sender instanceof CompatibleSender product
            && product.paths().match(context.path()).isPresent()
        ? Optional.of(product)
        : Optional.empty();
  }

  /** Secrets differ from sender to sender, so that a wrong address mostly shows here. */
  private static String addresseeHint(Sender sender, Context context) {
    return Addressee.hint(sender.name(), name -> Optional.ofNullable(context.header(name)))
        .map(hint -> "; " + hint)
        .orElse("");
  }

  private byte[] body(Sender sender, Context context) {
    try {
      return RequestBody.read(context, Topics.MAX_DELIVERY_BYTES);
    } catch (RequestBody.TooLong e) {
      throw refused(
          sender.name(),
          new Refusal(Reason.SIZE, e.getMessage()),
          new Problem(413, "Too large", e.getMessage()).with("limit", Topics.MAX_DELIVERY_BYTES));
    } catch (IOException e) {
      String detail = "the request broke off before its body ended: " + e.getMessage();
      throw refused(
          sender.name(),
          new Refusal(Reason.MALFORMED, detail),
          new Problem(400, "Malformed", detail));
    }
  }

  private Problem refused(String sender, Refusal refusal, Problem answer) {
    refusals.count(sender, refusal);
    return answer;
  }

  private void answer(Context context, Sender sender, Taken taken) {
    if (taken.problem().isPresent() && !isLenient(sender, taken.problem().get())) {
      throw problem(taken.problem().get(), taken.deliveryId());
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("accepted", taken.events().size());
    if (!taken.skipped().isEmpty()) {
      body.put("skipped", taken.skipped().stream().map(WebhookRoutes::json).toList());
    } else if (taken.reason() != null) {
      body.put("ignored", taken.reason());
    }
    if (taken.unmeasured() > 0) {
      body.put("unmeasured", taken.unmeasured());
    }
    productOf(sender, context)
        .map(
            product ->
                product.answer(new Accepted(taken.request(), taken.events(), taken.skipped())))
        .ifPresentOrElse(
            answer -> write(context, answer, Map.of("meta", body)),
            () -> context.status(202).json(body));
  }

  private static void write(Context context, Answer answer, Map<String, Object> additions) {
    if (answer instanceof Answer.Encoded encoded) {
      context.status(encoded.status()).contentType(encoded.mediaType()).result(encoded.body());
    } else if (answer instanceof Answer.JsonObject json) {
      Map<String, Object> members = new LinkedHashMap<>(json.members());
      members.putAll(additions);
      context.status(json.status()).json(members);
    }
  }

  private static Map<String, Object> json(MissingField skipped) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("field", skipped.path());
    json.put("expected", skipped.expected());
    json.put("detail", skipped.getMessage());
    return json;
  }

  private boolean isLenient(Sender sender, RuntimeException problem) {
    return problem instanceof MissingField
        && (sender.disablesHookOnClientErrors() || lenientSenders.contains(sender.name()));
  }

  private static Problem problem(RuntimeException problem, String deliveryId) {
    if (problem instanceof MissingField missing) {
      return new Problem(422, "A field is missing or can't be used", missing.getMessage())
          .with("field", missing.path())
          .with("expected", missing.expected())
          .with("did_you_mean", missing.nearest().orElse(null))
          .with("delivery", deliveryId);
    }
    if (problem instanceof MalformedDelivery malformed) {
      return (malformed.isBeyondBound()
              ? new Problem(422, "Too many elements", malformed.getMessage())
                  .with("limit", Json.MOST_TOKENS)
              : new Problem(400, "Malformed", malformed.getMessage()))
          .with("delivery", deliveryId);
    }
    return new Problem(
            500,
            "Unexpected error",
            "the delivery is kept, but Dorado could not translate it; its log says why")
        .with("delivery", deliveryId);
  }

  private void refuseMethod(Context context) {
    String name = context.pathParam("sender");
    context.header("Allow", "POST");
    throw new Problem(
        405,
        "Method not allowed",
        senders.named(name).isPresent()
            ? "deliveries of %s come here by POST; if you see this in a browser, the address is right: enter it in the tool's webhook settings"
                .formatted(name)
            : "there is no sender '%s': expected POST to /webhooks/ and one of %s"
                .formatted(name, String.join(", ", senders.names())));
  }
}
