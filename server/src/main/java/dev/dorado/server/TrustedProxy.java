package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * People whom an authenticating proxy names in a header. The header counts only on connections from
 * the proxy's own addresses: anybody else can write it, too. Immutable.
 */
final class TrustedProxy {

  private static final String PATH = "dorado.access.proxy";
  private static final int LONGEST = 2000;

  private final Peers proxies;
  private final String userHeader;
  private final String groupsHeader;
  private final String teamsHeader;
  private final RoleMapping roles;

  private TrustedProxy(
      Peers proxies,
      String userHeader,
      String groupsHeader,
      String teamsHeader,
      RoleMapping roles) {
    this.proxies = requireNonNull(proxies);
    this.userHeader = requireNonNull(userHeader);
    this.groupsHeader = requireNonNull(groupsHeader);
    this.teamsHeader = requireNonNull(teamsHeader);
    this.roles = requireNonNull(roles);
  }

  /**
   * From {@code dorado.access.proxy}.
   *
   * @throws IllegalArgumentException if a setting can't be used; the message names it
   */
  static TrustedProxy from(Config config) {
    Config settings = config.getConfig(PATH);
    String userHeader = settings.getString("user-header").strip();
    if (userHeader.isEmpty()) {
      throw new IllegalArgumentException(
          PATH + ".user-header is empty: expected the name of a header, as X-Forwarded-User");
    }
    return new TrustedProxy(
        Peers.withProxies(settings.getString("addresses"), PATH + ".addresses"),
        userHeader,
        settings.getString("groups-header").strip(),
        settings.getString("teams-header").strip(),
        RoleMapping.from(settings));
  }

  /**
   * The person whom the proxy names; empty if the request comes from elsewhere or names nobody.
   *
   * @throws Problem 401 if the proxy passes on a header that the browser may have written
   */
  Optional<Caller> person(Context context) {
    if (proxies.proxies().isEmpty() || !isProxy(context)) {
      return Optional.empty();
    }
    return one(context, userHeader)
        .flatMap(
            name -> {
              Set<String> who =
                  new HashSet<>(
                      one(context, groupsHeader).map(RoleMapping::names).orElse(Set.of()));
              who.add(name);
              return roles
                  .roleOf(who)
                  .map(role -> new Caller(name, Caller.Source.PROXY, role, teams(context)));
            });
  }

  /** If a header is configured and missing, the person belongs to no team and sees nothing. */
  private Optional<Set<String>> teams(Context context) {
    return teamsHeader.isEmpty()
        ? Optional.empty()
        : Optional.of(one(context, teamsHeader).map(RoleMapping::names).orElse(Set.of()));
  }

  /** A header that is there twice was written by two: the proxy adds its own to the browser's. */
  private static Optional<String> one(Context context, String header) {
    if (header.isEmpty()) {
      return Optional.empty();
    }
    List<String> values = Collections.list(context.req().getHeaders(header));
    if (values.size() > 1) {
      throw new Problem(
          401,
          "Ambiguous identity",
          "the header %s came %d times: have the proxy remove those of the browser"
              .formatted(header, values.size()));
    }
    Optional<String> value =
        values.stream().map(String::strip).filter(text -> !text.isEmpty()).findFirst();
    if (value.filter(text -> text.length() > LONGEST).isPresent()) {
      throw new Problem(
          401,
          "Ambiguous identity",
          "the header %s has %d characters: expected %d at most"
              .formatted(header, value.get().length(), LONGEST));
    }
    return value;
  }

  private boolean isProxy(Context context) {
    try {
      // The address of the connection is a literal, so nothing is looked up.
      InetAddress peer = InetAddress.getByName(context.req().getRemoteAddr());
      return proxies.proxies().stream().anyMatch(network -> network.contains(peer));
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
