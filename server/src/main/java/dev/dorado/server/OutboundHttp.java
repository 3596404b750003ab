package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one HTTP client of Dorado. An exchange ends within the time that the client was made with,
 * body included. A redirect is followed on the same server only, because headers may hold a token.
 * Thread-safe.
 */
public final class OutboundHttp {

  private static final int MOST_REDIRECTS = 3;

  /** Statuses that repeat the request at another address, whatever its method. */
  private static final Set<Integer> REPEATED = Set.of(307, 308);

  /** Statuses that lead a GET to another address. */
  private static final Set<Integer> MOVED = Set.of(301, 302, 303);

  private final HttpClient client;
  private final Duration patience;

  private OutboundHttp(Duration connecting, Duration patience) {
    this.patience = requireNonNull(patience);
    // HTTP/2 brings nothing to a few requests, and servers behind plain TCP forwarders lack it.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(connecting)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * A client with its own connections.
   *
   * @param connecting longest time to connect
   * @param patience longest time from the request to the end of the body, redirects not included
   */
  public static OutboundHttp within(Duration connecting, Duration patience) {
    return new OutboundHttp(connecting, patience);
  }

  /**
   * Sends a request and waits for its answer. With a body handler that streams, the time ends with
   * the headers.
   *
   * @throws OtherServerException if a redirect leads to another server; nothing was sent to it
   * @throws HttpTimeoutException if the answer is not complete in time
   * @throws IOException if there is no answer
   */
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    HttpRequest next = request;
    for (int redirects = 0; ; redirects++) {
      HttpResponse<T> response = exchange(next, handler);
      String location = response.headers().firstValue("Location").orElse("");
      if (!isFollowed(response) || location.isEmpty() || redirects == MOST_REDIRECTS) {
        return response;
      }
      URI target = target(next.uri(), location);
      next = HttpRequest.newBuilder(next, (name, value) -> true).uri(target).build();
    }
  }

  /** Reads a body of {@code most} bytes at most; a longer one ends the exchange. */
  public static HttpResponse.BodyHandler<byte[]> bytesUpTo(int most) {
    return head -> new BoundedBody(most);
  }

  /** Whether two addresses are of one server: same scheme, host and port. */
  public static boolean isSameServer(URI one, URI other) {
    return server(one).equals(server(other));
  }

  private static boolean isFollowed(HttpResponse<?> response) {
    return REPEATED.contains(response.statusCode())
        || (MOVED.contains(response.statusCode()) && response.request().method().equals("GET"));
  }

  private static URI target(URI from, String location) throws IOException {
    URI target;
    try {
      target = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s redirects to '%s', which is no address".formatted(from, location), e);
    }
    if (!isSameServer(from, target)) {
      throw new OtherServerException(from, target);
    }
    return target;
  }

  private static String server(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    int port = address.getPort() >= 0 ? address.getPort() : scheme.equals("https") ? 443 : 80;
    String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
    return scheme + "://" + host + ":" + port;
  }

  private static String seconds(Duration length) {
    return BigDecimal.valueOf(length.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  /** The time-out of a request ends with the headers; this one ends with the body. */
  private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request, handler);
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      var timeout =
          new HttpTimeoutException(
              "no complete answer from %s within %s s".formatted(request.uri(), seconds(patience)));
      timeout.initCause(e);
      throw timeout;
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (CancellationException e) {
      throw new IOException("the request to %s was cancelled".formatted(request.uri()), e);
    } finally {
      // Frees the connection of what did not end; does nothing to what did.
      answer.cancel(true);
    }
  }

  /** The client's own exception where it is one, since callers tell time-outs from refusals. */
  private static IOException failure(Throwable cause) {
    return cause instanceof IOException known ? known : new IOException(cause.toString(), cause);
  }

  /** Collects a body, and gives up beyond a number of bytes. */
  private static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {

    private final int most;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private Flow.Subscription subscription;

    BoundedBody(int most) {
      this.most = most;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
      subscription = upstream;
      upstream.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        if (collected.size() + part.remaining() > most) {
          subscription.cancel();
          whole.completeExceptionally(
              new IOException("the answer is longer than %,d bytes".formatted(most)));
          return;
        }
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        collected.writeBytes(bytes);
      }
    }

    @Override
    public void onError(Throwable failure) {
      whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      whole.complete(collected.toByteArray());
    }
  }

  /** A redirect leads to another server, which was not asked. */
  public static final class OtherServerException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * @param from the address that redirects
     * @param target where it leads
     */
    public OtherServerException(URI from, URI target) {
      super(
          "%s leads to %s, which is another server and must not get the token"
              .formatted(from, target));
    }
  }
}
