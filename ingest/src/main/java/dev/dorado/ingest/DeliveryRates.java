package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import com.google.common.util.concurrent.RateLimiter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * How many deliveries a second one address may post, authentic or not, and how many authentic ones
 * a sender. A second's worth may come at once. Thread-safe.
 */
final class DeliveryRates {

  /** The maximum number of addresses that are remembered. An evicted one starts again. */
  private static final int MOST_ADDRESSES = 10_000;

  private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(1);

  private final Optional<LoadingCache<Object, RateLimiter>> byAddress;
  private final Optional<LoadingCache<Object, RateLimiter>> bySender;

  private DeliveryRates(
      Optional<LoadingCache<Object, RateLimiter>> byAddress,
      Optional<LoadingCache<Object, RateLimiter>> bySender) {
    this.byAddress = requireNonNull(byAddress);
    this.bySender = requireNonNull(bySender);
  }

  /**
   * @param byAddress deliveries a second of one address; 0: any number
   * @param bySender authentic deliveries a second of one sender; 0: any number
   */
  static DeliveryRates of(double byAddress, double bySender) {
    return new DeliveryRates(limiters(byAddress), limiters(bySender));
  }

  private static Optional<LoadingCache<Object, RateLimiter>> limiters(double rate) {
    if (rate == 0) {
      return Optional.empty();
    }
    return Optional.of(
        CacheBuilder.newBuilder()
            .maximumSize(MOST_ADDRESSES)
            .expireAfterAccess(FORGOTTEN_AFTER)
            .build(CacheLoader.from(() -> RateLimiter.create(rate))));
  }

  /** Whether {@code address} may post one more delivery now, which counts. */
  boolean admits(InetAddress address) {
    return admits(byAddress, address);
  }

  /** Whether {@code sender} may post one more authentic delivery now, which counts. */
  boolean admits(String sender) {
    return admits(bySender, sender);
  }

  private static boolean admits(
      Optional<LoadingCache<Object, RateLimiter>> limiters, Object whose) {
    return limiters.isEmpty() || limiters.get().getUnchecked(whose).tryAcquire();
  }
}
