package dev.dorado.standalone.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.server.OutboundHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts deliveries to Dorado's webhooks as their senders would: GitHub's signed, the others' with a
 * token. What is answered with 503 or not at all is posted again, with growing pauses. Thread-safe.
 */
public final class DeliveryClient {

  private static final int TRIES = 8;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final OutboundHttp client = OutboundHttp.within(Duration.ofSeconds(5), PATIENCE);
  private final String url;
  private final String secret;

  /**
   * @param url address of Dorado, without a slash at its end
   * @param secret secret of every sender
   */
  public DeliveryClient(String url, String secret) {
    this.url = requireNonNull(url);
    this.secret = requireNonNull(secret);
  }

  /**
   * Posts a delivery and waits for the answer, whatever it says, but 503.
   *
   * @throws IOException if there is none after several tries
   */
  public HttpResponse<String> post(DemoDelivery delivery) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/webhooks/" + delivery.sender()))
            .POST(BodyPublishers.ofString(delivery.body()));
    delivery.headers().forEach(request::header);
    authenticate(request, delivery);
    return send(request.build());
  }

  /** Puts a catalog of Backstage's documents in. */
  public HttpResponse<String> putCatalog(String yaml) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(url + "/api/v1/catalog"))
            .header("Content-Type", "application/yaml")
            .PUT(BodyPublishers.ofString(yaml))
            .build());
  }

  /** Asks the API. */
  public HttpResponse<String> get(String pathAndQuery) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(url + pathAndQuery)).GET().build());
  }

  /** The signature of {@code body} as GitHub writes it. */
  public static String gitHubSignature(String secret, String body) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private void authenticate(HttpRequest.Builder request, DemoDelivery delivery) {
    if (delivery.sender().equals("github")) {
      request.header("X-Hub-Signature-256", gitHubSignature(secret, delivery.body()));
    } else {
      request.header("Authorization", "Bearer " + secret);
    }
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      IOException failure = null;
      try {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 503 || attempt == TRIES) {
          return response;
        }
      } catch (IOException e) {
        failure = e;
      }
      if (failure != null && attempt == TRIES) {
        throw failure;
      }
      Thread.sleep(pause.toMillis());
      pause = pause.multipliedBy(2);
    }
  }
}
