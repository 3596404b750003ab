package dev.dorado.rules.step;

/**
 * What an input is, whoever put it out.
 *
 * @param kind simple name of the payload's class
 * @param id identity of the payload within its kind
 */
public record InputName(String kind, String id) {}
