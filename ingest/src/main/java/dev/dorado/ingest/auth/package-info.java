/** How senders prove that a delivery is theirs. Comparisons take constant time. */
package dev.dorado.ingest.auth;
