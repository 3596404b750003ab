/** Backup of a standalone into one file, and restoring it into a data folder. */
package dev.dorado.standalone.backup;
