package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.ingest.delivery.DeliveryRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A signature over a time and the raw body: the HMAC-SHA256, in hex, of the time as the sender
 * wrote it, a separator and the body. The time must be within 300 s of the delivery's arrival.
 */
public final class TimestampedHmacAuthenticator implements Authenticator {

  private final String signatureHeader;
  private final String signatureName;
  private final String timeHeader;
  private final String timeName;
  private final String separator;
  private final String instruction;

  private TimestampedHmacAuthenticator(
      String signatureHeader,
      String signatureName,
      String timeHeader,
      String timeName,
      String separator,
      String instruction) {
    this.signatureHeader = requireNonNull(signatureHeader);
    this.signatureName = requireNonNull(signatureName);
    this.timeHeader = requireNonNull(timeHeader);
    this.timeName = requireNonNull(timeName);
    this.separator = requireNonNull(separator);
    this.instruction = requireNonNull(instruction);
  }

  /**
   * Both in one header, as {@code timestamp=1780000000,signature=0a1b…}; several signatures will
   * do.
   *
   * @param header the header
   * @param timeName what stands before the time: {@code timestamp}, {@code t}
   * @param signatureName what stands before each signature: {@code signature}, {@code v1}
   * @param separator what stands between time and body in what is signed; may be nothing
   * @param instruction where the sender's settings have the secret, for people
   */
  public static TimestampedHmacAuthenticator inOneHeader(
      String header, String timeName, String signatureName, String separator, String instruction) {
    return new TimestampedHmacAuthenticator(
        header, signatureName + "=", header, timeName + "=", separator, instruction);
  }

  /**
   * Signature and time each in a header of their own, nothing before them.
   *
   * @param signatureHeader the header that has the signature
   * @param timeHeader the header that has the time
   * @param separator what stands between time and body in what is signed
   * @param instruction where the sender's settings have the secret, for people
   */
  public static TimestampedHmacAuthenticator inTwoHeaders(
      String signatureHeader, String timeHeader, String separator, String instruction) {
    return new TimestampedHmacAuthenticator(
        signatureHeader, "", timeHeader, "", separator, instruction);
  }

  @Override
  public boolean isUsedBy(DeliveryRequest request) {
    return request.header(signatureHeader).isPresent() && request.header(timeHeader).isPresent();
  }

  @Override
  public Optional<Refusal> refusal(DeliveryRequest request, List<String> secrets) {
    for (String header : List.of(signatureHeader, timeHeader)) {
      if (request.header(header).isEmpty()) {
        return refused("the %s header is missing: %s".formatted(header, instruction));
      }
    }
    Optional<String> time = values(request, timeHeader, timeName).stream().findFirst();
    if (time.isEmpty()) {
      return refused(
          "the %s header has no time that begins with '%s': %s"
              .formatted(timeHeader, timeName, instruction));
    }
    List<String> signatures =
        values(request, signatureHeader, signatureName).stream()
            .map(signature -> signature.toLowerCase(Locale.ROOT))
            .toList();
    if (signatures.isEmpty()) {
      return refused(
          "the %s header has no signature that begins with '%s': %s"
              .formatted(signatureHeader, signatureName, instruction));
    }
    byte[] signedBefore = (time.get() + separator).getBytes(UTF_8);
    boolean authentic = false;
    for (String secret : secrets) {
      authentic |= Hmac.isAmong(signatures, Hmac.hex(secret, signedBefore, request.body()));
    }
    return authentic
        ? SignedTime.refusal(time.get(), request)
        : refused(
            "the signature in %s fits no secret that is set up here: %s"
                .formatted(signatureHeader, instruction));
  }

  @Override
  public String instruction() {
    return instruction;
  }

  private static List<String> values(DeliveryRequest request, String header, String prefix) {
    return Arrays.stream(request.header(header).orElse("").split(","))
        .map(String::strip)
        .filter(part -> part.startsWith(prefix))
        .map(part -> part.substring(prefix.length()))
        .toList();
  }

  private static Optional<Refusal> refused(String detail) {
    return Optional.of(new Refusal(Refusal.Reason.SIGNATURE, detail));
  }
}
