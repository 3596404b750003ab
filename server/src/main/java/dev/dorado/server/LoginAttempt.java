package dev.dorado.server;

import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;

/**
 * A login that a browser has begun: what the answer of the issuer must fit to. Immutable.
 *
 * @param state the issuer sends it back with the code
 * @param nonce the issuer puts it into the ID token
 * @param verifier proves that the code is redeemed by whoever asked for it (PKCE)
 * @param to the query of the page that is shown afterwards, with its question mark; may be empty
 */
record LoginAttempt(String state, String nonce, String verifier, String to) {

  private static final int LONGEST_QUERY = 1000;

  /**
   * A new one.
   *
   * @param to where the browser wants to go; what is no query of the page leads to the page
   */
  static LoginAttempt begin(String to) {
    boolean isQuery =
        to != null && to.length() <= LONGEST_QUERY && to.matches("\\?[\\w.~!$&'()*+,;=:@/?%-]*");
    return new LoginAttempt(
        new State().getValue(),
        new Nonce().getValue(),
        new CodeVerifier().getValue(),
        isQuery ? to : "");
  }
}
