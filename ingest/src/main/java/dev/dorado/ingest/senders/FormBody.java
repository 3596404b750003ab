package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.MalformedDelivery;
import java.net.URLDecoder;

/** A body that is a form, read as if it were a JSON object of texts. */
final class FormBody {

  private FormBody() {}

  static boolean isForm(DeliveryRequest request) {
    return request.mediaType().equals("application/x-www-form-urlencoded");
  }

  /**
   * The fields of the form; of a name that is there twice, the first.
   *
   * @throws MalformedDelivery if it is no form
   */
  static Fields fields(DeliveryRequest request) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (String pair : new String(request.body(), UTF_8).split("&", 0)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String name = decoded(pair.substring(0, equals));
        if (!object.has(name)) {
          object.put(name, decoded(pair.substring(equals + 1)));
        }
      }
    }
    if (object.isEmpty()) {
      throw new MalformedDelivery("the form has no fields: expected name=value, joined by &");
    }
    return request.fields(object, "$");
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MalformedDelivery("the form is not URL-encoded: " + e.getMessage());
    }
  }
}
