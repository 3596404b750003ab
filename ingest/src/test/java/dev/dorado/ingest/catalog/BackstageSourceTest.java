package dev.dorado.ingest.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dorado.events.CatalogEvent;
import dev.dorado.ingest.catalog.CatalogPollSettings.Backstage;
import dev.dorado.ingest.catalog.CatalogSource.Unreachable;
import dev.dorado.ingest.delivery.RepositoryName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers as Backstage does: in pages, with a cursor. */
class BackstageSourceTest {

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final List<String> components = new ArrayList<>();
  private String users = "";
  private Optional<Answer> instead = Optional.empty();
  private HttpServer server;
  private BackstageSource source;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/catalog/entities/by-query", this::answer);
    server.start();
    source =
        new BackstageSource(
            new Backstage(
                URI.create(
                    "http://127.0.0.1:%d/api/catalog".formatted(server.getAddress().getPort())),
                Optional.of("token"),
                Duration.ofMinutes(5),
                List.of("spec.type=service", "spec.type=website")),
            new CatalogReader(new RepositoryName("github.com")));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void allPagesAreReadByTheirCursors() throws IOException {
    for (int i = 0; i < 3; i++) {
      components.add(component("s" + i, "group:default/team-" + i));
    }
    var upload = source.look(Optional.empty()).present();
    assertThat(upload.entries())
        .extracting(CatalogEvent::getService)
        .containsExactly("s0", "s1", "s2");
    assertThat(upload.entries())
        .extracting(CatalogEvent::getOwner)
        .containsExactly("team-0", "team-1", "team-2");
    assertThat(asked)
        .containsExactly(
            "limit=500&filter=kind=component,spec.type=service&filter=kind=component,spec.type=website",
            "limit=500&cursor=after 1/=",
            "limit=500&cursor=after 2/=");
    assertThat(authorizations).containsOnly("Bearer token");
  }

  @Test
  void usersAreAskedForOnlyWhereOneOwnsAService() throws IOException {
    components.add(component("a", "user:default/ann"));
    users =
        """
        {"kind":"User","metadata":{"name":"ann"},"spec":{"memberOf":["team-a"]}}""";
    assertThat(source.look(Optional.empty()).present().entries())
        .extracting(CatalogEvent::getOwner)
        .containsExactly("team-a");
    assertThat(asked.get(1)).contains("filter=kind=user&filter=kind=group", "spec.memberOf");
  }

  @Test
  void aProblemNamesTheEntityAndNoLineSinceThereIsNone() throws IOException {
    components.add(component("%", "group:x"));
    components.add(component("good", "group:x"));
    var upload = source.look(Optional.empty()).present();
    assertThat(upload.entries()).hasSize(1);
    assertThat(upload.problems().get(0).message())
        .startsWith("Component %: metadata.name is '%': expected letters");
  }

  @Test
  void aLookIsWholeOrFails() {
    components.add(component("a", "group:x"));
    components.add(component("b", "group:x"));
    instead = Optional.of(new Answer(200, "{\"items\":[{\"kind\":\"Compo"));
    assertFails("no JSON", "Compo");
    instead = Optional.of(new Answer(500, "<h1>out of\n order</h1>"));
    assertFails("answers 500", "out of order");
    instead = Optional.of(new Answer(401, "{}"));
    assertFails("answers 401", "dorado.ingest.catalog.backstage.token");
    instead = Optional.of(new Answer(200, "{\"error\":1}"));
    assertFails("without a list of items");
  }

  @Test
  void whoeverIsThrottledComesBackWhenItIsToldTo() {
    components.add(component("a", "group:x"));
    instead = Optional.of(new Answer(429, "slow down"));
    var refused = catchThrowableOfType(Unreachable.class, () -> source.look(Optional.empty()));
    assertThat(refused.retryAfter()).contains(Duration.ofMinutes(2));
  }

  @Test
  void aServerThatIsAwayIsNamed() {
    server.stop(0);
    assertFails("127.0.0.1", "does not answer");
  }

  @Test
  void theTokenGoesToNoOtherServer() {
    components.add(component("a", "group:x"));
    instead = Optional.of(new Answer(302, "http://localhost:1/elsewhere"));
    assertFails("http://localhost:1/elsewhere", "another server", "catalog.backstage.url");
    assertThat(asked).hasSize(1);
  }

  private void assertFails(String... words) {
    assertThatThrownBy(() -> source.look(Optional.empty()))
        .isInstanceOf(Unreachable.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  /** A page has one entity; the second page of the components may be replaced by a test. */
  private void answer(HttpExchange exchange) throws IOException {
    String query = URLDecoder.decode(exchange.getRequestURI().getRawQuery(), UTF_8);
    asked.add(query);
    authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
    Answer answer;
    if (query.contains("kind=user")) {
      answer = new Answer(200, "{\"items\":[%s],\"pageInfo\":{}}".formatted(users));
    } else {
      int page = query.contains("cursor=after 1") ? 1 : query.contains("cursor=after 2") ? 2 : 0;
      boolean isLast = page == components.size() - 1;
      answer =
          new Answer(
              200,
              "{\"items\":[%s],\"totalItems\":%d,\"pageInfo\":{%s}}"
                  .formatted(
                      components.get(page),
                      components.size(),
                      isLast ? "" : "\"nextCursor\":\"after " + (page + 1) + "/=\""));
      answer = page == components.size() - 1 ? instead.orElse(answer) : answer;
    }
    byte[] body = answer.body().getBytes(UTF_8);
    exchange.getResponseHeaders().add("Retry-After", "120");
    if (answer.status() == 302) {
      exchange.getResponseHeaders().add("Location", answer.body());
    }
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String component(String name, String owner) {
    return """
        {"kind":"Component","metadata":{"name":"%s","etag":"e1"},"spec":{"owner":"shorthand"},
         "relations":[{"type":"ownedBy","targetRef":"%s"}]}"""
        .formatted(name, owner);
  }

  private record Answer(int status, String body) {}
}
