/** Generations of facts: which are computed, when one has caught up, and how one is given up. */
package dev.dorado.streams.generations;
