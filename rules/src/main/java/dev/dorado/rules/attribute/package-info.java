/**
 * The rules about one service: which deployment shipped a change, whether it failed and recovered,
 * and what was rework. It knows nothing of branches or pull requests, only of changes and attempts
 * that were routed to the service.
 */
package dev.dorado.rules.attribute;
