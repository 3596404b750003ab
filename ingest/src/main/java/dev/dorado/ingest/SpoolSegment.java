package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.dorado.deliveries.Delivery;
import dev.dorado.schemas.TrustedRecords;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * One file of a {@link DeliverySpool}. It begins with a magic number and the Avro schema of its
 * deliveries, so that a later version can read them; then come the deliveries. The schema and each
 * delivery are framed by their length (4 bytes, big endian) and their CRC-32C (4 bytes).
 *
 * <p>One thread may append while another reads what was appended before. Its fields are guarded by
 * the spool's lock.
 */
final class SpoolSegment {

  static final String SUFFIX = ".spool";

  private static final int MAGIC = 0x44525331;
  private static final int FRAME_BYTES = 8;
  private static final SpecificData DATA = SpecificData.getForClass(Delivery.class);
  private static final SpecificDatumWriter<Delivery> WRITER =
      new SpecificDatumWriter<>(Delivery.getClassSchema(), DATA);
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  static {
    TrustedRecords.trust();
  }

  private final Path file;
  private final FileChannel channel;
  private final SpecificDatumReader<Delivery> reader;
  private final boolean isDamaged;
  private final long begin;
  private long end;
  private long drainedTo;
  private boolean isSealed;

  private SpoolSegment(
      Path file, FileChannel channel, Schema schema, long begin, long end, boolean isDamaged) {
    this.file = requireNonNull(file);
    this.channel = requireNonNull(channel);
    this.reader = new SpecificDatumReader<>(schema, Delivery.getClassSchema(), DATA);
    this.begin = begin;
    this.end = end;
    this.drainedTo = begin;
    this.isDamaged = isDamaged;
  }

  /** The bytes of a delivery in a segment, without its frame. */
  static byte[] encode(Delivery delivery) {
    var bytes = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      WRITER.write(delivery, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new IllegalStateException("memory can be written to", e);
    }
    return bytes.toByteArray();
  }

  /** The bytes that a delivery takes in a segment. */
  static long framed(byte[] encoded) {
    return FRAME_BYTES + (long) encoded.length;
  }

