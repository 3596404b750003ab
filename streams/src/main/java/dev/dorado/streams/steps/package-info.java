/**
 * The processor that runs a step on Kafka Streams: stores, memory, throttling and sending. It
 * contains no rule and names no step.
 */
package dev.dorado.streams.steps;
