package dev.dorado.server;

import static java.util.Objects.requireNonNull;

/**
 * Who sent a request. Immutable.
 *
 * @param name of the token or person, for people; empty where nobody is named
 * @param source how the name is known
 * @param role what they may do
 */
public record Caller(String name, Source source, AccessRole role) {

  /** Nobody in particular, on this machine, in open mode. */
  static final Caller LOCAL = new Caller("", Source.OPEN_MODE, AccessRole.ADMINISTER);

  public Caller {
    requireNonNull(name);
    requireNonNull(source);
    requireNonNull(role);
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
