package dev.dorado.ingest.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.ingest.catalog.CatalogPollSettings.Backstage;
import dev.dorado.server.Json;
import dev.dorado.server.OutboundHttp;
import dev.dorado.server.OutboundHttp.OtherServerException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A Backstage instance, asked for its entities page by page. It says how things are and not since
 * when: its past is empty. A look is whole, or fails. Not thread-safe.
 */
final class BackstageSource implements CatalogSource {

  private static final int ENTITIES_OF_A_PAGE = 500;
  private static final int MOST_PAGES = 2000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Backstage settings;
  private final CatalogReader reader;
  private final OutboundHttp client = OutboundHttp.within(Duration.ofSeconds(10), PATIENCE);

  BackstageSource(Backstage settings, CatalogReader reader) {
    this.settings = requireNonNull(settings);
    this.reader = requireNonNull(reader);
  }

  @Override
  public String name() {
    return "backstage";
  }

  @Override
  public Look look(Optional<Instant> since) throws IOException {
    List<CatalogFile> pages = new ArrayList<>();
    boolean ownedByUsers = addPages(pages, filter("component", settings.filters()));
    if (ownedByUsers) {
      addPages(
          pages,
          filter("user", List.of())
              + filter("group", List.of())
              + "&fields="
              + encoded("kind,metadata.name,spec.memberOf,relations"));
    }
    CatalogUpload upload = reader.read(pages);
    return new Look(
        List.of(),
        new CatalogUpload(
            upload.entries(),
            upload.ignored(),
            upload.notes(),
            upload.warnings(),
            upload.problems().stream().map(CatalogProblem::withoutLine).toList()));
  }

  @Override
  public void close() {}

  /** All pages of a query; says whether a user owns any of the entities. */
  private boolean addPages(List<CatalogFile> pages, String query) throws IOException {
    boolean ownedByUsers = false;
    String parameters = query;
    for (int page = 0; page < MOST_PAGES; page++) {
      byte[] body =
          get(
              URI.create(
                  "%s/entities/by-query?limit=%d%s"
                      .formatted(settings.url(), ENTITIES_OF_A_PAGE, parameters)));
      JsonNode json = read(body);
      if (!json.path("items").isArray()) {
        throw new Unreachable(
            "%s answers without a list of items: expected the API of Backstage 1.14 or newer"
                .formatted(settings.url()),
            null);
      }
      for (JsonNode entity : json.get("items")) {
        ownedByUsers |= isOwnedByUser(entity);
      }
      if (!json.get("items").isEmpty()) {
        pages.add(new CatalogFile("", body));
      }
      JsonNode next = json.path("pageInfo").path("nextCursor");
      if (!next.isTextual() || next.asText().isEmpty()) {
        return ownedByUsers;
      }
      parameters = "&cursor=" + encoded(next.asText());
    }
    throw new Unreachable(
        "%s gives more than %d pages, or the same again and again"
            .formatted(settings.url(), MOST_PAGES),
        null);
  }

  private static boolean isOwnedByUser(JsonNode entity) {
    for (JsonNode relation : entity.path("relations")) {
      if (relation.path("type").asText().equals("ownedBy")
          && Owners.isUser(relation.path("targetRef").asText())) {
        return true;
      }
    }
    return Owners.isUser(entity.path("spec").path("owner").asText());
  }

  private byte[] get(URI address) throws IOException {
    var request = HttpRequest.newBuilder(address).header("Accept", "application/json");
    settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    HttpResponse<byte[]> response;
    try {
      response = client.send(request.GET().build(), BodyHandlers.ofByteArray());
    } catch (OtherServerException e) {
      throw new Unreachable(
          "%s: set dorado.ingest.catalog.backstage.url to where Backstage is"
              .formatted(e.getMessage()),
          e);
    } catch (IOException e) {
      throw new Unreachable(
          "%s does not answer: %s"
              .formatted(settings.url(), e.getMessage() == null ? e.toString() : e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unreachable("asking " + settings.url() + " was interrupted", e);
    }
    if (response.statusCode() != 200) {
      throw new Unreachable(
          "%s answers %d%s: %s"
              .formatted(
                  settings.url(),
                  response.statusCode(),
                  response.statusCode() == 401 || response.statusCode() == 403
                      ? " (see dorado.ingest.catalog.backstage.token)"
                      : "",
                  start(response.body())),
          null,
          retryAfter(response));
    }
    return response.body();
  }

  private JsonNode read(byte[] body) throws IOException {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw new Unreachable(
          "%s answers with what is no JSON: %s".formatted(settings.url(), start(body)), e);
    }
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(seconds -> seconds.matches("\\d{1,6}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
  }

  private static String start(byte[] body) {
    String text = new String(body, 0, Math.min(body.length, 200), UTF_8);
    return text.replaceAll("\\s+", " ").strip();
  }

  /** Alternatives, each with the kind, as Backstage wants them. */
  private static String filter(String kind, List<String> alternatives) {
    List<String> all = alternatives.isEmpty() ? List.of("") : alternatives;
    return all.stream()
        .map(filter -> "kind=" + kind + (filter.isEmpty() ? "" : "," + filter))
        .map(filter -> "&filter=" + encoded(filter))
        .collect(Collectors.joining());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
