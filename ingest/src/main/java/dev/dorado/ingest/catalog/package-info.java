/** The catalog: entities of Backstage, Port and Cortex in, catalog events out. */
package dev.dorado.ingest.catalog;
