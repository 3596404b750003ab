package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code dorado replay}: recorded deliveries once more. They are handed in by the administrator,
 * who vouches for them: signatures are not recorded, and to sign again would need every sender's
 * secret here and would prove nothing.
 */
@Command(
    name = "replay",
    description = {
      "Posts recorded deliveries again, from 'dorado deliveries export' or written by hand.",
      "What came before changes nothing: the same deliveries give the same events."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class,
    footer = {
      "",
      "A line of JSON is a delivery: {\"sender\":\"github\",\"headers\":{\"X-GitHub-Event\":\"push\"},",
      "\"body\":\"…\"}, the body as text, as a JSON object, or as \"body_base64\"."
    })
final class ReplayCommand implements Callable<Integer> {

  private static final int MOST_LINES = 200;
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Files of recorded deliveries; - is standard input.")
  private List<String> files;

  @Override
  public Integer call() throws IOException {
    var out = spec.commandLine().getOut();
    var result = new Redelivered();
    RemoteDorado dorado = server.connect();
    for (String file : files) {
      if (file.equals("-")) {
        replayStandardInput(dorado, result, new Narration(out));
      } else {
        replay(Path.of(file), file, dorado, result, new Narration(out));
      }
    }
    result.print(out);
    return result.allTaken() ? 0 : 1;
  }

  /** Spooled first: so it is known how much there is. */
  private static void replayStandardInput(
      RemoteDorado dorado, Redelivered result, Narration narration) throws IOException {
    Path spool = Files.createTempFile("dorado-replay", ".jsonl");
    try {
      Files.copy(System.in, spool, StandardCopyOption.REPLACE_EXISTING);
      replay(spool, "standard input", dorado, result, narration);
    } finally {
      Files.delete(spool);
    }
  }

  private static void replay(
      Path path, String file, RemoteDorado dorado, Redelivered result, Narration narration)
      throws IOException {
    long total = count(path, file);
    if (total == 0) {
      return;
    }
    try (BufferedReader lines = Files.newBufferedReader(path, UTF_8);
        var progress = FeedProgress.of(file, total, narration)) {
      var batch = new ByteArrayOutputStream();
      int first = 1;
      int number = 0;
      int inBatch = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        batch.write((line + "\n").getBytes(UTF_8));
        inBatch++;
        if (inBatch == MOST_LINES || batch.size() >= MOST_BYTES) {
          post(dorado, batch, file, first, result, progress);
          first = number + 1;
          inBatch = 0;
        }
      }
      if (inBatch > 0) {
        post(dorado, batch, file, first, result, progress);
      }
    }
  }

  private static void post(
      RemoteDorado dorado,
      ByteArrayOutputStream batch,
      String file,
      int firstLine,
      Redelivered result,
      FeedProgress progress) {
    try {
      int done =
          result.add(
              dorado.send(
                  "POST",
                  "/api/v1/deliveries/replay",
                  "application/x-ndjson",
                  batch.toByteArray()));
      for (int i = 0; i < done; i++) {
        progress.step();
      }
    } catch (RefusedException e) {
      throw new StartException(
          "%s, from its line %d on: %s (%d deliveries before it are taken)"
              .formatted(file, firstLine, e.getMessage(), result.total()),
          e);
    }
    batch.reset();
  }

  /** How many deliveries a file has. */
  private static long count(Path path, String file) {
    try (Stream<String> lines = Files.lines(path, UTF_8)) {
      return lines.filter(line -> !line.isBlank()).count();
    } catch (IOException | UncheckedIOException e) {
      throw new StartException("%s can't be read: %s".formatted(file, e), e);
    }
  }
}
