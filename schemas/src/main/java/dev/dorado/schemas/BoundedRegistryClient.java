package dev.dorado.schemas;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Confluent's client, which answers lookups of schemas within a given time even if the registry
 * accepts connections and never answers. The client asks for one schema at a time, so a caller may
 * first have to wait for another one's answer: that wait is bounded too. Redirects are not
 * followed, because credentials in the registry's URL would go along. Thread-safe.
 */
final class BoundedRegistryClient extends CachedSchemaRegistryClient {

  static {
    // Confluent's client is the only one here that leaves the redirects of its connections to this
    // default of the JVM; it offers no setting of its own.
    HttpURLConnection.setFollowRedirects(false);
  }

  private static final int SCHEMAS_CACHED = 1000;

  private final ReentrantLock turn = new ReentrantLock();
  private final Duration turnWithin;

  /**
   * @param url address of the registry
   * @param authorization value of the header {@code Authorization}, empty for none
   * @param patience longest time that a lookup takes: 3/8 of it to wait for another lookup, 1/8 to
   *     connect, 4/8 for the answer
   */
  BoundedRegistryClient(String url, String authorization, Duration patience) {
    super(
        List.of(url),
        SCHEMAS_CACHED,
        List.of(new AvroSchemaProvider()),
        Map.of(
            SchemaRegistryClientConfig.HTTP_CONNECT_TIMEOUT_MS,
            (int) patience.dividedBy(8).toMillis(),
            SchemaRegistryClientConfig.HTTP_READ_TIMEOUT_MS,
            (int) patience.dividedBy(2).toMillis()),
        // The client's own way to a login needs service files, which its repackaging leaves out.
        authorization.isEmpty() ? Map.of() : Map.of("Authorization", authorization));
    this.turnWithin = patience.multipliedBy(3).dividedBy(8);
  }

  @Override
  public int getId(String subject, ParsedSchema schema) throws IOException, RestClientException {
    return inTurn(() -> super.getId(subject, schema));
  }

  @Override
  public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
    return inTurn(() -> super.getSchemaById(id));
  }

  private <T> T inTurn(Lookup<T> lookup) throws IOException, RestClientException {
    try {
      if (!turn.tryLock(turnWithin.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "another lookup has waited for its answer for more than %d ms"
                .formatted(turnWithin.toMillis()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var interrupted = new InterruptedIOException("interrupted while waiting for another lookup");
      interrupted.initCause(e);
      throw interrupted;
    }
    try {
      return lookup.get();
    } finally {
      turn.unlock();
    }
  }

  @FunctionalInterface
  private interface Lookup<T> {
    T get() throws IOException, RestClientException;
  }
}
