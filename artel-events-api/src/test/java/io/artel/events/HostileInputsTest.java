package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import io.artel.events.HostileInputs.Input;
import io.artel.events.HostileInputs.Verdict;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileInputsTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Duration MOST_TIME = Duration.ofSeconds(1);
  private static final long MOST_BYTES = 64L * 1024 * 1024;

  private final EventCodec codec = EventCodec.create();

  static Stream<Input> bad() {
    return of(Verdict.BAD);
  }

  static Stream<Input> misfits() {
    return of(Verdict.BAD_FOR_ITS_CLASS);
  }

  static Stream<Input> good() {
    return of(Verdict.GOOD);
  }

  private static Stream<Input> of(Verdict verdict) {
    return HostileInputs.all().stream().filter(input -> input.verdict() == verdict);
  }

  @Test
  void corpusShouldBeLargeAndItsNamesUnique() {
    List<String> names = HostileInputs.all().stream().map(Input::name).toList();

    assertThat(names).doesNotHaveDuplicates();
    assertThat(bad().filter(input -> !input.name().startsWith("truncated")).count())
        .isGreaterThan(200);
    assertThat(misfits().count()).isGreaterThan(50);
    assertThat(good().count()).isGreaterThan(40);
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badBodyShouldBeRefusedByEveryDecoderWithAReasonWithoutContent(Input input) {
    byte[] body = input.body().get();

    assertRefused(() -> codec.decode(body, Payloads.CATALOG));
    assertRefused(() -> codec.decode(body, Payloads.BALL_POTTED));
    assertRefused(() -> codec.decode(body, EventCatalog.empty()));
    assertRefused(() -> codec.decodeTree(body));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void dataThatDoesNotFitItsClassShouldBeRefusedWithItsPlace(Input input) {
    byte[] body = input.body().get();

    assertRefused(() -> codec.decode(body, Payloads.CATALOG)).hasMessageStartingWith("data");
  }

  @ParameterizedTest
  @MethodSource("good")
  void oddButGoodBodyShouldBeReadAndWrittenAgain(Input input) {
    byte[] body = input.body().get();

    within(
        () -> {
          Event<?> event = codec.decode(body, Payloads.CATALOG);
          if (body.length < EventCodec.DEFAULT_MAX_BYTES) {
            assertThat(codec.decode(codec.encode(event), Payloads.CATALOG)).isEqualTo(event);
          }
        });
    assertThat(codec.decodeTree(body).id()).isNotNull();
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Runnable decoding) {
    return assertThatThrownBy(() -> within(decoding))
        .isExactlyInstanceOf(MalformedEventException.class)
        .satisfies(
            refusal -> {
              assertThat(refusal.getMessage())
                  .matches("[a-z*].*: .+")
                  .doesNotContain(HostileInputs.MARKER)
                  .hasSizeLessThan(200);
              assertThat(
                      String.valueOf(refusal.getMessage())
                          .chars()
                          .noneMatch(Character::isISOControl))
                  .isTrue();
              assertThat(refusal.getCause()).isNull();
            });
  }

  /** Runs it, and complains if it took more processor time or memory than any body is worth. */
  private static void within(Runnable decoding) {
    long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
    long nanosBefore = THREADS.getCurrentThreadCpuTime();
    Throwable thrown = catchThrowable(decoding::run);
    long nanos = THREADS.getCurrentThreadCpuTime() - nanosBefore;
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
    assertThat(Duration.ofNanos(nanos)).isLessThan(MOST_TIME);
    assertThat(bytes).isLessThan(MOST_BYTES);
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    assertThat(thrown).isNull();
  }
}
