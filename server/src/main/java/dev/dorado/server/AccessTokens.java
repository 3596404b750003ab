package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Who may read and who may administer: by bearer token, by the header of a trusted proxy, or by a
 * login on the page. Where none of these is set up, nobody may, except in open mode: then direct
 * peers on the loopback interface may, see {@link #isOpenTo}. Thread-safe.
 */
public final class AccessTokens implements AutoCloseable {

  /** Headers that only a proxy, tunnel or load balancer adds; in lower case. */
  private static final Set<String> OF_A_PROXY =
      Set.of(
          "forwarded",
          "via",
          "x-real-ip",
          "x-client-ip",
          "client-ip",
          "x-forwarded",
          "x-scheme",
          "x-proxyuser-ip",
          "cdn-loop",
          "x-cluster-client-ip",
          "true-client-ip",
          "fly-client-ip",
          "fastly-client-ip",
          "x-original-host",
          "x-original-forwarded-for",
          "x-amzn-trace-id",
          "x-request-start");

  private static final List<String> PREFIXES_OF_A_PROXY =
      List.of(
          "x-forwarded-",
          "cf-",
          "x-envoy-",
          "x-azure-",
          "x-appengine-",
          "x-vercel-",
          "ngrok-",
          "tailscale-");

  private static final Set<String> LOCAL_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Supplier<List<String>> readers;
  private final Supplier<List<String>> admins;
  private final Optional<TokenFile> file;
  private final TrustedProxy proxy;
  private final Optional<LoginSessions> sessions;
  private final boolean openMode;
  private final Optional<AuditTrail> trail;
  private final Optional<RefusalCounts> refusals;
  private final Clock clock;
  private final AccessLog audit;

  AccessTokens(
      Supplier<List<String>> readers,
      Supplier<List<String>> admins,
      Optional<TokenFile> file,
      TrustedProxy proxy,
      Optional<LoginSessions> sessions,
      boolean openMode,
      Optional<AuditTrail> trail,
      Clock clock) {
    this.readers = requireNonNull(readers);
    this.admins = requireNonNull(admins);
    this.file = requireNonNull(file);
    this.proxy = requireNonNull(proxy);
    this.sessions = requireNonNull(sessions);
    this.openMode = openMode;
    this.trail = requireNonNull(trail);
    this.clock = requireNonNull(clock);
    this.refusals = trail.map(kept -> new RefusalCounts(kept, clock));
    this.audit = new AccessLog(System::nanoTime, refusals);
  }

  /**
   * From {@code dorado.api.tokens}, {@code dorado.admin.tokens} and {@code dorado.access}.
   *
   * @param openMode whether what needs no token where none is set may be used locally
   */
  public static AccessTokens from(Config config, boolean openMode) {
    return from(config, openMode, Optional.empty(), Clock.systemUTC());
  }

  /**
   * As above.
   *
   * @param trail keeps what is done and what is refused
   */
  public static AccessTokens from(Config config, boolean openMode, AuditTrail trail) {
    return from(config, openMode, Optional.of(trail), Clock.systemUTC());
  }

  static AccessTokens from(
      Config config, boolean openMode, Optional<AuditTrail> trail, Clock clock) {
    return new AccessTokens(
        watchedSecrets(config, "dorado.api.tokens"),
        watchedSecrets(config, "dorado.admin.tokens"),
        file(config),
        TrustedProxy.from(config),
        OidcSettings.from(config).map(settings -> new LoginSessions(settings, clock)),
        openMode,
        trail,
        clock);
  }

  /** The file of tokens; empty if none is set. */
  public static Optional<TokenFile> file(Config config) {
    return Optional.of(config.getString("dorado.access.tokens-file"))
        .filter(path -> !path.isEmpty())
        .map(path -> new TokenFile(Path.of(path), Clock.systemUTC()));
  }

  /** The comma-separated secrets at {@code path}, or in the file that {@code path-file} names. */
  public static List<String> secrets(Config config, String path) {
    return watchedSecrets(config, path).get();
  }

  /** As above; where they are in a file, a change of it counts from the next request on. */
  private static Supplier<List<String>> watchedSecrets(Config config, String path) {
    String file = config.getString(path + "-file");
    if (file.isEmpty()) {
      List<String> set = split(config.getString(path));
      return () -> set;
    }
    try {
      return WatchedFile.of(Path.of(file), AccessTokens::split)::content;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s-file is '%s', which cannot be read: %s".formatted(path, file, e.getMessage()), e);
    }
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split("[,\\s]+")).filter(secret -> !secret.isEmpty()).toList();
  }

  /**
   * Lets a request through that may read.
   *
   * @throws Problem 401 or 403 if it may not
   */
  public Caller requireReader(Context context) {
    return mayReadWithoutToken(context) ? Caller.LOCAL : require(context, AccessRole.READ);
  }

  /** Keeps that a request is refused whose sender is known; returns {@code problem}. */
  public Problem refusal(Context context, Caller caller, Problem problem) {
    audit.refused(context, Optional.of(caller), problem);
    return problem;
  }

  /**
   * Lets a request through that may correct facts, and logs who it is.
   *
   * @throws Problem 401 or 403 if it may not
   */
  public Caller requireCorrector(Context context) {
    return requireWriter(context, AccessRole.CORRECT);
  }

  /**
   * Lets a request through that may administer, and logs who it is.
   *
   * @throws Problem 401 or 403 if it may not
   */
  public Caller requireAdmin(Context context) {
    return requireWriter(context, AccessRole.ADMINISTER);
  }

  /**
   * Keeps that somebody is about to do something. What changes or shows more than numbers is done
   * only once this is durable.
   *
   * @param action what is done, as {@code correct}
   * @param subject what it is done to, for people
   * @param reference id of what has the rest
   */
  public CompletableFuture<Void> record(
      Context context, Caller caller, String action, String subject, Optional<String> reference) {
    return trail
        .map(
            kept ->
                kept.keep(
                    AuditEvent.allowed(
                        clock.instant(),
                        caller.description(),
                        caller.role().label(),
                        action,
                        subject,
                        context.req().getRemoteAddr(),
                        reference)))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /** Writes the last counts of refusals. */
  @Override
  public void close() {
    refusals.ifPresent(RefusalCounts::close);
  }

  private Caller requireWriter(Context context, AccessRole role) {
    Caller caller = mayAdministerWithoutToken(context) ? Caller.LOCAL : require(context, role);
    audit.allowed(context, caller.description());
    return caller;
  }

  /** Whether {@code given} is a token that may send deliveries. */
  public boolean maySend(String given) {
    return file.flatMap(tokens -> tokens.find(given))
        .filter(token -> token.may(AccessRole.SEND))
        .isPresent();
  }

  /** Whether this request may read even if it carries no token. */
  public boolean mayReadWithoutToken(Context context) {
    return readers.get().isEmpty()
        && admins.get().isEmpty()
        && !isInFile(AccessRole.READ)
        && sessions.isEmpty()
        && isOpenTo(context);
  }

  /** Whether this request may administer even if it carries no token. */
  public boolean mayAdministerWithoutToken(Context context) {
    return admins.get().isEmpty()
        && !isInFile(AccessRole.ADMINISTER)
        && sessions.isEmpty()
        && isOpenTo(context);
  }

  /**
   * Whether open mode serves this request. Its peer must have a loopback address, no header may
   * show a proxy, and the Host must be local. The Host only takes away: it stops a foreign name
   * that resolves to the loopback address (DNS rebinding). A proxy that adds no header looks like a
   * local peer, which is why open mode is never on unless someone asks for it.
   */
  public boolean isOpenTo(Context context) {
    return openMode && isLoopbackPeer(context) && isLocalHost(context) && !isProxied(context);
  }

  private static boolean isLoopbackPeer(Context context) {
    try {
      // The address of the connection is a literal, so nothing is looked up.
      return InetAddress.getByName(context.req().getRemoteAddr()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isLocalHost(Context context) {
    String host = context.host() == null ? "" : context.host().toLowerCase(Locale.ROOT);
    int colon = host.lastIndexOf(':');
    boolean hasPort = colon >= 0 && !host.endsWith("]");
    return LOCAL_HOSTS.contains(hasPort ? host.substring(0, colon) : host);
  }

  private static boolean isProxied(Context context) {
    return context.headerMap().keySet().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .anyMatch(
            name ->
                OF_A_PROXY.contains(name)
                    || PREFIXES_OF_A_PROXY.stream().anyMatch(name::startsWith));
  }

  private boolean isInFile(AccessRole role) {
    return file.isPresent() && file.get().hasOneFor(role);
  }

  /** Who sends a request, by whatever means; empty if nobody is known. Refuses and logs nothing. */
  Optional<Caller> known(Context context) {
    try {
      return Optional.of(identify(context, AccessRole.READ));
    } catch (Problem e) {
      return Optional.empty();
    }
  }

  /** The person whom a trusted proxy names, or who logged in on the page; empty for others. */
  private Optional<Caller> person(Context context) {
    return proxy.person(context).or(() -> sessions.flatMap(all -> all.caller(context)));
  }

  /** Where changes and refusals are logged. */
  AccessLog audit() {
    return audit;
  }

  /** Refuses a request that may not do what {@code role} may, and logs it; else says who it is. */
  private Caller require(Context context, AccessRole role) {
    Optional<Caller> known = Optional.empty();
    try {
      Caller caller = identify(context, role);
      known = Optional.of(caller);
      if (!caller.role().includes(role)) {
        throw new Problem(
                403,
                "Not allowed",
                "%s has the role %s: expected %s"
                    .formatted(caller.description(), caller.role().label(), role.label()))
            .with("role", caller.role().label());
      }
      return caller;
    } catch (Problem refusal) {
      audit.refused(context, known, refusal);
      throw refusal;
    }
  }

  private Caller identify(Context context, AccessRole role) {
    String header = context.header("Authorization");
    boolean isBearer = header != null && header.regionMatches(true, 0, "Bearer ", 0, 7);
    // A proxy may pass on its own login, which is no bearer token.
    Optional<Caller> person = isBearer ? Optional.empty() : person(context);
    if (person.isPresent()) {
      requireOwnPage(context, person.get());
      return person.get();
    }
    boolean isReading = role == AccessRole.READ;
    String variable = isReading ? "DORADO_API_TOKENS" : "DORADO_ADMIN_TOKENS";
    if (sessions.isEmpty()
        && admins.get().isEmpty()
        && !(isReading && !readers.get().isEmpty())
        && !isInFile(role)) {
      throw new Problem(
              403,
              "No token is set up",
              ("set %s to one or more tokens, comma-separated, or make one with './dorado tokens"
                      + " create', and send it as 'Authorization: Bearer'")
                  .formatted(variable))
          .with("variable", variable);
    }
    if (!isBearer) {
      throw new Problem(
          401,
          "No token",
          "%ssend a token of %s, or one of './dorado tokens', as 'Authorization: Bearer'"
              .formatted(sessions.isEmpty() ? "" : "log in on the page, or ", variable));
    }
    String given = header.substring(7).strip();
    if (matchesAny(given, admins.get())) {
      return new Caller("DORADO_ADMIN_TOKENS", Caller.Source.SHARED_TOKEN, AccessRole.ADMINISTER);
    }
    if (isReading && matchesAny(given, readers.get())) {
      return new Caller("DORADO_API_TOKENS", Caller.Source.SHARED_TOKEN, AccessRole.READ);
    }
    return file.flatMap(tokens -> tokens.find(given))
        .map(
            token ->
                new Caller(
                    "'%s' (%s)".formatted(token.name(), token.id()),
                    Caller.Source.TOKEN,
                    AccessRole.of(token.role()),
                    token.teams().isEmpty()
                        ? Optional.empty()
                        : Optional.of(Set.copyOf(token.teams()))))
        .orElseThrow(
            () ->
                new Problem(
                    401,
                    "Wrong token",
                    "the token is none of %s and of './dorado tokens'".formatted(variable)));
  }

  /** A browser sends the cookie of a login along with what any page makes it send. */
  private void requireOwnPage(Context context, Caller caller) {
    if (caller.source() == Caller.Source.LOGIN && !sessions.orElseThrow().isOfOwnPage(context)) {
      throw notOfOwnPage();
    }
  }

  /** What a change is answered that may come from a page of another origin. */
  static Problem notOfOwnPage() {
    return new Problem(
        403,
        "Another origin",
        "neither Sec-Fetch-Site nor Origin shows that Dorado's own page sent this: who logs in changes things there only, and scripts send a token");
  }

  /** Whether {@code given} is one of {@code secrets}; takes the same time whichever it is. */
  public static boolean matchesAny(String given, List<String> secrets) {
    boolean matches = false;
    for (String secret : secrets) {
      matches |= MessageDigest.isEqual(secret.getBytes(UTF_8), given.getBytes(UTF_8));
    }
    return matches;
  }
}
