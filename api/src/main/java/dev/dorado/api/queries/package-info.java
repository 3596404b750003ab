/** One class for each question that ClickHouse is asked. Every value is a bound parameter. */
package dev.dorado.api.queries;
