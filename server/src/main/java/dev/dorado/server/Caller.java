package dev.dorado.server;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who sent a request. Immutable.
 *
 * @param name of the token or person, for people; empty where nobody is named
 * @param source how the name is known
 * @param role what they may do
 * @param teams the teams whose services alone they may see and correct, in lower case; empty: all.
 *     Never of an administrator
 */
public record Caller(String name, Source source, AccessRole role, Optional<Set<String>> teams) {

  /** An anonymous caller on this machine in open mode. */
  static final Caller LOCAL = new Caller("", Source.OPEN_MODE, AccessRole.ADMINISTER);

  public Caller {
    requireNonNull(name);
    requireNonNull(source);
    requireNonNull(role);
    teams =
        teams
            .filter(some -> role != AccessRole.ADMINISTER)
            .map(
                some ->
                    some.stream()
                        .map(team -> team.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet()));
  }

  /** Somebody who is not restricted to teams. */
  public Caller(String name, Source source, AccessRole role) {
    this(name, source, role, Optional.empty());
  }

  /** Whether it is a person by name, and no token. */
  boolean isPerson() {
    return source == Source.LOGIN || source == Source.PROXY;
  }

  /**
   * Whether they may see and correct what is of a service.
   *
   * @param owner the team that owns it; empty if nobody does
   */
  public boolean maySeeServiceOf(Optional<String> owner) {
    return teams.isEmpty()
        || owner.filter(team -> teams.get().contains(team.toLowerCase(Locale.ROOT))).isPresent();
  }

  /** How Dorado knows who sent a request. */
  public enum Source {
    /** Nothing is asked of direct peers on the loopback interface. */
    OPEN_MODE,
    /** A token of the environment; its name is that of the variable. */
    SHARED_TOKEN,
    /** A token of {@code ./dorado tokens}. */
    TOKEN,
    /** A header of an authenticating proxy. */
    PROXY,
    /** A login on the page. */
    LOGIN
  }

  /** Who it is, in the middle of a sentence. */
  public String description() {
    return switch (source) {
      case OPEN_MODE -> "open mode";
      case SHARED_TOKEN -> "a token of " + name;
      case TOKEN -> "the token " + name;
      case PROXY -> "'%s' of the proxy".formatted(name);
      case LOGIN -> "'%s' who logged in".formatted(name);
    };
  }
}
