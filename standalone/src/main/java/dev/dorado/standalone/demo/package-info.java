/**
 * The demo: a year in the life of a scratch organisation, written down as the webhooks that its
 * tools would have sent, and the client that sends them.
 *
 * <p>{@link dev.dorado.standalone.demo.DemoHistory} is a pure function of an end and a seed; {@link
 * dev.dorado.standalone.demo.DemoFeed} posts what it holds to a running Dorado.
 */
package dev.dorado.standalone.demo;
