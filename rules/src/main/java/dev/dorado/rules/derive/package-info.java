/**
 * Derived values that are kept up to date at the cost of what a change touches: tables, rules over
 * their entries, and who has read what. It knows nothing of deployments.
 */
package dev.dorado.rules.derive;
