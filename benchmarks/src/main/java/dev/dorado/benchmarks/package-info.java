/** What Dorado costs, measured as ratios to a floor in the same run; see the README beside it. */
package dev.dorado.benchmarks;
