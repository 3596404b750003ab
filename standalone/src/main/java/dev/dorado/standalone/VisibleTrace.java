package dev.dorado.standalone;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;

/**
 * The stack trace of an event of the log: {@code %visibleTrace} of its pattern. All of its lines
 * are indented, because messages of exceptions quote text from outside.
 */
public final class VisibleTrace extends ThrowableProxyConverter {

  @Override
  protected String throwableProxyToString(IThrowableProxy throwable) {
    String trace = super.throwableProxyToString(throwable).stripTrailing();
    return "  " + VisibleText.block(trace.replace("\t", "  ")) + System.lineSeparator();
  }
}
