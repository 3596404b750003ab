package dev.dorado.standalone;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** The message of an event of the log, on one line: {@code %visible} of its pattern. */
public final class VisibleMessage extends MessageConverter {

  @Override
  public String convert(ILoggingEvent event) {
    String message = super.convert(event);
    return message == null ? null : VisibleText.of(message);
  }
}
