package dev.dorado.streams.steps;

/**
 * What an input is, whoever put it out.
 *
 * @param kind simple name of the payload's class
 * @param id identity of the payload within its kind
 */
record InputName(String kind, String id) {}
