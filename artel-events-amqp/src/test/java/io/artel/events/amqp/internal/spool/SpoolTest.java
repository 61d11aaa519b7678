package io.artel.events.amqp.internal.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpoolTest {

  private static final long LARGE = 16L * 1024 * 1024;

  private Path folder;

  @BeforeEach
  @BeforeTry
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("spool-test");
  }

  @AfterEach
  @AfterTry
  @AfterProperty
  void deleteFolder() throws IOException {
    if (folder != null && Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  @Test
  void recordsShouldComeInTheirOrderAndStayUntilTheyAreRemoved() throws IOException {
    try (Spool spool = open(LARGE)) {
      assertThat(spool.append(records("a", "b", "c"))).isEqualTo(3);

      List<Spool.Entry> first = spool.first(2, 1000);
      assertThat(texts(first)).containsExactly("a", "b");
      spool.removeTo(first.get(0));
      assertThat(texts(spool.first(10, 1000))).containsExactly("b", "c");
    }
    try (Spool again = open(LARGE)) {
      assertThat(texts(again.first(10, 1000))).containsExactly("b", "c");
      assertThat(again.append(records("d"))).isEqualTo(1);
      assertThat(texts(again.first(10, 1000))).containsExactly("b", "c", "d");
    }
    assertThat(left()).containsExactly("b", "c", "d");
  }

  @Test
  void firstShouldEndWithTheRecordThatReachesTheLength() throws IOException {
    try (Spool spool = open(LARGE)) {
      spool.append(records("aaaa", "bbbb", "cccc"));

      assertThat(texts(spool.first(10, 1))).containsExactly("aaaa");
      assertThat(texts(spool.first(10, 5))).containsExactly("aaaa", "bbbb");
    }
  }

  @Test
  void anEmptySpoolShouldLeaveNoRecordsOnDisk() throws IOException {
    try (Spool spool = open(LARGE)) {
      spool.append(records("a", "b"));
      List<Spool.Entry> all = spool.first(10, 1000);
      spool.removeTo(all.get(1));

      assertThat(spool.bytes()).isZero();
      assertThat(files("spool")).isEmpty();
      spool.append(records("c"));
    }
    assertThat(left()).containsExactly("c");
  }

  @Test
  void aFullSpoolShouldTakeNoMoreUntilSomethingIsRemoved() throws IOException {
    byte[] record = new byte[1000];
    try (Spool spool = open(64 * 1024)) {
      int added = 0;
      while (spool.append(List.of(record)) == 1) {
        added++;
      }
      assertThat(added).isBetween(55, 64);
      assertThat(spool.bytes()).isLessThanOrEqualTo(64 * 1024).isEqualTo(sizeOnDisk());

      spool.removeTo(spool.first(10, LARGE).get(9));
      assertThat(spool.append(List.of(record, record, record))).isEqualTo(3);
      assertThat(spool.append(List.of(new byte[64 * 1024]))).isZero();
      assertThat(sizeOnDisk()).isLessThanOrEqualTo(64 * 1024);
    }
  }

  @Test
  void aGroupThatFitsInPartShouldBeTakenInPart() throws IOException {
    try (Spool spool = open(64 * 1024)) {
      List<byte[]> many = IntStream.range(0, 100).mapToObj(i -> new byte[1000]).toList();

      int added = spool.append(many);

      assertThat(added).isBetween(55, 64);
      assertThat(spool.first(1000, LARGE)).hasSize(added);
    }
  }

  @Test
  void anotherUserOfTheFolderShouldBeTold() throws IOException {
    try (Spool spool = open(LARGE)) {
      assertThatThrownBy(() -> open(LARGE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(folder.toString(), "in use");
      assertThat(spool.append(records("a"))).isEqualTo(1);
    }
    assertThat(left()).containsExactly("a");
  }

  @Test
  void aForeignFileShouldNotBeTakenForRecords() throws IOException {
    Files.writeString(folder.resolve("0000000000000007.spool"), "these are somebody's notes");

    assertThatThrownBy(() -> open(LARGE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("0000000000000007.spool");
    assertThat(folder.resolve("0000000000000007.spool")).hasContent("these are somebody's notes");
  }

  @Test
  void rejectedRecordsShouldStayAsideAndComeBackWhenTheirFileIsRenamed() throws IOException {
    try (Spool spool = open(64 * 1024)) {
      spool.append(records("a", "b"));
      assertThat(spool.reject("a".getBytes(StandardCharsets.UTF_8))).isTrue();
      assertThat(spool.reject(new byte[64 * 1024])).isFalse();
      spool.removeTo(spool.first(1, 1).get(0));
    }
    assertThat(left()).containsExactly("b");
    Path rejected = files("rejected").get(0);

    Files.move(rejected, Path.of(rejected.toString().replace(".rejected", ".spool")));

    assertThat(left()).containsExactly("b", "a");
  }

  @Test
  void aClosedSpoolShouldTakeNothing() throws IOException {
    Spool spool = open(LARGE);
    spool.close();
    spool.close();

    assertThatThrownBy(() -> spool.append(records("a"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> spool.first(1, 1)).isInstanceOf(IOException.class);
  }

  /** What a killed process leaves: any part of what it was writing last. */
  @Property(tries = 5)
  void everyWholeRecordShouldSurviveACutAtAnyByte(@ForAll Random random) throws IOException {
    List<String> written = random(random, 6);
    List<Long> ends = new ArrayList<>();
    try (Spool spool = open(LARGE)) {
      for (String record : written) {
        spool.append(records(record));
        ends.add(spool.bytes());
      }
    }
    Path file = files("spool").get(0);
    byte[] whole = Files.readAllBytes(file);

    for (int length = whole.length; length >= 0; length--) {
      byte[] torn = Arrays.copyOf(whole, length);
      Files.write(file, torn);
      int complete = 0;
      while (complete < ends.size() && ends.get(complete) <= length) {
        complete++;
      }
      assertThat(left()).as("cut at %s", length).isEqualTo(written.subList(0, complete));
      // What is added after the cut must not be taken for a part of it.
      if (length % 7 == 0) {
        try (Spool spool = open(LARGE)) {
          spool.append(records("next"));
        }
        assertThat(left()).endsWith("next").hasSize(complete + 1);
        files("spool").forEach(SpoolTest::delete);
      }
    }
  }

  @Property(tries = 20)
  void aDamagedRecordShouldNeverBeTakenForOne(@ForAll Random random) throws IOException {
    List<String> written = random(random, 10);
    try (Spool spool = open(LARGE)) {
      spool.append(written.stream().map(SpoolTest::bytes).toList());
    }
    Path file = files("spool").get(0);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < 40; i++) {
      byte[] damaged = whole.clone();
      int at = 16 + random.nextInt(damaged.length - 16);
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      Files.write(file, damaged);

      List<String> found = left();

      List<String> rest = new ArrayList<>(written);
      for (String each : found) {
        assertThat(rest).as("byte %s", at).contains(each);
        rest.subList(0, rest.indexOf(each) + 1).clear();
      }
      assertThat(found).hasSizeLessThan(written.size());
    }
  }

  @Property(tries = 20)
  void bytesOfAnotherPlaceShouldBeNoRecord(@ForAll @IntRange(min = 1, max = 40) int shift)
      throws IOException {
    try (Spool spool = open(LARGE)) {
      spool.append(records("x".repeat(shift), "inner", "last"));
    }
    Path file = files("spool").get(0);
    byte[] whole = Files.readAllBytes(file);
    // The first record goes, and the others come to where it was.
    byte[] moved = new byte[whole.length - shift - 8];
    System.arraycopy(whole, 0, moved, 0, 16);
    System.arraycopy(whole, 16 + 8 + shift, moved, 16, moved.length - 16);
    Files.write(file, moved);

    assertThat(left()).isEmpty();
  }

  @Property(tries = 8)
  void damagedProgressShouldOnlyBringRecordsAgain(@ForAll Random random) throws IOException {
    List<String> written = random(random, 10);
    int removed = 1 + random.nextInt(written.size() - 1);
    try (Spool spool = open(LARGE)) {
      spool.append(written.stream().map(SpoolTest::bytes).toList());
      for (int i = 0; i < removed; i++) {
        spool.removeTo(spool.first(1, 1).get(0));
      }
    }
    assertThat(left()).isEqualTo(written.subList(removed, written.size()));
    Path progress = folder.resolve("progress");
    byte[] whole = Files.readAllBytes(progress);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      Files.write(progress, random.nextBoolean() ? damaged : Arrays.copyOf(whole, at));

      List<String> found = left();

      assertThat(found.size()).isGreaterThanOrEqualTo(written.size() - removed);
      assertThat(found).isEqualTo(written.subList(written.size() - found.size(), written.size()));
    }
  }

  /** Against a list in memory, with restarts in between. */
  @Property(tries = 40)
  void itShouldBehaveAsAListThatSurvivesRestarts(@ForAll Random random) throws IOException {
    List<String> model = new ArrayList<>();
    long maxBytes = 64 * 1024;
    Spool spool = open(maxBytes);
    try {
      for (int step = 0; step < 120; step++) {
        switch (random.nextInt(5)) {
          case 0, 1 -> {
            List<String> more = random(random, 1 + random.nextInt(20));
            int added = spool.append(more.stream().map(SpoolTest::bytes).toList());
            model.addAll(more.subList(0, added));
          }
          case 2, 3 -> {
            List<Spool.Entry> entries = spool.first(1 + random.nextInt(20), 1 << 14);
            assertThat(texts(entries)).isEqualTo(model.subList(0, entries.size()));
            if (!entries.isEmpty()) {
              int done = 1 + random.nextInt(entries.size());
              spool.removeTo(entries.get(done - 1));
              model.subList(0, done).clear();
            }
          }
          default -> {
            spool.close();
            spool = open(maxBytes);
          }
        }
        assertThat(sizeOnDisk()).isEqualTo(spool.bytes()).isLessThanOrEqualTo(maxBytes);
      }
      assertThat(texts(spool.first(Integer.MAX_VALUE, LARGE))).isEqualTo(model);
    } finally {
      spool.close();
    }
    assertThat(left()).isEqualTo(model);
  }

  private Spool open(long maxBytes) throws IOException {
    return Spool.open(folder, maxBytes, record -> {});
  }

  /** What the next process would find, without a trace of the look. */
  private List<String> left() throws IOException {
    List<String> seen = new ArrayList<>();
    try (Spool spool =
        Spool.open(folder, LARGE, record -> seen.add(new String(record, StandardCharsets.UTF_8)))) {
      assertThat(texts(spool.first(Integer.MAX_VALUE, LARGE))).isEqualTo(seen);
    }
    return seen;
  }

  private List<Path> files(String kind) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.toString().endsWith("." + kind)).sorted().toList();
    }
  }

  private long sizeOnDisk() throws IOException {
    return Stream.concat(files("spool").stream(), files("rejected").stream())
        .mapToLong(
            path -> {
              try {
                return Files.size(path);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .sum();
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> random(Random random, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> i + ":" + "x".repeat(random.nextInt(100)))
        .toList();
  }

  private static List<byte[]> records(String... texts) {
    return Stream.of(texts).map(SpoolTest::bytes).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> texts(List<Spool.Entry> entries) {
    return entries.stream()
        .map(entry -> new String(entry.content(), StandardCharsets.UTF_8))
        .toList();
  }
}
