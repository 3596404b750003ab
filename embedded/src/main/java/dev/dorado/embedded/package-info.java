/**
 * Kafka, a Confluent-compatible schema registry and ClickHouse without installing any of them, for
 * trying Dorado and for its tests, and the JUnit extensions that hand them to tests.
 *
 * <p>Each part listens on the loopback interface only, keeps what it has in one folder, refuses a
 * folder that is in use, and says in its errors which folder or port is in the way.
 */
package dev.dorado.embedded;
