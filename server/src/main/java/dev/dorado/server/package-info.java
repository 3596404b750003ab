/** What every role that speaks HTTP has: health, metrics, problem JSON and access tokens. */
package dev.dorado.server;
