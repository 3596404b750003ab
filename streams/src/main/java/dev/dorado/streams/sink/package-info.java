/**
 * The sink: it reads facts from Kafka and inserts them into ClickHouse in batches. It does not
 * compute facts.
 */
package dev.dorado.streams.sink;
