/** What people correct: a body of JSON in, an event out. */
package dev.dorado.ingest.corrections;
