package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.schemas.Matches;
import dev.dorado.server.OutboundHttp;
import dev.dorado.server.OutboundHttp.OtherServerException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks a JSON API that pages by {@code Link} headers, limits its rate and fails now and then. What
 * may pass is tried again, later and later; a limit is waited for as the server says. The token
 * goes to this one server only. Not thread-safe.
 */
public final class ApiClient {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int MOST_TRIES = 7;
  private static final int MOST_WAITS = 12;

  /** GitHub's word for limits that it gives no time for. */
  private static final Duration UNTOLD_LIMIT = Duration.ofMinutes(1);

  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*\\brel=\"?next\"?");

  private final OutboundHttp http = OutboundHttp.within(Duration.ofSeconds(20), TIMEOUT);
  private final URI base;
  private final Map<String, String> headers;
  private final RateLimit limit;
  private final Sleeper sleeper;
  private final Consumer<String> notes;

  /**
   * @param base address of the API, as https://api.github.com
   * @param headers headers of every request, the token's among them
   * @param clock tells how long a limit lasts
   * @param sleeper waits
   * @param notes is told of long waits, for people
   */
  public ApiClient(
      URI base, Map<String, String> headers, Clock clock, Sleeper sleeper, Consumer<String> notes) {
    this.base = requireNonNull(base);
    this.headers = Map.copyOf(headers);
    this.limit = new RateLimit(clock);
    this.sleeper = requireNonNull(sleeper);
    this.notes = requireNonNull(notes);
  }

  /** The host that is asked, for people and names. */
  String host() {
    return base.getHost();
  }

  /**
   * What is at an address.
   *
   * @param address a path with its query below the base, or a whole address of the same server
   * @throws ApiRefusal if the server refuses
   * @throws BackfillException if it can't be asked
   */
  ApiPage get(String address) {
    var response = exchange("GET", resolve(address));
    return new ApiPage(
        response.json(),
        response.headers().stream()
            .flatMap(link -> Matches.of(NEXT, link, 1).stream())
            .findFirst());
  }

  /** All items of a list, over all its pages. */
  List<JsonNode> all(String address) {
    List<JsonNode> items = new ArrayList<>();
    Optional<String> next = Optional.of(address);
    while (next.isPresent()) {
      ApiPage page = get(next.get());
      page.json().forEach(items::add);
      next = page.next();
    }
    return items;
  }

  /**
   * All items of a list that belongs to one thing; none, and a note for people, if it can't be had.
   */
  List<JsonNode> allOrNone(String address) {
    try {
      return all(address);
    } catch (ApiRefusal e) {
      if (!e.isOfThisThing()) {
        throw e;
      }
      notes.accept("%s is left out: %s".formatted(address, e.getMessage()));
      return List.of();
    }
  }

  /** A name as a part of an address has it. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Asks the server to do something, without a body. */
  void post(String address) {
    exchange("POST", resolve(address));
  }

  private Exchange exchange(String method, URI uri) {
    int tries = 0;
    int waits = 0;
    while (true) {
      pause(limit.untilNext(), "the rate limit of " + base.getHost());
      String problem;
      Optional<Duration> asked = Optional.empty();
      try {
        var response = http.send(request(method, uri), HttpResponse.BodyHandlers.ofByteArray());
        int status = response.statusCode();
        limit.learn(response.headers());
        String said = status / 100 == 2 ? "" : said(response.body());
        if (status / 100 == 2) {
          return new Exchange(
              response.body().length == 0 ? null : DeliveryRequest.readJson(response.body()),
              response.headers().allValues("Link"));
        }
        asked = limit.retryAfter(response.headers());
        if (limit.isLimited(status, response.headers(), said)) {
          if (++waits > MOST_WAITS) {
            throw new BackfillException(
                "%s still limits the rate after %d waits: run the same command again later, it goes on where this one stopped."
                    .formatted(base.getHost(), MOST_WAITS));
          }
          Duration wait =
              asked
                  .or(() -> Optional.of(limit.untilNext()).filter(w -> !w.isZero()))
                  .orElse(UNTOLD_LIMIT.multipliedBy(1L << Math.min(4, waits - 1)));
          pause(wait, "the rate limit of " + base.getHost());
          limit.waited();
          continue;
        }
        problem = "%d %s".formatted(status, said).strip();
        if (status < 500 && status != 408) {
          throw refusal(status, method, uri, problem);
        }
      } catch (OtherServerException e) {
        throw new BackfillException(
            "%s: name that one's API with --api.".formatted(e.getMessage()), e);
      } catch (IOException e) {
        problem = e.getMessage() == null ? e.toString() : e.getMessage();
      } catch (MalformedDelivery e) {
        problem = "an answer that is cut off or no JSON (" + e.getMessage() + ")";
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      if (++tries == MOST_TRIES) {
        throw new BackfillException(
            "%s %s failed %d times, at last with: %s. Run the same command again, it goes on where this one stopped."
                .formatted(method, uri, MOST_TRIES, problem));
      }
      pause(asked.orElse(Duration.ofSeconds(1L << (tries - 1))), problem);
    }
  }

  private HttpRequest request(String method, URI uri) {
    var request = HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
    headers.forEach(request::header);
    return request.build();
  }

  private void pause(Duration wait, String reason) {
    if (wait.isZero() || wait.isNegative()) {
      return;
    }
    if (wait.compareTo(Duration.ofSeconds(10)) > 0) {
      notes.accept("waiting %d s: %s".formatted(wait.toSeconds(), reason));
    }
    try {
      sleeper.sleep(wait);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static BackfillException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new BackfillException("interrupted.", e);
  }

  /** The address, which must be one of this server: the token is sent along. */
  private URI resolve(String address) {
    try {
      if (!address.contains("://")) {
        String below = base.toString().replaceFirst("/+$", "");
        return URI.create(below + "/" + address.replaceFirst("^/+", ""));
      }
      URI uri = URI.create(address);
      if (OutboundHttp.isSameServer(base, uri)) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new BackfillException("'%s' is no address: %s".formatted(address, e.getMessage()), e);
    }
    throw new BackfillException(
        "%s: name that one's API with --api."
            .formatted(new OtherServerException(base, URI.create(address)).getMessage()));
  }

  private RuntimeException refusal(int status, String method, URI uri, String problem) {
    if (status == 401) {
      return new BackfillException(
          "%s does not accept the token (%s): see that it is valid and that its variable is set."
              .formatted(base.getHost(), problem));
    }
    return new ApiRefusal(status, "%s %s is refused: %s".formatted(method, uri, problem));
  }

  /** What the server says is wrong. */
  private static String said(byte[] body) {
    try {
      JsonNode json = DeliveryRequest.readJson(body);
      for (String field : List.of("message", "error", "error_description")) {
        if (json.path(field).isValueNode() && !json.path(field).asText().isBlank()) {
          return json.path(field).asText();
        }
      }
      return "";
    } catch (MalformedDelivery e) {
      // A proxy's page: its status says enough.
      return "";
    }
  }

  /** A body, null if there is none, and the Link headers. */
  private record Exchange(JsonNode json, List<String> headers) {}
}
