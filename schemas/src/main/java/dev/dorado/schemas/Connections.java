package dev.dorado.schemas;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/**
 * Where Kafka, the schema registry and ClickHouse are. Read from {@code dorado.kafka}, {@code
 * dorado.registry} and {@code dorado.clickhouse} of {@code reference.conf}. Immutable.
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
 */
public record Connections(
    String bootstrapServers,
    int partitions,
    short replicationFactor,
    String registryUrl,
    String clickHouseUrl,
    String clickHouseUser,
    String clickHousePassword,
    String database) {

  /** For callers that nobody waits for; registering all schemas takes a cold registry a while. */
  private static final Duration REGISTRY_PATIENCE = Duration.ofSeconds(60);

  public Connections {
    requireNonNull(bootstrapServers);
    requireNonNull(registryUrl);
    requireNonNull(clickHouseUrl);
    requireNonNull(clickHouseUser);
    requireNonNull(clickHousePassword);
    requireNonNull(database);
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "dorado.kafka.partitions is %d: expected 1 or more".formatted(partitions));
    }
    if (!database.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          "dorado.clickhouse.database is '%s': expected letters, digits and _".formatted(database));
    }
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
        config.getString("dorado.clickhouse.database"));
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
    return new BoundedRegistryClient(registryUrl, patience);
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

  /** Says where everything is, without the password. */
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
