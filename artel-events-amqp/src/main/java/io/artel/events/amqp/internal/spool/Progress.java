package io.artel.events.amqp.internal.spool;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * How far the oldest file has been taken out. Two places in a small file are written in turn, so
 * that one of them is whole whatever happens; it is not forced to disk, since an older value only
 * brings duplicates. Not safe for use by several threads.
 */
final class Progress implements Closeable {

  private static final int CONTENT = 24;
  private static final int PLACE = 64;

  private final RandomAccessFile file;
  private long turn;
  private long segment;
  private long offset;

  Progress(Path path) throws IOException {
    file = new RandomAccessFile(path.toFile(), "rw");
    byte[] both = new byte[(int) Math.min(file.length(), 2 * PLACE)];
    file.readFully(both);
    for (int at = 0; at + CONTENT + 4 <= both.length; at += PLACE) {
      ByteBuffer place = ByteBuffer.wrap(both, at, CONTENT + 4);
      long placeTurn = place.getLong();
      long placeSegment = place.getLong();
      long placeOffset = place.getLong();
      if (place.getInt() == checksum(both, at) && placeTurn > turn) {
        turn = placeTurn;
        segment = placeSegment;
        offset = placeOffset;
      }
    }
  }

  /** The number of the file that was taken from last; 0 if there was none. */
  long segment() {
    return segment;
  }

  /** Behind the last record that was taken out of that file. */
  long offset() {
    return offset;
  }

  void set(long newSegment, long newOffset) throws IOException {
    segment = newSegment;
    offset = newOffset;
    turn++;
    ByteBuffer place =
        ByteBuffer.allocate(CONTENT + 4).putLong(turn).putLong(segment).putLong(offset);
    place.putInt(checksum(place.array(), 0));
    file.seek(turn % 2 * PLACE);
    file.write(place.array());
  }

  private static int checksum(byte[] bytes, int from) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, CONTENT);
    return (int) checksum.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
