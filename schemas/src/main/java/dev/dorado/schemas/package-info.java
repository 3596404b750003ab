/** What travels and what is stored: topics, serdes, tables, and the set-up of all of them. */
package dev.dorado.schemas;
