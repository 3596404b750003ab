/**
 * The golden path: which services adopted it when, what happened to each of them by block, and what
 * the estimate says of each outcome.
 */
package dev.dorado.api.goldenpath;
