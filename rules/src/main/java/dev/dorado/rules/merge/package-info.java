/**
 * The rules that merge several reports of one deployment attempt or incident (E6, E7), and the
 * names by which these are routed further. It does not look at other attempts or incidents.
 */
package dev.dorado.rules.merge;
