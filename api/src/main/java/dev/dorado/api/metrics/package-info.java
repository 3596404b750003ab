/**
 * What each metric is: a function of the facts of a period, with its interval and its benchmark.
 */
package dev.dorado.api.metrics;
