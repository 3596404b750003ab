package dev.dorado.embedded;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;

/**
 * A listener of the embedded Kafka that takes TLS connections only, and of these only clients that
 * log in by SASL PLAIN. It is for tests of what servers demand; the broker keeps its plain listener
 * beside it.
 *
 * @param keyStore PKCS12 store with the broker's key and certificate
 * @param storePassword password of the store and of the key
 * @param user the one user that may log in
 * @param password that user's password
 */
public record SecuredListener(Path keyStore, String storePassword, String user, String password) {

  static final String NAME = "SECURED";

  public SecuredListener {
    requireNonNull(keyStore);
    requireNonNull(storePassword);
    requireNonNull(user);
    requireNonNull(password);
  }

  /** Settings of the broker for this listener, apart from its address. */
  Map<String, String> settings() {
    String prefix = "listener.name.secured.";
    return Map.of(
        prefix + "ssl.keystore.type",
        "PKCS12",
        prefix + "ssl.keystore.location",
        keyStore.toString(),
        prefix + "ssl.keystore.password",
        storePassword,
        prefix + "ssl.key.password",
        storePassword,
        prefix + "sasl.enabled.mechanisms",
        "PLAIN",
        prefix + "plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";"
            .formatted(user, password));
  }

  /** Says which user may log in, without passwords. */
  @Override
  public String toString() {
    return "TLS from %s, SASL PLAIN as %s".formatted(keyStore, user);
  }
}
