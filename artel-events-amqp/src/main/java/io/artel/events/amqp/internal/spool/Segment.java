package io.artel.events.amqp.internal.spool;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of records, each with its length and a checksum. Records are only ever added at its end.
 * Not safe for use by several threads.
 *
 * <p>The checksum covers the file's identity and the record's place too, so that bytes which once
 * were a record elsewhere, or are one inside another's content, are none here.
 *
 * <p>Files are read and written by {@link RandomAccessFile}, since an interrupt would close a
 * channel.
 */
final class Segment implements Closeable {

  private static final long MAGIC = 0x61727465_6c737031L; // "artelsp1"
  private static final int FILE_HEADER = 16;
  private static final int RECORD_HEADER = 8;

  /** One whole record, and where what follows it begins. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Found(byte[] content, long end) {}

  final Path path;
  final long number;

  private final RandomAccessFile file;

  /** Its own number from when it was made; it may have been renamed since. */
  private final long identity;

  /** Behind the last whole record. */
  private long end;

  private Segment(Path path, long number, RandomAccessFile file, long identity) {
    this.path = path;
    this.number = number;
    this.file = file;
    this.identity = identity;
    this.end = FILE_HEADER;
  }

  /** A new file, empty but for its header. */
  static Segment create(Path path, long number) throws IOException {
    Files.createFile(path);
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      file.write(ByteBuffer.allocate(FILE_HEADER).putLong(MAGIC).putLong(number).array());
      return new Segment(path, number, file, number);
    } catch (IOException e) {
      file.close();
      Files.delete(path);
      throw e;
    }
  }

  /**
   * What another process left, or null if it died before it had written the header.
   *
   * @throws IOException also if it is no file of ours
   */
  static @Nullable Segment open(Path path, long number) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      if (file.length() < FILE_HEADER) {
        file.close();
        return null;
      }
      if (file.readLong() != MAGIC) {
        throw new IOException("'" + path + "' is no file of a spool");
      }
      Segment segment = new Segment(path, number, file, file.readLong());
      for (Found found = segment.next(FILE_HEADER, file.length());
          found != null;
          found = segment.next(found.end, file.length())) {
        segment.end = found.end;
      }
      return segment;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** How long it would be with one more record of this length. */
  static long lengthWith(long before, int content) {
    return before + RECORD_HEADER + content;
  }

  static long emptyLength() {
    return FILE_HEADER;
  }

  long begin() {
    return FILE_HEADER;
  }

  long end() {
    return end;
  }

  /** How many bytes follow the last whole record: those of one that was being written. */
  long torn() throws IOException {
    return file.length() - end;
  }

  void cutTorn() throws IOException {
    file.setLength(end);
  }

  /** Adds a record; {@link #force} brings it to the disk. */
  void append(byte[] content) throws IOException {
    byte[] record = new byte[RECORD_HEADER + content.length];
    ByteBuffer.wrap(record).putInt(content.length).putInt(checksum(end, content)).put(content);
    file.seek(end);
    file.write(record);
    end += record.length;
  }

  void force() throws IOException {
    file.getFD().sync();
  }

  /** Takes back what was added since it ended here. */
  void cutTo(long formerEnd) throws IOException {
    end = formerEnd;
    file.setLength(formerEnd);
  }

  /** {@return the next whole record from there on, or null if there is none} */
  @Nullable Found next(long from) throws IOException {
    return next(from, end);
  }

  /** A record whose checksum is wrong is passed over, as far as its length leads to another one. */
  private @Nullable Found next(long from, long limit) throws IOException {
    long at = from;
    while (at + RECORD_HEADER <= limit) {
      file.seek(at);
      int length = file.readInt();
      int checksum = file.readInt();
      if (length < 0 || length > limit - at - RECORD_HEADER) {
        return null;
      }
      byte[] content = new byte[length];
      try {
        file.readFully(content);
      } catch (EOFException e) {
        throw new IOException("'" + path + "' has become shorter", e);
      }
      if (checksum(at, content) == checksum) {
        return new Found(content, at + RECORD_HEADER + length);
      }
      at += RECORD_HEADER + length;
    }
    return null;
  }

  private int checksum(long at, byte[] content) {
    CRC32C checksum = new CRC32C();
    checksum.update(
        ByteBuffer.allocate(20).putLong(identity).putLong(at).putInt(content.length).flip());
    checksum.update(content);
    return (int) checksum.getValue();
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
