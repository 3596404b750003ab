package dev.dorado.standalone.helm;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Objects that helm has rendered, each read as the class of its kind: an unknown field fails. */
final class Rendered {

  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.ofEntries(
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("apps/v1 StatefulSet", StatefulSet.class),
          Map.entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          Map.entry("batch/v1 Job", Job.class),
          Map.entry("monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class),
          Map.entry("networking.k8s.io/v1 Ingress", Ingress.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("v1 Secret", Secret.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("v1 ServiceAccount", ServiceAccount.class));

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** The model keeps fields that it does not know; without its way to do so they are errors. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  private final List<HasMetadata> objects = new ArrayList<>();

  private Rendered(String yaml) throws IOException {
    for (JsonNode object : trees(yaml)) {
      String kind = object.at("/apiVersion").asText() + " " + object.at("/kind").asText();
      Class<? extends HasMetadata> type = KINDS.get(kind);
      if (type == null) {
        throw new IOException("no class is known for " + kind);
      }
      try {
        objects.add(STRICT.treeToValue(object, type));
      } catch (IOException e) {
        throw new IOException(
            "%s %s: %s".formatted(kind, object.at("/metadata/name").asText(), e.getMessage()), e);
      }
    }
  }

  /** What is kept of an example beside its values. */
  static Rendered kept(String example) throws IOException {
    return new Rendered(keptText(example));
  }

  static Rendered of(String yaml) throws IOException {
    return new Rendered(yaml);
  }

  static String keptText(String example) throws IOException {
    return Files.readString(
        Helm.FOLDER.resolve("examples").resolve("%s.rendered.yaml".formatted(example)));
  }

  /** The objects as trees, in the order of the text. */
  static List<JsonNode> trees(String yaml) throws IOException {
    try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      return values.readAll().stream().filter(JsonNode::isObject).toList();
    }
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Pods by the role that they run, as the label of the component says. */
  Map<String, PodTemplateSpec> pods() {
    Map<String, PodTemplateSpec> pods = new LinkedHashMap<>();
    all(Deployment.class).forEach(one -> put(pods, one.getSpec().getTemplate()));
    all(StatefulSet.class).forEach(one -> put(pods, one.getSpec().getTemplate()));
    all(Job.class).forEach(one -> put(pods, one.getSpec().getTemplate()));
    return pods;
  }

  private static void put(Map<String, PodTemplateSpec> pods, PodTemplateSpec pod) {
    pods.put(pod.getMetadata().getLabels().get("app.kubernetes.io/component"), pod);
  }
}
