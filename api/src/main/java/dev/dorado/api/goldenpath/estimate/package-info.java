/**
 * The estimate of a golden path's effect: staggered difference-in-differences for few adopters, as
 * pure functions of a panel. Knows no database, no HTTP and no clock; draws come from fixed seeds,
 * so the same panel always gives the same numbers.
 */
package dev.dorado.api.goldenpath.estimate;
