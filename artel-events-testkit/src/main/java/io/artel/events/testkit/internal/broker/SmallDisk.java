package io.artel.events.testkit.internal.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A disk of a fixed size, in memory, that can be full. Only processes that {@link #seenBy} starts
 * see it at its folder; it ends with this JVM at the latest. Needs root on Linux.
 */
public final class SmallDisk {
  private static final String MOUNT =
      "mount -t tmpfs -o size=$1 artel \"$0\" && echo > \"$0/mounted\" && exec sleep infinity";

  private final WatchedProcess holder;

  /** Its folder, as it is seen from outside. */
  private final Path inside;

  /**
   * Mounts it.
   *
   * @param folder where, as an absolute path; made if it is not there
   * @param size as {@code mount} takes it, for example {@code 100m}
   * @param log takes what goes wrong
   */
  SmallDisk(Path folder, String size, Path log) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    holder =
        new WatchedProcess(
            List.of("unshare", "--mount", "sh", "-c", MOUNT, folder.toString(), size),
            Map.of(),
            log,
            null);
    inside = Path.of("/proc/" + holder.pid() + "/root" + folder);
    boolean settled =
        Waiting.until(() -> !holder.running() || Files.exists(inside.resolve("mounted")));
    if (!settled || !holder.running()) {
      holder.end();
      throw new IllegalStateException(
          "no file system can be mounted at " + folder + ": that takes root on Linux");
    }
  }

  /** The command line that runs a command where the disk is seen. */
  List<String> seenBy(List<String> command) {
    List<String> entering = new ArrayList<>();
    entering.addAll(List.of("nsenter", "--mount=/proc/" + holder.pid() + "/ns/mnt"));
    entering.addAll(command);
    return entering;
  }

  /** Leaves no room on it. */
  public void fill() {
    byte[] block = new byte[1 << 12];
    try (OutputStream filler = Files.newOutputStream(filler())) {
      while (inside.toFile().getUsableSpace() > 0) {
        filler.write(block);
      }
    } catch (IOException e) {
      if (inside.toFile().getUsableSpace() > 0) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Takes away what {@link #fill} put there. */
  public void free() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the files of this name contain, by their paths; others may come and go meanwhile. */
  public Map<Path, byte[]> contents(String name) {
    Map<Path, byte[]> contents = new LinkedHashMap<>();
    try {
      Files.walkFileTree(
          inside,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              if (file.endsWith(name)) {
                contents.put(file, Files.readAllBytes(file));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException gone) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return contents;
  }

  /** Writes the files anew that are shorter than this; returns how many. */
  public int restoreCut(Map<Path, byte[]> contents) {
    int restored = 0;
    try {
      for (Map.Entry<Path, byte[]> each : contents.entrySet()) {
        if (Files.exists(each.getKey()) && Files.size(each.getKey()) < each.getValue().length) {
          Files.write(each.getKey(), each.getValue());
          restored++;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return restored;
  }

  private Path filler() {
    return inside.resolve("filler");
  }

  void end() {
    holder.end();
  }
}
