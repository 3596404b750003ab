package dev.dorado.schemas;

import static org.apache.avro.util.ClassSecurityValidator.composite;
import static org.apache.avro.util.ClassSecurityValidator.getGlobal;
import static org.apache.avro.util.ClassSecurityValidator.setGlobal;

import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Avro makes objects only of classes that it was told to trust, for the life of the process. The
 * topics and serdes tell it of Dorado's records; what uses records without these calls {@link
 * #trust()}.
 */
public final class TrustedRecords {

  private static final ClassSecurityPredicate RECORDS_OF_DORADO =
      type -> type.getName().startsWith("dev.dorado.");

  static {
    setGlobal(composite(getGlobal(), RECORDS_OF_DORADO));
  }

  private TrustedRecords() {}

  /**
   * Trusts the generated records, beside what is trusted already. Repeated calls do nothing more.
   */
  public static void trust() {
    // Loading this class has done it.
  }
}
