/**
 * History from before the first webhook: of a Git repository, of GitHub and of GitLab, as the same
 * canonical events with the same ids that live deliveries give.
 */
package dev.dorado.backfill;
