package dev.dorado.schemas;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Where Kafka, the schema registry and ClickHouse are, and how to log in there. Read from {@code
 * dorado.kafka}, {@code dorado.registry} and {@code dorado.clickhouse} of {@code reference.conf}.
 * Immutable.
 *
 * @param bootstrapServers Kafka's bootstrap servers
 * @param partitions partitions of every topic, fixed for life
 * @param replicationFactor replicas of every topic; -1 is the broker's default
 * @param registryUrl the registry's Confluent API
 * @param clickHouseUrl JDBC URL of the ClickHouse server, without a database
 * @param clickHouseUser user
 * @param clickHousePassword password, maybe empty
 * @param database database of what all generations of facts have in common, and of the views that
 *     show the facts of the one that answers queries
 * @param kafkaSecurity TLS and SASL settings of every Kafka client, in Kafka's words; empty for
 *     plain text
 * @param registryUser user of the registry's basic authentication, empty for none
 * @param registryPassword the password that goes with it
 * @param deliveriesRetention for how long deliveries are kept as they came; zero: for ever
 * @param auditRetention for how long the audit trail is kept
 */
public record Connections(
    String bootstrapServers,
    int partitions,
    short replicationFactor,
    String registryUrl,
    String clickHouseUrl,
    String clickHouseUser,
    String clickHousePassword,
    String database,
    Map<String, String> kafkaSecurity,
    String registryUser,
    String registryPassword,
    Duration deliveriesRetention,
    Duration auditRetention) {

  static final Duration DEFAULT_AUDIT_RETENTION = Duration.ofDays(400);
  private static final Duration SHORTEST_AUDIT_RETENTION = Duration.ofDays(1);
  private static final String KAFKA_PROPERTIES_FILE = "dorado.kafka.properties-file";

  /** For callers that nobody waits for; registering all schemas takes a cold registry a while. */
  private static final Duration REGISTRY_PATIENCE = Duration.ofSeconds(60);

  public Connections {
    requireNonNull(bootstrapServers);
    requireNonNull(registryUrl);
    requireNonNull(clickHouseUrl);
    requireNonNull(clickHouseUser);
    requireNonNull(clickHousePassword);
    requireNonNull(database);
    kafkaSecurity = Map.copyOf(kafkaSecurity);
    requireNonNull(registryUser);
    requireNonNull(registryPassword);
    if (deliveriesRetention.isNegative()) {
      throw new IllegalArgumentException(
          "dorado.deliveries.retention is %s: expected 0 (for ever) or a duration, as 365d"
              .formatted(deliveriesRetention));
    }
    if (auditRetention.compareTo(SHORTEST_AUDIT_RETENTION) < 0) {
      throw new IllegalArgumentException(
          "dorado.audit.retention is %s: expected 1d or more".formatted(auditRetention));
    }
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "dorado.kafka.partitions is %d: expected 1 or more".formatted(partitions));
    }
    if (!database.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          "dorado.clickhouse.database is '%s': expected letters, digits and _".formatted(database));
    }
  }

  /** Kafka in plain text and a registry without a login, as the embedded parts are. */
  public Connections(
      String bootstrapServers,
      int partitions,
      short replicationFactor,
      String registryUrl,
      String clickHouseUrl,
      String clickHouseUser,
      String clickHousePassword,
      String database) {
    this(
        bootstrapServers,
        partitions,
        replicationFactor,
        registryUrl,
        clickHouseUrl,
        clickHouseUser,
        clickHousePassword,
        database,
        Map.of(),
        "",
        "",
        Duration.ZERO,
        DEFAULT_AUDIT_RETENTION);
  }

  /** From the settings that {@link ConfigFactory#load()} finds. */
  public static Connections load() {
    return from(ConfigFactory.load());
  }

  /** From {@code config}. */
  public static Connections from(Config config) {
    return new Connections(
        config.getString("dorado.kafka.bootstrap-servers"),
        config.getInt("dorado.kafka.partitions"),
        (short) config.getInt("dorado.kafka.replication-factor"),
        config.getString("dorado.registry.url"),
        config.getString("dorado.clickhouse.url"),
        config.getString("dorado.clickhouse.user"),
        secret(config, "dorado.clickhouse.password"),
        config.getString("dorado.clickhouse.database"),
        kafkaSecurity(config.getString(KAFKA_PROPERTIES_FILE)),
        config.getString("dorado.registry.user"),
        secret(config, "dorado.registry.password"),
        config.getDuration("dorado.deliveries.retention"),
        config.getDuration("dorado.audit.retention"));
  }

  /**
   * Settings of a Kafka client of any kind: where Kafka is, how to connect, and the client's own.
   * Every client is made with these, so that none of them misses TLS or the login.
   */
  public Map<String, Object> kafkaClient(Map<String, Object> own) {
    Map<String, Object> settings = new HashMap<>(kafkaSecurity);
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.putAll(own);
    return settings;
  }

  /** A request that lists the registry's subjects, with the login if there is one. */
  public HttpRequest registrySubjects() {
    String base =
        registryUrl.endsWith("/")
            ? registryUrl.substring(0, registryUrl.length() - 1)
            : registryUrl;
    var request = HttpRequest.newBuilder(URI.create(base + "/subjects"));
    if (!registryUser.isEmpty()) {
      request.header("Authorization", registryAuthorization());
    }
    return request.build();
  }

  /** Value of the header {@code Authorization} for the registry; empty if it needs no login. */
  private String registryAuthorization() {
    if (registryUser.isEmpty()) {
      return "";
    }
    byte[] login = (registryUser + ":" + registryPassword).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(login);
  }

  /** Name of the database of a generation's facts. */
  public String database(int generation) {
    return database(database, generation);
  }

  static String database(String common, int generation) {
    return common + "_g" + generation;
  }

  /**
   * A new client of the registry, which caches what it has asked for. For callers that nobody waits
   * for: a lookup takes up to a minute if the registry does not answer.
   */
  public SchemaRegistryClient registryClient() {
    return registryClient(REGISTRY_PATIENCE);
  }

  /**
   * As {@link #registryClient()}, for callers that somebody waits for.
   *
   * @param patience longest time that a lookup of a schema takes
   */
  public SchemaRegistryClient registryClient(Duration patience) {
    return new BoundedRegistryClient(registryUrl, registryAuthorization(), patience);
  }

  /** A new connection to ClickHouse, outside any pool and any database. */
  public Connection clickHouse() throws SQLException {
    return DriverManager.getConnection(clickHouseUrl, clickHouseProperties());
  }

  /** What the JDBC driver needs beside the URL. */
  public Properties clickHouseProperties() {
    var properties = new Properties();
    properties.setProperty("user", clickHouseUser);
    if (!clickHousePassword.isEmpty()) {
      properties.setProperty("password", clickHousePassword);
    }
    properties.setProperty("compress", "false");
    return properties;
  }

  /**
   * What is behind an error of ClickHouse, for people: for a server that does not answer, its
   * driver says only that a request failed.
   */
  public static String reason(SQLException error) {
    Throwable deepest = error;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
  }

  /** Says where everything is, without passwords. */
  @Override
  public String toString() {
    return "Kafka %s, registry %s, ClickHouse %s database %s"
        .formatted(bootstrapServers, registryAddress(), clickHouseAddress(), database);
  }

  /** Where the registry is, for messages: without what may be a secret in its URL. */
  public String registryAddress() {
    return withoutSecrets(registryUrl);
  }

  /** Where ClickHouse is, for messages: without what may be a secret in its URL. */
  public String clickHouseAddress() {
    return withoutSecrets(clickHouseUrl);
  }

  /** Whether ClickHouse is on this machine, as far as its address tells. */
  public boolean hasLocalClickHouse() {
    return clickHouseAddress()
        .matches("[^/]*//(localhost|127[.][0-9.]+|\\[::1\\])(:[0-9]+)?(/.*)?");
  }

  /** A URL may have a name and a password before its host, and settings behind its path. */
  private static String withoutSecrets(String url) {
    int query = url.indexOf('?');
    String address = query < 0 ? url : url.substring(0, query);
    int host = address.indexOf("://") + 3;
    int secret = address.lastIndexOf('@');
    return host < 3 || secret < host
        ? address
        : address.substring(0, host) + address.substring(secret + 1);
  }

  /** Other settings are refused: Dorado relies on its own for acknowledgement and isolation. */
  private static Map<String, String> kafkaSecurity(String file) {
    if (file.isEmpty()) {
      return Map.of();
    }
    var properties = new Properties();
    try {
      properties.load(new StringReader(Files.readString(Path.of(file))));
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s is '%s', which cannot be read: %s"
              .formatted(KAFKA_PROPERTIES_FILE, file, e.getMessage()),
          e);
    }
    Map<String, String> settings = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (!name.startsWith("sasl.")
          && !name.startsWith("ssl.")
          && !name.equals(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
          && !name.equals(CommonClientConfigs.CLIENT_DNS_LOOKUP_CONFIG)) {
        throw new IllegalArgumentException(
            "%s is '%s', which sets '%s': expected security.protocol, client.dns.lookup, sasl.* or ssl.* only; remove it"
                .formatted(KAFKA_PROPERTIES_FILE, file, name));
      }
      settings.put(name, properties.getProperty(name));
    }
    return settings;
  }

  private static String secret(Config config, String path) {
    String file = config.getString(path + "-file");
    if (file.isEmpty()) {
      return config.getString(path);
    }
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s-file is '%s', which cannot be read: %s".formatted(path, file, e.getMessage()), e);
    }
  }
}
