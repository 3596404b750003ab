package dev.dorado.benchmarks;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "replay")
final class ReplayBenchmark implements Callable<Integer> {
  @Override
  public Integer call() {
    return 1;
  }
}
