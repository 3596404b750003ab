package dev.dorado.ingest.auth;

import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A header that has the HMAC-SHA256 of the raw body in hex, after a prefix; or several, separated
 * by commas, as senders do while a secret is replaced.
 */
public final class HmacAuthenticator implements Authenticator {

  private final String header;
  private final String prefix;
  private final String instruction;

  /**
   * @param header the header that has the signature
   * @param prefix what stands before the hex digits: {@code sha256=}, {@code v1=}, or nothing
   * @param instruction where the sender's settings have the secret, for people
   */
  public HmacAuthenticator(String header, String prefix, String instruction) {
    this.header = requireNonNull(header);
    this.prefix = requireNonNull(prefix);
    this.instruction = requireNonNull(instruction);
  }

  @Override
  public boolean isUsedBy(DeliveryRequest request) {
    return request.header(header).isPresent();
  }

  @Override
  public Optional<Refusal> refusal(DeliveryRequest request, List<String> secrets) {
    Optional<String> given = request.header(header);
    if (given.isEmpty()) {
      return refused("the %s header is missing: %s".formatted(header, instruction));
    }
    List<String> signatures = new ArrayList<>();
    for (String part : given.get().split(",", 0)) {
      String signature = part.strip();
      if (signature.startsWith(prefix)) {
        signatures.add(signature.substring(prefix.length()).toLowerCase(Locale.ROOT));
      }
    }
    if (signatures.isEmpty()) {
      return refused(
          "the %s header has no signature that begins with '%s': %s"
              .formatted(header, prefix, instruction));
    }
    boolean authentic = false;
    for (String secret : secrets) {
      authentic |= Hmac.isAmong(signatures, hex(secret, request.body()));
    }
    return authentic
        ? Optional.empty()
        : refused(
            "the signature in %s fits no secret that is set up here: %s"
                .formatted(header, instruction));
  }

  @Override
  public String instruction() {
    return instruction;
  }

  /** The HMAC-SHA256 of {@code body} under {@code secret}, in lower-case hex. */
  public static String hex(String secret, byte[] body) {
    return Hmac.hex(secret, body);
  }

  private static Optional<Refusal> refused(String detail) {
    return Optional.of(new Refusal(Refusal.Reason.SIGNATURE, detail));
  }
}
