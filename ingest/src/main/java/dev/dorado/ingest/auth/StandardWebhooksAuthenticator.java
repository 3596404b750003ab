package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The signatures of the Standard Webhooks specification (standardwebhooks.com): {@code
 * webhook-signature} has {@code v1,} and the HMAC-SHA256, in Base64, of {@code id.time.body}, or
 * several of them, separated by blanks. The secret is Base64 after {@code whsec_}. The time must be
 * within 300 s of the delivery's arrival.
 */
public final class StandardWebhooksAuthenticator implements Authenticator {

  /** Identifies a delivery; the same when it is sent again. */
  public static final String ID_HEADER = "webhook-id";

  private static final String TIME_HEADER = "webhook-timestamp";
  private static final String SIGNATURE_HEADER = "webhook-signature";
  private static final String VERSION = "v1,";
  private static final String SECRET_PREFIX = "whsec_";

  private final String instruction;

  /**
   * @param instruction where the sender's settings have the secret, for people
   */
  public StandardWebhooksAuthenticator(String instruction) {
    this.instruction = requireNonNull(instruction);
  }

  @Override
  public boolean isUsedBy(DeliveryRequest request) {
    return request.header(SIGNATURE_HEADER).isPresent();
  }

  @Override
  public Optional<Refusal> refusal(DeliveryRequest request, List<String> secrets) {
    for (String header : List.of(SIGNATURE_HEADER, ID_HEADER, TIME_HEADER)) {
      if (request.header(header).isEmpty()) {
        return refused("the %s header is missing: %s".formatted(header, instruction));
      }
    }
    String time = request.header(TIME_HEADER).orElseThrow();
    List<String> signatures =
        Arrays.stream(request.header(SIGNATURE_HEADER).orElseThrow().split("\\s+"))
            .filter(signature -> signature.startsWith(VERSION))
            .map(signature -> signature.substring(VERSION.length()))
            .toList();
    if (signatures.isEmpty()) {
      return refused(
          "the %s header has no signature that begins with '%s': %s"
              .formatted(SIGNATURE_HEADER, VERSION, instruction));
    }
    byte[] signedBefore =
        "%s.%s.".formatted(request.header(ID_HEADER).orElseThrow(), time).getBytes(UTF_8);
    boolean authentic = false;
    int unreadable = 0;
    for (String secret : secrets) {
      Optional<byte[]> key = key(secret);
      if (key.isPresent()) {
        byte[] expected = Hmac.of(key.get(), signedBefore, request.body());
        authentic |= Hmac.isAmong(signatures, Base64.getEncoder().encodeToString(expected));
      } else {
        unreadable++;
      }
    }
    if (authentic) {
      return SignedTime.refusal(time, request);
    }
    return refused(
        "the signature in %s fits no secret that is set up here%s: %s"
            .formatted(
                SIGNATURE_HEADER,
                unreadable == 0
                    ? ""
                    : " (%d of %d can't be used: expected Base64 after '%s')"
                        .formatted(unreadable, secrets.size(), SECRET_PREFIX),
                instruction));
  }

  @Override
  public String instruction() {
    return instruction;
  }

  private static Optional<byte[]> key(String secret) {
    String base64 =
        secret.startsWith(SECRET_PREFIX) ? secret.substring(SECRET_PREFIX.length()) : secret;
    try {
      byte[] key = Base64.getDecoder().decode(base64);
      return key.length == 0 ? Optional.empty() : Optional.of(key);
    } catch (IllegalArgumentException e) {
      // Counted by the caller, which says what was expected.
      return Optional.empty();
    }
  }

  private static Optional<Refusal> refused(String detail) {
    return Optional.of(new Refusal(Refusal.Reason.SIGNATURE, detail));
  }
}
