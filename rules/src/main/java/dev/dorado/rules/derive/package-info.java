/**
 * The engine of incremental computation: tables, rules over their entries, and the dependency graph
 * between them. It knows nothing of deployments.
 */
package dev.dorado.rules.derive;
