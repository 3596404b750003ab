/** Quantiles and intervals of confidence, as pure functions. */
package dev.dorado.api.statistics;
