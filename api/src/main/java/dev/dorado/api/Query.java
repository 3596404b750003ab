package dev.dorado.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * What is asked: the common parameters, checked and with their defaults. Immutable.
 *
 * @param period when
 * @param now the present, as the request was read: the only reading of the clock
 * @param interval length of the buckets of a series
 * @param filter which rows
 * @param grouping what to group by, in the order asked for
 * @param limit how many rows at most
 * @param cursor after which row, or null from the first
 */
public record Query(
    Period period,
    Instant now,
    Interval interval,
    Filter filter,
    List<Dimension> grouping,
    int limit,
    Cursor cursor) {

  public Query {
    requireNonNull(period);
    requireNonNull(now);
    requireNonNull(interval);
    requireNonNull(filter);
    grouping = List.copyOf(grouping);
  }

  /** The end of the period, or the present if the period ends later. */
  public Instant asOf() {
    return period.to().isAfter(now) ? now : period.to();
  }

  /** The same of every environment. */
  public Query inAnyEnvironment() {
    return withFilter(filter.inAnyEnvironment());
  }

  /** The same, grouped otherwise. */
  public Query withGrouping(List<Dimension> other) {
    return new Query(period, now, interval, filter, other, limit, cursor);
  }

  /** The same with another length of buckets. */
  public Query withInterval(Interval other) {
    return new Query(period, now, other, filter, grouping, limit, cursor);
  }

  /** The same with another filter. */
  public Query withFilter(Filter other) {
    return new Query(period, now, interval, other, grouping, limit, cursor);
  }
}
