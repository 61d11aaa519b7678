package io.artel.events.amqp.internal.spool;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in the files of a folder, taken out in the order in which they were added. Safe for use
 * by several threads; one of them at a time reads or writes.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>What {@link #append} has counted is on disk, and is found by every later {@link #open}
 *       until it is removed.
 *   <li>Nothing else is found: the rest of a record that was being written when the process died is
 *       cut off, and a record whose checksum is wrong is passed over.
 *   <li>The files are never larger than {@code maxBytes} together, those of rejected records
 *       included.
 * </ol>
 *
 * <p>Files: {@code <number>.spool}, {@code <number>.rejected} for what nobody would take, which is
 * for people, {@code progress} and {@code lock}. Each process writes to files of its own, and
 * deletes one when all of it is removed. A rejected file that is renamed to {@code .spool} while
 * nobody uses the folder is published again.
 */
public final class Spool implements Closeable {

  private static final Logger log = LoggerFactory.getLogger(Spool.class);
  private static final Pattern NAME = Pattern.compile("(\\d{1,18})\\.(spool|rejected)");
  private static final int SEGMENTS = 16;

  private final Path folder;
  private final long maxBytes;
  private final RandomAccessFile lockFile;
  private final Progress progress;

  /** Oldest first. */
  private final Deque<Segment> segments = new ArrayDeque<>();

  private @Nullable Segment writing;
  private @Nullable Segment rejected;
  private long bytes;
  private long lastNumber;
  private boolean closed;

  /**
   * A record, and where it is.
   *
   * @param segment the number of its file
   * @param end where it ends in it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Entry(byte[] content, long segment, long end) {}

  private Spool(Path folder, long maxBytes, RandomAccessFile lockFile) throws IOException {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.lockFile = lockFile;
    this.progress = new Progress(folder.resolve("progress"));
  }

  /**
   * Opens the spool in this folder, and makes it if it is not there.
   *
   * @param each is given what is in it, oldest first
   * @throws IllegalStateException if somebody else uses the folder
   */
  public static Spool open(Path folder, long maxBytes, Consumer<byte[]> each) throws IOException {
    Files.createDirectories(folder);
    RandomAccessFile lockFile = new RandomAccessFile(folder.resolve("lock").toFile(), "rw");
    try {
      if (!lock(lockFile)) {
        throw new IllegalStateException(
            "the spool in '"
                + folder
                + "' is in use by another process, or by something else in this one: give each a"
                + " folder of its own");
      }
      Spool spool = new Spool(folder, maxBytes, lockFile);
      try {
        spool.recover(each);
      } catch (IOException | RuntimeException e) {
        spool.close();
        throw e;
      }
      return spool;
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  @SuppressWarnings("resource") // the file keeps the lock and is closed with the spool
  private static boolean lock(RandomAccessFile file) throws IOException {
    try {
      FileLock lock = file.getChannel().tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private synchronized void recover(Consumer<byte[]> each) throws IOException {
    TreeMap<Long, Path> found = new TreeMap<>();
    lastNumber = progress.segment();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
      for (Path path : paths) {
        Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
        if (name.matches()) {
          long number = Long.parseLong(name.group(1));
          lastNumber = Math.max(lastNumber, number);
          if (name.group(2).equals("spool")) {
            found.put(number, path);
          } else {
            bytes += Files.size(path);
          }
        }
      }
    }
    for (var one : found.entrySet()) {
      Segment segment = Segment.open(one.getValue(), one.getKey());
      if (segment == null) {
        Files.delete(one.getValue());
        continue;
      }
      segments.add(segment);
      long torn = segment.torn();
      if (torn > 0) {
        log.warn(
            "'{}' ends in {} bytes of a record that was never written to its end; they are cut off",
            segment.path,
            torn);
        segment.cutTorn();
      }
      bytes += segment.end();
      for (Segment.Found record = segment.next(begin(segment));
          record != null;
          record = segment.next(record.end())) {
        each.accept(record.content());
      }
    }
  }

  /** Where what is left of a file begins. */
  private long begin(Segment segment) {
    return segment.number == progress.segment() ? progress.offset() : segment.begin();
  }

  /**
   * Adds records, and returns when they are on disk.
   *
   * @return how many: those after did not fit
   * @throws IOException if none was added
   */
  public synchronized int append(List<byte[]> records) throws IOException {
    requireOpen();
    int added = 0;
    List<Segment> touched = new ArrayList<>();
    long before = bytes;
    Segment first = writing;
    long firstEnd = first == null ? 0 : first.end();
    try {
      for (byte[] record : records) {
        Segment segment = writing;
        boolean roll = segment == null || segment.end() > maxBytes / SEGMENTS;
        long more = Segment.lengthWith(0, record.length) + (roll ? Segment.emptyLength() : 0);
        if (bytes + more > maxBytes) {
          break;
        }
        if (segment == null || roll) {
          segment = newSegment("spool");
          segments.add(segment);
          writing = segment;
        }
        if (touched.isEmpty() || touched.get(touched.size() - 1) != segment) {
          touched.add(segment);
        }
        segment.append(record);
        bytes += more;
        added++;
      }
      for (Segment segment : touched) {
        segment.force();
      }
      if (touched.stream().anyMatch(segment -> segment != first)) {
        forceFolder();
      }
      return added;
    } catch (IOException e) {
      bytes = before;
      takeBack(first, firstEnd, touched);
      throw e;
    }
  }

  /** After a failed write; later records go to another file. */
  private void takeBack(@Nullable Segment first, long firstEnd, List<Segment> touched) {
    writing = null;
    for (Segment segment : touched) {
      try {
        if (segment == first) {
          segment.cutTo(firstEnd);
        } else {
          segments.remove(segment);
          segment.delete();
        }
      } catch (IOException e) {
        log.warn("what could not be written to '{}' cannot be taken back", segment.path, e);
      }
    }
  }

  private Segment newSegment(String kind) throws IOException {
    long number = ++lastNumber;
    return Segment.create(folder.resolve(String.format("%016d.%s", number, kind)), number);
  }

  /** A new file's name must be on disk as well. */
  private void forceFolder() {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      log.debug("this system cannot force the folder '{}' to disk", folder, e);
    }
  }

  /**
   * The oldest records, which stay.
   *
   * @param mostRecords as many at most
   * @param mostBytes no further one once they are as long as this
   */
  public synchronized List<Entry> first(int mostRecords, long mostBytes) throws IOException {
    requireOpen();
    List<Entry> entries = new ArrayList<>();
    long length = 0;
    for (Segment segment : segments) {
      for (Segment.Found record = segment.next(begin(segment));
          record != null;
          record = segment.next(record.end())) {
        if (entries.size() == mostRecords || length >= mostBytes) {
          return entries;
        }
        entries.add(new Entry(record.content(), segment.number, record.end()));
        length += record.content().length;
      }
    }
    return entries;
  }

  /** Removes the oldest records up to and including this one. */
  public synchronized void removeTo(Entry entry) throws IOException {
    requireOpen();
    while (!segments.isEmpty() && segments.getFirst().number < entry.segment) {
      deleteFirst();
    }
    Segment segment = segments.peekFirst();
    if (segment == null || segment.number != entry.segment) {
      return;
    }
    if (entry.end >= segment.end()) {
      deleteFirst();
    } else {
      progress.set(entry.segment, entry.end);
    }
  }

  private void deleteFirst() throws IOException {
    Segment segment = segments.removeFirst();
    if (writing == segment) {
      writing = null;
    }
    bytes -= segment.end();
    segment.delete();
  }

  /**
   * Keeps a record that nobody takes aside, for people.
   *
   * @return whether there was room
   */
  public synchronized boolean reject(byte[] record) throws IOException {
    requireOpen();
    Segment segment = rejected;
    long more =
        Segment.lengthWith(0, record.length) + (segment == null ? Segment.emptyLength() : 0);
    if (bytes + more > maxBytes) {
      return false;
    }
    if (segment == null) {
      segment = newSegment("rejected");
      rejected = segment;
      forceFolder();
    }
    segment.append(record);
    segment.force();
    bytes += more;
    return true;
  }

  /** {@return how large the files are together} */
  public synchronized long bytes() {
    return bytes;
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the spool in '" + folder + "' is closed");
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    for (Segment segment : segments) {
      segment.close();
    }
    if (rejected != null) {
      rejected.close();
    }
    progress.close();
    lockFile.close();
  }

  @Override
  public String toString() {
    return "spool in '" + folder + "'";
  }
}
