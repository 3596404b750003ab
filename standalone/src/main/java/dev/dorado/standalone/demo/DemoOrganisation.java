package dev.dorado.standalone.demo;

import dev.dorado.standalone.demo.DemoRepository.MergeMethod;
import dev.dorado.standalone.demo.DemoService.Cadence;
import dev.dorado.standalone.demo.DemoService.GoldenPath;
import dev.dorado.standalone.demo.DemoService.Pace;
import dev.dorado.standalone.demo.DemoService.Reporter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The scratch organisation: Harbour Goods, a mail-order house that is not real. Twelve services of
 * four teams in ten repositories; six services took to the golden path about five months before the
 * end.
 *
 * @param repositories its repositories
 */
record DemoOrganisation(List<DemoRepository> repositories) {

  static final String NAME = "harbour-goods";
  static final String GOLDEN_PATH = "paved-road";

  private static final List<String> PRODUCTION = List.of("production");

  /** The organisation as it is known on {@code lastDay}. */
  static DemoOrganisation on(LocalDate lastDay) {
    var storefront = people(100, "Ada Winter", "Noor Haddad", "Tomas Reyes", "Lin Zhao");
    var payments = people(200, "Greta Holm", "Ravi Menon", "Sofia Marin", "Jon Abara");
    var logistics = people(300, "Mira Costa", "Peter Vogel", "Yuki Sato", "Amina Diallo");
    var platform = people(400, "Olek Nowak", "Hana Kim", "Bram Visser", "Ines Duarte");

    List<DemoRepository> all = new ArrayList<>();
    all.add(
        alone(
            1,
            MergeMethod.SQUASH,
            storefront,
            service("web-shop", "storefront", "tier-1", "The shop that customers see")
                .pace(4.0, Cadence.DAILY, 9, 5, 0.14)
                .goldenPath(lastDay.minusDays(158), 6.5, Cadence.EACH_MERGE, 4, 1.5, 0.05)));
    all.add(
        alone(
            2,
            MergeMethod.SQUASH,
            storefront,
            service("search", "storefront", "tier-2", "Finds products")
                .pace(2.0, Cadence.WEEKLY, 12, 6, 0.20)
                .goldenPath(lastDay.minusDays(151), 2.5, Cadence.EACH_MERGE, 5, 2, 0.08)));
    all.add(
        alone(
            3,
            MergeMethod.SQUASH,
            storefront,
            service("recommendations", "storefront", "tier-3", "Being built; not deployed yet")
                .pace(1.0, Cadence.EACH_MERGE, 14, 8, 0)
                .neverDeployed()));
    all.add(
        alone(
            4,
            MergeMethod.SQUASH,
            payments,
            service("checkout", "payments", "tier-1", "Takes orders")
                .pace(2.6, Cadence.EACH_MERGE, 8, 6, 0.17)
                .goldenPath(lastDay.minusDays(144), 3.2, Cadence.EACH_MERGE, 5, 2.5, 0.07)));
    all.add(
        alone(
            5,
            MergeMethod.MERGE_COMMIT,
            payments,
            service("payment-gateway", "payments", "tier-1", "Talks to banks, from two regions")
                .in("eu-prod", "us-prod")
                .pace(1.6, Cadence.DAILY, 10, 7, 0.12)
                .goldenPath(lastDay.minusDays(147), 2.2, Cadence.EACH_MERGE, 6, 3, 0.06)));
    all.add(
        alone(
            6,
            MergeMethod.REBASE,
            payments,
            service("invoicing", "payments", "tier-3", "Writes invoices")
                .pace(1.2, Cadence.FORTNIGHTLY, 20, 14, 0.22)));
    all.add(
        new DemoRepository(
            770_007,
            NAME,
            "logistics",
            MergeMethod.MERGE_COMMIT,
            List.of(
                service("warehouse", "logistics", "tier-2", "Knows what is where")
                    .folder("services/warehouse/")
                    .pace(1.4, Cadence.WEEKLY, 12, 8, 0.15)
                    .build(),
                service("shipping-rates", "logistics", "tier-3", "Knows what sending costs")
                    .folder("services/shipping-rates/")
                    .pace(0.9, Cadence.WEEKLY, 14, 8, 0.10)
                    .build(),
                service("tracking", "logistics", "tier-2", "Tells where a parcel is")
                    .folder("services/tracking/")
                    .pace(1.6, Cadence.DAILY, 8, 5, 0.12)
                    .build()),
            files(),
            logistics));
    all.add(
        alone(
            8,
            MergeMethod.SQUASH,
            platform,
            service("identity", "platform", "tier-1", "Signs people in")
                .by(Reporter.GENERIC)
                .pace(1.5, Cadence.WEEKLY, 9, 5, 0.12)
                .goldenPath(lastDay.minusDays(155), 2.0, Cadence.EACH_MERGE, 5, 2, 0.05)));
    all.add(
        alone(
            9,
            MergeMethod.SQUASH,
            platform,
            service("notifications", "platform", "tier-2", "Sends mails and messages")
                .by(Reporter.CDEVENTS)
                .pace(1.5, Cadence.DAILY, 9, 6, 0.12)));
    all.add(
        alone(
            10,
            MergeMethod.SQUASH,
            platform,
            service("mobile-api", "platform", "tier-2", "Serves the apps")
                .pace(2.3, Cadence.DAILY, 9, 5, 0.15)
                .goldenPath(lastDay.minusDays(149), 3.2, Cadence.EACH_MERGE, 4, 2, 0.06)));
    return new DemoOrganisation(List.copyOf(all));
  }

