package dev.dorado.standalone.demo;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;

/**
 * A webhook as its sender would have sent it, but for the signature or token, which is put on when
 * it goes out.
 *
 * @param at when the sender would have sent it
 * @param sender the last part of the address: github, generic or cdevents
 * @param headers headers beside the authentication
 * @param body the body, JSON
 */
public record DemoDelivery(Instant at, String sender, Map<String, String> headers, String body) {

  public DemoDelivery {
    requireNonNull(at);
    requireNonNull(sender);
    headers = Map.copyOf(headers);
    requireNonNull(body);
  }
}
