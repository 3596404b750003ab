/** The catalog: Backstage entities in, catalog events out. */
package dev.dorado.ingest.catalog;
