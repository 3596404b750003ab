package dev.dorado.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks, each a command. */
@Command(
    name = "dorado bench",
    description = "Measures what Dorado costs. Takes minutes, and the machine's cores.",
    mixinStandardHelpOptions = true,
    subcommands = {ScaleBenchmark.class, ReplayBenchmark.class, IngestBenchmark.class})
public final class Benchmarks {

  private Benchmarks() {}

  /** Runs a benchmark; the exit code is 0 if it came to its end. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Benchmarks()).execute(arguments));
  }
}
