/**
 * The senders: each says how to authenticate a delivery and how to translate it into canonical
 * events. {@link dev.dorado.ingest.senders.Senders} lists them.
 */
package dev.dorado.ingest.senders;
