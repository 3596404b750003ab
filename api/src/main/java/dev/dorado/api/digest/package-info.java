/** The weekly digest: what it says, to whom it is sent, and that it is sent once. */
package dev.dorado.api.digest;
