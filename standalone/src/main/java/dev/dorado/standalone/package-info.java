/**
 * The command line, and everything of Dorado in one process on the embedded parts.
 *
 * <p>{@link dev.dorado.standalone.Dorado} hands the arguments to one class for each command; {@link
 * dev.dorado.standalone.Standalone} is what {@code up} and {@code demo} start.
 */
package dev.dorado.standalone;
