package dev.dorado.streams.cdevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URLEncoder;
import java.util.Optional;

/**
 * Where the page shows a fact with the rules that decided it.
 *
 * @param page address of the page; empty: there are no links
 */
record PageLinks(Optional<URI> page) {

  PageLinks {
    requireNonNull(page);
  }

  /** A deployment, opened among those of its service. */
  Optional<String> ofDeployment(String service, String id) {
    return link(
        service,
        "deployments&deployment="
            + URLEncoder.encode(URLEncoder.encode(service, UTF_8) + " " + id, UTF_8));
  }

  /** The incidents of a service. */
  Optional<String> ofIncidents(String service) {
    return link(service, "incidents");
  }

  private Optional<String> link(String service, String rows) {
    return page.map(
        address ->
            "%s/?view=service&service=%s&rows=%s"
                .formatted(
                    address.toString().replaceFirst("/+$", ""),
                    URLEncoder.encode(service, UTF_8),
                    rows));
  }
}
