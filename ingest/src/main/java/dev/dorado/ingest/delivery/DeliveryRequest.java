package dev.dorado.ingest.delivery;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.google.re2j.Pattern;
import dev.dorado.events.Provenance;
import dev.dorado.server.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A delivery as it came: headers, the raw body, and when. The body's JSON is read once, when it is
 * first asked for; what of it can't be used is collected in {@link #leftOut}. Not thread-safe.
 */
public final class DeliveryRequest {

  /** A request header that tells a backfill; its value is {@code live} or {@code backfill}. */
  public static final String ORIGIN_HEADER = "X-Dorado-Origin";

  /** The parser tells the place once more, in words for its programmers. */
  private static final Pattern PARSER_PLACE =
      Pattern.compile("\\s*(\\([^()]*|at )\\[Source: .*\\]\\)?", Pattern.DOTALL);

  /** How far after its receipt the times of a delivery may lie, unless a setting says otherwise. */
  private static final Duration FUTURE_TOLERANCE = Duration.ofDays(1);

  private static final ObjectReader READER =
      Json.REQUESTS.with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final UnaryOperator<String> headers;
  private final byte[] body;
  private final Instant receivedAt;
  private final Optional<String> tokenInAddress;
  private final TimeBound times;
  private final LeftOut leftOut = new LeftOut();
  private JsonNode json;

  /**
   * @param headers request headers; names in any case
   * @param body the raw bytes, not to be changed afterwards
   * @param receivedAt when it came
   */
  public DeliveryRequest(Map<String, String> headers, byte[] body, Instant receivedAt) {
    this(headers, body, receivedAt, Optional.empty());
  }

  /**
   * @param headers request headers; names in any case
   * @param body the raw bytes, not to be changed afterwards
   * @param receivedAt when it came
   * @param tokenInAddress the secret that its address has as {@code ?token=}
   */
  public DeliveryRequest(
      Map<String, String> headers,
      byte[] body,
      Instant receivedAt,
      Optional<String> tokenInAddress) {
    this(inAnyCase(headers)::get, body, receivedAt, tokenInAddress);
  }

  /**
   * @param headers gives the value of a header, whose name is in any case, or null
   * @param body the raw bytes, not to be changed afterwards
   * @param receivedAt when it came
   * @param tokenInAddress the secret that its address has as {@code ?token=}
   */
  public DeliveryRequest(
      UnaryOperator<String> headers,
      byte[] body,
      Instant receivedAt,
      Optional<String> tokenInAddress) {
    this(headers, body, receivedAt, tokenInAddress, FUTURE_TOLERANCE);
  }

  private DeliveryRequest(
      UnaryOperator<String> headers,
      byte[] body,
      Instant receivedAt,
      Optional<String> tokenInAddress,
      Duration futureTolerance) {
    this.headers = requireNonNull(headers);
    this.body = requireNonNull(body);
    this.receivedAt = receivedAt.truncatedTo(ChronoUnit.MILLIS);
    this.tokenInAddress = requireNonNull(tokenInAddress);
    this.times = TimeBound.after(this.receivedAt, futureTolerance);
  }

  /** The same delivery, with another bound for times in the future. */
  public DeliveryRequest withFutureTolerance(Duration futureTolerance) {
    return new DeliveryRequest(headers, body, receivedAt, tokenInAddress, futureTolerance);
  }

  /** The same delivery with another body. */
  public DeliveryRequest withBody(byte[] other) {
    return new DeliveryRequest(
        headers, other, receivedAt, tokenInAddress, Duration.between(receivedAt, times.latest()));
  }

  private static Map<String, String> inAnyCase(Map<String, String> headers) {
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(headers);
    return copy;
  }

  /** A header, its name in any case; empty if it is absent or blank. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.apply(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  /** The media type of the body in lower case, without its parameters; empty if not stated. */
  public String mediaType() {
    return header("Content-Type").orElse("").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** Whether the body begins like a JSON object; curl declares a form unless told otherwise. */
  public boolean beginsAsJsonObject() {
    for (byte letter : body) {
      if (!Character.isWhitespace(letter)) {
        return letter == '{';
      }
    }
    return false;
  }

  /** The raw bytes. The caller must not change them. */
  public byte[] body() {
    return body;
  }

  /** The secret in its address, from a sender that can't do otherwise: never kept or logged. */
  public Optional<String> tokenInAddress() {
    return tokenInAddress.map(String::strip).filter(token -> !token.isEmpty());
  }

  /** The latest time that it may state. */
  public Instant latest() {
    return times.latest();
  }

  /** When it came. Decides no fact. */
  public Instant receivedAt() {
    return receivedAt;
  }

  /**
   * The body as a JSON object.
   *
   * @throws MalformedDelivery if it is none
   */
  public Fields fields() {
    if (json == null) {
      json = readJson(body);
    }
    if (!json.isObject()) {
      throw new MalformedDelivery(
          "the body is a JSON %s: expected an object"
              .formatted(json.getNodeType().name().toLowerCase(Locale.ROOT)));
    }
    return fields(json, "$");
  }

  /**
   * A JSON object that stands for the body or a part of it.
   *
   * @param path its path in the body
   * @throws MissingField if it is not an object
   */
  public Fields fields(JsonNode object, String path) {
    return Fields.of(object, path, times, leftOut);
  }

  /** What of the body could not be used and was left out so far. */
  public LeftOut leftOut() {
    return leftOut;
  }

  /**
   * A header that has a time; empty if it is absent or no time.
   *
   * @throws MissingField if it is far in the future
   */
  public Optional<Instant> timeIn(String header) {
    Optional<Instant> time = header(header).flatMap(SenderTime::parse);
    time.filter(at -> !times.allows(at))
        .ifPresent(
            at -> {
              throw MissingField.unusable(
                  "the header " + header, header(header).orElseThrow(), times.expected());
            });
    return time;
  }

  /**
   * {@code bytes} as JSON.
   *
   * @throws MalformedDelivery if they are none, or have more than {@link Json#MOST_TOKENS} elements
   */
  public static JsonNode readJson(byte[] bytes) {
    JsonNode node;
    try {
      node = READER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw Json.isBeyondTokens(e)
          ? MalformedDelivery.beyondBound(Json.beyondTokens())
          : notJson(e);
    } catch (IOException e) {
      throw new MalformedDelivery("the body is not JSON: " + e.getMessage());
    }
    if (node == null || node.isMissingNode()) {
      throw new MalformedDelivery("the body is empty: expected JSON");
    }
    return node;
  }

  private static MalformedDelivery notJson(JsonProcessingException e) {
    var place = e.getLocation();
    return new MalformedDelivery(
        "the body is not JSON%s: %s"
            .formatted(
                place == null
                    ? ""
                    : " (line %d, column %d)".formatted(place.getLineNr(), place.getColumnNr()),
                PARSER_PLACE.matcher(e.getOriginalMessage()).replaceAll("")));
  }

  /**
   * How the events of this delivery came.
   *
   * @param sender name of the sender
   * @param deliveryId id of this delivery
   * @throws MalformedDelivery if the origin is neither live nor backfill
   */
  public Provenance provenance(String sender, String deliveryId) {
    String origin = header(ORIGIN_HEADER).orElse("live").toLowerCase(Locale.ROOT);
    if (!origin.equals("live") && !origin.equals("backfill")) {
      throw new MalformedDelivery(
          "the header %s is '%s': expected live or backfill".formatted(ORIGIN_HEADER, origin));
    }
    return new Provenance(sender, deliveryId, receivedAt, origin);
  }
}
