/** Records that cannot be processed are set aside, so that all others go on. */
package dev.dorado.streams.rejected;
