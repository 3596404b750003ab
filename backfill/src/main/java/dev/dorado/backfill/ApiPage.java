package dev.dorado.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * An answer of an API.
 *
 * @param json the body
 * @param next address of the next page, as the server names it
 */
record ApiPage(JsonNode json, Optional<String> next) {}
