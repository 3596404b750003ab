/**
 * The rules of the metrics once more, plainly: over the whole set of events at once, with lists and
 * nested loops, to be read beside docs/metrics.md. What the topology gives is held against it.
 */
package dev.dorado.rules.reference;
