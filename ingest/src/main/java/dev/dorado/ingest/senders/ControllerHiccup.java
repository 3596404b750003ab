package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import java.util.Optional;

/**
 * What a cluster's controllers report as failures though nothing was deployed or failed to be: they
 * lost a race for an object, waited for another one, or could not reach the API server or the
 * source. They try again by themselves.
 */
final class ControllerHiccup {

  private static final Pattern MESSAGE =
      Pattern.compile(
          "(?is).*(?:the object has been modified"
              + "|operation cannot be fulfilled on"
              + "|another operation is (?:already )?in progress"
              + "|dependency '[^']{0,500}' is not ready"
              + "|dependencies do not meet ready condition"
              + "|(?:source|artifact) (?:is )?not (?:ready|found)"
              + "|failed to (?:download|fetch) (?:the )?(?:archive|artifact)"
              + "|connection (?:refused|reset)|no such host|tls handshake timeout|i/o timeout"
              + "|etcdserver: |the server is currently unable to handle the request"
              + "|code = (?:unavailable|deadlineexceeded)).*");

  private ControllerHiccup() {}

  /** Whether a message is one of these. */
  static boolean isIn(Optional<String> message) {
    return message.filter(text -> MESSAGE.matcher(text).matches()).isPresent();
  }
}
