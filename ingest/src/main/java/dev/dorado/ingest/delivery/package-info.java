/**
 * What a sender is given and what it gives: a delivery as it came, the careful reading of its JSON,
 * and the canonical events that it stands for.
 */
package dev.dorado.ingest.delivery;
