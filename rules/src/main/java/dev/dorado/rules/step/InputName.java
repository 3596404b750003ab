package dev.dorado.rules.step;

/**
 * Identity of an input of a key, whichever step or source it comes from.
 *
 * @param kind simple name of the payload's class
 * @param id identity of the payload within its kind
 */
public record InputName(String kind, String id) {}
