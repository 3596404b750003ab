package dev.dorado.standalone.demo;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Dice with a seed: the same seed gives the same throws, on every JDK. Not thread-safe. */
final class Chance {

  private final SplittableRandom random;

  Chance(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Whether something of probability {@code share} (0–1) happens. */
  boolean happens(double share) {
    return random.nextDouble() < share;
  }

  /** A whole number from {@code low} to {@code high}, both included. */
  int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  /** A time from {@code low} to {@code high} minutes, to the second. */
  Duration minutes(int low, int high) {
    return Duration.ofSeconds(between(low * 60, high * 60));
  }

  /** A time whose median is {@code medianHours}, skewed to the right as people's work is. */
  Duration around(double medianHours) {
    return around(medianHours, 0.8);
  }

  /** The same with the standard deviation of its logarithm. */
  Duration around(double medianHours, double spread) {
    double normal =
        StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()))
            * StrictMath.cos(2 * Math.PI * random.nextDouble());
    double hours = medianHours * StrictMath.exp(spread * normal);
    return Duration.ofSeconds(Math.max(60, Math.round(Math.min(hours, 12 * medianHours) * 3600)));
  }

  /** How many of something happen whose mean is {@code mean} (Poisson, by Knuth's method). */
  int count(double mean) {
    double limit = StrictMath.exp(-mean);
    double product = random.nextDouble();
    int count = 0;
    while (product > limit) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }

  /** One of {@code items}. */
  <T> T pick(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  /** A string of {@code length} hexadecimal digits, such as a SHA of 40. */
  String hex(int length) {
    var hex = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      hex.append(Character.forDigit(random.nextInt(16), 16));
    }
    return hex.toString();
  }
}
