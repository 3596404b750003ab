/** From canonical events to facts, and facts into ClickHouse. */
package dev.dorado.streams;
