/**
 * The rules that find the repository and service of an attempt or incident that names neither (G4,
 * S8). It decides nothing else about them.
 */
package dev.dorado.rules.resolve;
