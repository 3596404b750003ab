/**
 * What a step is: a pure function from the inputs of a key to its outputs, and the two kinds of
 * histories that implement one. It contains no rule.
 */
package dev.dorado.rules.step;
