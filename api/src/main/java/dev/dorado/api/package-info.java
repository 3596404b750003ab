/**
 * What reads: the metrics and the rows behind them, from ClickHouse, as JSON and CSV; their OpenAPI
 * document; and the page. {@code Endpoints} says what there is, {@code Parameters} what may be
 * asked, {@code queries} how it is answered, {@code metrics} and {@code statistics} what a number
 * means.
 */
package dev.dorado.api;
