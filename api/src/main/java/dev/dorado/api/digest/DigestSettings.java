package dev.dorado.api.digest;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.server.AccessTokens;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of {@code dorado.digest}. Immutable.
 *
 * @param webhooks where digests are sent; none: no digest is sent
 * @param page address of the page, for links; empty: no links
 * @param zone whose weeks they are of, and whose Monday 8:00 they are sent on
 */
public record DigestSettings(List<Webhook> webhooks, Optional<URI> page, ZoneId zone) {

  private static final String WEBHOOKS = "dorado.digest.webhooks";
  private static final String PAGE = "dorado.digest.page";
  private static final String ZONE = "dorado.digest.zone";

  public DigestSettings {
    webhooks = List.copyOf(webhooks);
    requireNonNull(page);
    requireNonNull(zone);
  }

  /**
   * An address that takes digests. It usually is a secret, and is in no message.
   *
   * @param team whose digest it gets; empty: that of all teams
   * @param address where it is posted
   */
  public record Webhook(Optional<String> team, URI address) {

    public Webhook {
      requireNonNull(team);
      requireNonNull(address);
    }

    /** Teams takes cards; Slack, Mattermost, Rocket.Chat and Google Chat take a text. */
    boolean takesCards() {
      String host = address.getHost().toLowerCase(Locale.ROOT);
      return host.endsWith(".office.com")
          || host.endsWith(".logic.azure.com")
          || host.endsWith(".powerplatform.com");
    }

    /** Whose digest it is, for the log and the ledger. */
    String scope() {
      return team.map(name -> "team " + name).orElse("all teams");
    }
  }

  /**
   * From {@code config}.
   *
   * @throws IllegalArgumentException that names the setting, if one has a value that it can't have
   */
  public static DigestSettings from(Config config) {
    List<Webhook> webhooks = new ArrayList<>();
    Set<String> scopes = new HashSet<>();
    for (String text : AccessTokens.secrets(config, WEBHOOKS)) {
      Webhook webhook = webhook(text, webhooks.size() + 1);
      if (!scopes.add(webhook.scope())) {
        throw new IllegalArgumentException(
            "%s has two addresses for the digest of %s: expected one each"
                .formatted(WEBHOOKS, webhook.scope()));
      }
      webhooks.add(webhook);
    }
    return new DigestSettings(webhooks, page(config.getString(PAGE)), zone(config));
  }

  private static Webhook webhook(String text, int position) {
    int scheme = text.indexOf("://");
    int equals = text.indexOf('=');
    boolean isOfTeam = equals >= 0 && (scheme < 0 || equals < scheme);
    Optional<String> team =
        isOfTeam
            ? Optional.of(URLDecoder.decode(text.substring(0, equals), StandardCharsets.UTF_8))
            : Optional.empty();
    Optional<URI> address = address(isOfTeam ? text.substring(equals + 1) : text);
    if (address.isEmpty() || team.filter(String::isBlank).isPresent()) {
      // The address is a secret: its place is said in its stead.
      throw new IllegalArgumentException(
          "%s: entry %d is no webhook: expected https://… for all teams, or team=https://…"
              .formatted(WEBHOOKS, position));
    }
    return new Webhook(team, address.get());
  }

  private static Optional<URI> page(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<URI> address = address(text);
    if (address.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is '%s': expected the page's address, as in https://dorado.example.com/"
              .formatted(PAGE, text));
    }
    return address;
  }

  private static Optional<URI> address(String text) {
    try {
      URI address = URI.create(text);
      boolean isWeb = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
      return isWeb && address.getHost() != null ? Optional.of(address) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ZoneId zone(Config config) {
    String name = config.getString(ZONE);
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "%s is '%s': expected a time zone of the IANA database, as in Europe/Vienna"
              .formatted(ZONE, name),
          e);
    }
  }
}
