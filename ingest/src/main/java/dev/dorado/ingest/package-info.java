/**
 * Everything that writes: webhooks and the catalog come in, deliveries and canonical events go out
 * to Kafka. {@link dev.dorado.ingest.IngestRole} is the way in.
 */
package dev.dorado.ingest;