  /** A new file, to append to. Nothing of it is durable before the first {@link #append}. */
  static SpoolSegment create(Path file) throws IOException {
    Schema schema = Delivery.getClassSchema();
    byte[] text = schema.toString().getBytes(UTF_8);
    var header = ByteBuffer.allocate(Integer.BYTES + FRAME_BYTES + text.length).putInt(MAGIC);
    putFrame(header, text);
    boolean hasPermissions = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    var channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            hasPermissions ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0]);
    try {
      writeAll(channel, header.flip(), 0);
      syncFolder(file);
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
    return new SpoolSegment(file, channel, schema, header.limit(), header.limit(), false);
  }

  /**
   * A file that an earlier process left.
   *
   * @param isNewest whether that process may have been writing to it when it was killed: what
   *     follows its last whole delivery was never answered with 202, and is cut off
   * @param deliveries is given the number of whole deliveries
   * @throws Unreadable if not even its schema can be read
   */
  static SpoolSegment open(Path file, boolean isNewest, LongConsumer deliveries)
      throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Schema schema = schema(channel);
      long begin = Integer.BYTES + FRAME_BYTES + (long) frame(channel, Integer.BYTES).length;
      long end = begin;
      long count = 0;
      for (byte[] next; (next = frame(channel, end)) != null; count++) {
        end += framed(next);
      }
      boolean isTorn = end < channel.size();
      if (isTorn && isNewest) {
        channel.truncate(end);
        channel.force(true);
      }
      deliveries.accept(count);
      var segment = new SpoolSegment(file, channel, schema, begin, end, isTorn && !isNewest);
      segment.isSealed = true;
      return segment;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Schema schema(FileChannel channel) throws IOException {
    var magic = ByteBuffer.allocate(Integer.BYTES);
    byte[] text =
        readFully(channel, magic, 0) && magic.getInt() == MAGIC
            ? frame(channel, Integer.BYTES)
            : null;
    if (text == null) {
      throw new Unreadable("it does not begin with a schema");
    }
    try {
      return new Schema.Parser().parse(new String(text, UTF_8));
    } catch (SchemaParseException e) {
      throw new Unreadable("its schema is none: " + e.getMessage());
    }
  }

  /** Writes deliveries to the disk and waits for it; {@link #extend} then makes them readable. */
  long append(List<byte[]> encoded) throws IOException {
    long bytes = encoded.stream().mapToLong(SpoolSegment::framed).sum();
    var buffer = ByteBuffer.allocate(Math.toIntExact(bytes));
    encoded.forEach(one -> putFrame(buffer, one));
    try {
      writeAll(channel, buffer.flip(), end);
      channel.force(false);
    } catch (IOException e) {
      cutOff(e);
      throw e;
    }
    return end + bytes;
  }

  /** After a failure, what is on the disk is unknown: nothing of it is to be read later. */
  private void cutOff(IOException why) {
    try {
      channel.truncate(end);
      channel.force(true);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  /** What was appended up to {@code newEnd} may be read. */
  void extend(long newEnd) {
    end = newEnd;
  }

  /** Nothing is appended any more. */
  void seal() {
    isSealed = true;
  }

  boolean isSealed() {
    return isSealed;
  }

  boolean isDrained() {
    return drainedTo == end;
  }

  /** Bytes of its deliveries, drained or not. */
  long bytes() {
    return end - begin;
  }

  /** How far it is drained. */
  long drainedTo() {
    return drainedTo;
  }

  /** Where the next delivery would be appended. */
  long end() {
    return end;
  }

  void drainedTo(long position) {
    drainedTo = position;
  }

  /**
   * Deliveries in their order.
   *
   * @param from where the first begins
   * @param to where the last ends, at most
   * @param most how many, at most
   * @param mostBytes bytes of all, unless the first alone is longer
   */
  List<Spooled> read(long from, long to, int most, long mostBytes) throws IOException {
    List<Spooled> all = new ArrayList<>();
    long position = from;
    while (position < to && all.size() < most && position - from < mostBytes) {
      byte[] encoded = frame(channel, position);
      if (encoded == null) {
        throw new EOFException(
            "the delivery at byte %d of %s has another checksum than when it was written"
                .formatted(position, file));
      }
      position += framed(encoded);
      try {
        var decoder = DecoderFactory.get().binaryDecoder(encoded, null);
        all.add(new Spooled(reader.read(null, decoder), position));
      } catch (AvroRuntimeException e) {
        throw new IOException(
            "the delivery before byte %d of %s can't be read: %s".formatted(position, file, e), e);
      }
    }
    return all;
  }

  /** Removes the file, or, if some of it can't be read, sets it aside for people to look at. */
  void remove() throws IOException {
    channel.close();
    if (isDamaged) {
      setAside(file);
    } else {
      Files.deleteIfExists(file);
      syncFolder(file);
    }
  }

  void close() throws IOException {
    channel.close();
  }

  Path file() {
    return file;
  }

  boolean isDamaged() {
    return isDamaged;
  }

  /** Renames a file so that no spool reads it again. */
  static Path setAside(Path file) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    Files.move(file, aside);
    syncFolder(file);
    return aside;
  }

  private static void putFrame(ByteBuffer buffer, byte[] content) {
    buffer.putInt(content.length).putInt(checksum(content)).put(content);
  }

  /** What is framed at a position; null if that is not there as a whole. */
  private static byte[] frame(FileChannel channel, long position) throws IOException {
    var frame = ByteBuffer.allocate(FRAME_BYTES);
    if (!readFully(channel, frame, position)) {
      return null;
    }
    int length = frame.getInt();
    int expected = frame.getInt();
    if (length < 0 || length > channel.size() - position - FRAME_BYTES) {
      return null;
    }
    var content = ByteBuffer.allocate(length);
    return readFully(channel, content, position + FRAME_BYTES)
            && checksum(content.array()) == expected
        ? content.array()
        : null;
  }

  private static boolean readFully(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        return false;
      }
    }
    buffer.flip();
    return true;
  }

  private static void writeAll(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer, position + buffer.position());
    }
  }

  private static int checksum(byte[] content) {
    var crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }

  /** A file's name is durable only once its folder is. */
  private static void syncFolder(Path file) throws IOException {
    try (var folder = FileChannel.open(file.toAbsolutePath().getParent())) {
      folder.force(true);
    }
  }

  /**
   * A delivery as it was spooled.
   *
   * @param delivery the delivery
   * @param end where it ends in its file
   */
  record Spooled(Delivery delivery, long end) {}

  /** A file that no delivery can be read from. */
  static final class Unreadable extends IOException {

    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }
}
