/**
 * The rule about when an entry of the catalog applies (E8). What other rules read from an entry
 * stays with them.
 */
package dev.dorado.rules.catalog;