  /** All services, in the order of their repositories. */
  List<DemoService> services() {
    return repositories.stream().flatMap(repository -> repository.services().stream()).toList();
  }

  /** The catalog as Backstage's documents, one for each service. */
  String catalog() {
    var yaml = new StringBuilder();
    for (var repository : repositories) {
      for (var service : repository.services()) {
        yaml.append(entry(repository, service));
      }
    }
    return yaml.toString();
  }

  private static String entry(DemoRepository repository, DemoService service) {
    var annotations = new ArrayList<String>();
    annotations.add("github.com/project-slug: " + repository.fullName());
    if (!service.folder().isEmpty()) {
      annotations.add("dorado.dev/paths: " + service.folder());
    }
    service
        .goldenPath()
        .ifPresent(
            path -> annotations.add("dorado.dev/golden-path: " + GOLDEN_PATH + "@" + path.since()));
    return """
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata:
          name: %s
          description: %s
          annotations:
            %s
        spec:
          type: service
          lifecycle: %s
          owner: group:default/%s
          tier: %s
        """
        .formatted(
            service.name(),
            service.description(),
            String.join("\n    ", annotations),
            service.isDeployed() ? "production" : "experimental",
            service.team(),
            service.tier());
  }

  private static DemoRepository alone(
      int number, MergeMethod method, List<Person> people, Draft draft) {
    DemoService service = draft.build();
    return new DemoRepository(
        770_000 + number, NAME, service.name(), method, List.of(service), files(), people);
  }

  private static List<String> files() {
    List<String> files = new ArrayList<>();
    for (String module :
        List.of("orders", "prices", "http", "storage", "events", "accounts", "reports", "rules")) {
      files.add("src/main/java/goods/" + module + "/" + capital(module) + "Service.java");
      files.add("src/main/java/goods/" + module + "/" + capital(module) + "Store.java");
      files.add("src/test/java/goods/" + module + "/" + capital(module) + "Test.java");
    }
    files.add("src/main/resources/application.yaml");
    files.add("pom.xml");
    return List.copyOf(files);
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  private static List<Person> people(int firstId, String... names) {
    List<Person> people = new ArrayList<>();
    for (String name : names) {
      int number = people.size();
      people.add(Person.named(9_100_000L + firstId + number, name, number % 3));
    }
    return List.copyOf(people);
  }

  private static Draft service(String name, String team, String tier, String description) {
    return new Draft(name, team, tier, description);
  }

  /** A service that is being described. */
  private static final class Draft {

    private final String name;
    private final String team;
    private final String tier;
    private final String description;
    private String folder = "";
    private List<String> production = PRODUCTION;
    private Reporter reporter = Reporter.GITHUB;
    private Pace pace = new Pace(1, Cadence.WEEKLY, 8, 4, 0);
    private Optional<GoldenPath> goldenPath = Optional.empty();

    Draft(String name, String team, String tier, String description) {
      this.name = name;
      this.team = team;
      this.tier = tier;
      this.description = description;
    }

    Draft folder(String folder) {
      this.folder = folder;
      return this;
    }

    Draft in(String... production) {
      this.production = List.of(production);
      return this;
    }

    Draft neverDeployed() {
      this.production = List.of();
      return this;
    }

    Draft by(Reporter reporter) {
      this.reporter = reporter;
      return this;
    }

    Draft pace(double perWeek, Cadence cadence, double coding, double pickup, double failures) {
      this.pace = new Pace(perWeek, cadence, coding, pickup, failures);
      return this;
    }

    Draft goldenPath(
        LocalDate since,
        double perWeek,
        Cadence cadence,
        double coding,
        double pickup,
        double failures) {
      this.goldenPath =
          Optional.of(new GoldenPath(since, new Pace(perWeek, cadence, coding, pickup, failures)));
      return this;
    }

    DemoService build() {
      return new DemoService(
          name, team, tier, description, folder, production, reporter, pace, goldenPath);
    }
  }
}
