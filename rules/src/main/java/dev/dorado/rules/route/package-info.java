/**
 * The rules about one repository: positions of commits, changes, pull requests, what counts as a
 * deployment, and which service each belongs to. It does not know other repositories.
 */
package dev.dorado.rules.route;
