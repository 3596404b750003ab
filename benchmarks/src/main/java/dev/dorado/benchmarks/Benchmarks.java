package dev.dorado.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The benchmarks, each a command. */
@Command(
    name = "dorado bench",
    description = "Measures what Dorado costs. Takes minutes, and the machine's cores.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "NAME",
    commandListHeading = "%nBenchmarks%n",
    subcommands = {
      ScaleBenchmark.class,
      ReplayBenchmark.class,
      IngestBenchmark.class,
      ImportBenchmark.class,
      StartBenchmark.class,
      FreshBenchmark.class,
      CrashBenchmark.class,
      LoadBenchmark.class,
      EffectBenchmark.class,
      QueriesBenchmark.class
    })
public final class Benchmarks implements Runnable {

  @Spec private CommandSpec spec;

  private Benchmarks() {}

  /** Runs a benchmark; the exit code is 0 if it came to its end. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Benchmarks()).execute(arguments));
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
