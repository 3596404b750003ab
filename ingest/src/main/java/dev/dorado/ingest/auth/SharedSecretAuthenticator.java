package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.server.AccessTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The secret itself, from a sender that doesn't sign: as {@code Authorization: Bearer}, as the
 * password of {@code Authorization: Basic}, in {@code X-Dorado-Token}, in a header of the sender's
 * own; and from a sender that can do nothing else, in the address as {@code ?token=} or in a field
 * of the body, which is kept without it.
 */
public final class SharedSecretAuthenticator implements Authenticator {

  private static final String TOKEN_HEADER = "X-Dorado-Token";

  private final List<String> headers;
  private final boolean inAddress;
  private final Optional<SecretInBody> inBody;
  private final String instruction;

  private SharedSecretAuthenticator(
      List<String> headers, boolean inAddress, Optional<SecretInBody> inBody, String instruction) {
    this.headers = headers;
    this.inAddress = inAddress;
    this.inBody = inBody;
    this.instruction = requireNonNull(instruction);
  }

  /**
   * @param instruction where the sender's settings have the secret, for people
   * @param ownHeaders headers in which the sender puts the secret, beside those of all
   */
  public SharedSecretAuthenticator(String instruction, String... ownHeaders) {
    this(
        Stream.concat(Stream.of(TOKEN_HEADER), Arrays.stream(ownHeaders)).toList(),
        false,
        Optional.empty(),
        instruction);
  }

  /**
   * As with headers; but {@code ?token=} in the address will do too. Only for senders that can set
   * no header: addresses stand in the logs of proxies.
   *
   * @param instruction where the sender's settings have the secret, for people
   */
  public static SharedSecretAuthenticator alsoInAddress(String instruction) {
    return new SharedSecretAuthenticator(
        List.of(TOKEN_HEADER), true, Optional.empty(), instruction);
  }

  /**
   * As with headers; but a field of the body will do too, JSON or form, as will {@code
   * Authorization: apikey}.
   *
   * @param instruction where the sender's settings have the secret, for people
   * @param field name of the field
   */
  public static SharedSecretAuthenticator alsoInBody(String instruction, String field) {
    return new SharedSecretAuthenticator(
        List.of(TOKEN_HEADER), false, Optional.of(new SecretInBody(field)), instruction);
  }

  @Override
  public boolean isUsedBy(DeliveryRequest request) {
    return !given(request).isEmpty();
  }

  @Override
  public Optional<Refusal> refusal(DeliveryRequest request, List<String> secrets) {
    List<String> given = given(request);
    if (given.isEmpty()) {
      return refused("there is no secret in the delivery: " + instruction);
    }
    boolean authentic = false;
    for (String secret : given) {
      authentic |= AccessTokens.matchesAny(secret, secrets);
    }
    return authentic
        ? Optional.empty()
        : refused("the secret in the delivery is none that is set up here: " + instruction);
  }

  @Override
  public List<String> shown(DeliveryRequest request) {
    return given(request);
  }

  @Override
  public DeliveryRequest withoutSecret(DeliveryRequest request) {
    return inBody.map(field -> field.removedFrom(request)).orElse(request);
  }

  @Override
  public String instruction() {
    return instruction;
  }

  private List<String> given(DeliveryRequest request) {
    List<String> given = new ArrayList<>();
    headers.forEach(header -> request.header(header).ifPresent(given::add));
    request.header("Authorization").flatMap(this::secret).ifPresent(given::add);
    if (inAddress) {
      request.tokenInAddress().ifPresent(given::add);
    }
    inBody.flatMap(field -> field.of(request)).ifPresent(given::add);
    return given;
  }

  private Optional<String> secret(String authorization) {
    String[] parts = authorization.split("\\s+", 2);
    if (parts.length < 2) {
      return Optional.empty();
    }
    String value = parts[1].strip();
    if (parts[0].equalsIgnoreCase("Bearer")
        || (inBody.isPresent() && parts[0].equalsIgnoreCase("apikey"))) {
      return Optional.of(value);
    }
    if (!parts[0].equalsIgnoreCase("Basic")) {
      return Optional.empty();
    }
    try {
      String userAndPassword = new String(Base64.getDecoder().decode(value), UTF_8);
      int colon = userAndPassword.indexOf(':');
      return colon < 0 ? Optional.empty() : Optional.of(userAndPassword.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      // Not Base64: as good as no secret, which the caller says.
      return Optional.empty();
    }
  }

  private static Optional<Refusal> refused(String detail) {
    return Optional.of(new Refusal(Refusal.Reason.SECRET, detail));
  }
}
