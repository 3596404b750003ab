/**
 * What Dorado has decided, as CDEvents: from facts to the topic, and from the topic to a receiver.
 */
package dev.dorado.streams.cdevents;
