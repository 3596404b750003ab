package dev.dorado.api.goldenpath;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A number that somebody else published, shown for reference beside what Dorado computes. Dorado
 * neither uses it nor vouches for it.
 *
 * @param low lower end of the claimed reduction, from 0 to 1
 * @param high upper end
 * @param text the claim in a sentence, worded as somebody else's
 */
public record PublishedClaim(double low, double high, String text) {

  /**
   * Source: an article of 2026 on the adoption paradox of platform engineering, which claims that
   * mature platforms shorten onboarding by 30 to 50 %. Onboarding there need not be the time to the
   * first deployment.
   */
  public static final PublishedClaim ONBOARDING =
      new PublishedClaim(
          0.3,
          0.5,
          "A 2026 article on the adoption paradox of platform engineering claims that mature"
              + " platforms shorten onboarding by 30–50 %. That is the article's claim, not a"
              + " result of this data.");

  /** The member of an answer. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("low", low);
    json.put("high", high);
    json.put("text", text);
    return json;
  }
}
