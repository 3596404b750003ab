package dev.dorado.server;

import java.util.Optional;

/** A part of the work on a delivery, as a span of OpenTelemetry. For one thread at a time. */
public interface TraceSpan {

  /** What is neither recorded nor followed. */
  TraceSpan NONE =
      new TraceSpan() {
        @Override
        public Optional<String> traceparent() {
          return Optional.empty();
        }

        @Override
        public TraceSpan child(Kind kind, String name) {
          return this;
        }

        @Override
        public TraceSpan with(String name, String value) {
          return this;
        }

        @Override
        public TraceSpan with(String name, long value) {
          return this;
        }

        @Override
        public void fail(String message) {}

        @Override
        public void end() {}
      };

  /** What a span is to the one before it, in OpenTelemetry's words. */
  enum Kind {
    /** A request is served. */
    SERVER,
    /** Something is sent that is worked on later. */
    PRODUCER,
    /** What was sent is worked on. */
    CONSUMER
  }

  /**
   * The span as W3C's Trace Context has it, to be passed on to what follows from it; empty if the
   * trace is not sampled.
   */
  Optional<String> traceparent();

  /** Starts a part of this part. */
  TraceSpan child(Kind kind, String name);

  /** Adds an attribute. */
  TraceSpan with(String name, String value);

  /** Adds an attribute. */
  TraceSpan with(String name, long value);

  /** Marks the span as failed. */
  void fail(String message);

  /** Ends the span, which is exported then. */
  void end();
}
