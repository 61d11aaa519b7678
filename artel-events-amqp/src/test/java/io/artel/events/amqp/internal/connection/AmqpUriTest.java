package io.artel.events.amqp.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmqpUriTest {

  private static final String PASSWORD = "Tr0ub4dor";

  @ParameterizedTest
  @CsvSource({
    "amqp:///, false, localhost, 5672, guest, guest, /",
    "amqp:///shop, false, localhost, 5672, guest, guest, shop",
    "amqp://broker, false, broker, 5672, guest, guest, /",
    "amqp://broker/, false, broker, 5672, guest, guest, /",
    "amqp://broker:, false, broker, 5672, guest, guest, /",
    "amqp://broker:1234, false, broker, 1234, guest, guest, /",
    "amqps://broker, true, broker, 5671, guest, guest, /",
    "amqps://broker:1234/shop, true, broker, 1234, guest, guest, shop",
    "AMQPS://broker, true, broker, 5671, guest, guest, /",
    "amqp://ann@broker, false, broker, 5672, ann, guest, /",
    "amqp://ann:secret@broker, false, broker, 5672, ann, secret, /",
    "amqp://ann:@broker, false, broker, 5672, ann, '', /",
    "amqp://@broker, false, broker, 5672, guest, guest, /",
    "amqp://ann:se:cret@broker, false, broker, 5672, ann, se:cret, /",
    "amqp://a%3Ann:%40%2F%3A%3F%23%25+%20x@broker, false, broker, 5672, a:nn, '@/:?#%+ x', /",
    "amqp://ann:p%C3%A4ss@broker, false, broker, 5672, ann, päss, /",
    "amqp://ann:päss@broker, false, broker, 5672, ann, päss, /",
    "amqp://broker/%2F, false, broker, 5672, guest, guest, /",
    "amqp://broker/%2Fshop%2f, false, broker, 5672, guest, guest, /shop/",
    "amqp://broker/sh%20op+1, false, broker, 5672, guest, guest, sh op+1",
    "amqp://127.0.0.1:1234, false, 127.0.0.1, 1234, guest, guest, /",
    "amqp://[::1], false, ::1, 5672, guest, guest, /",
    "amqp://ann:secret@[2001:db8::1]:1234/v, false, 2001:db8::1, 1234, ann, secret, v",
    "'  amqp://broker  ', false, broker, 5672, guest, guest, /",
  })
  void partsShouldBeReadAndDefaultsFilledIn(
      String text, boolean tls, String host, int port, String user, String password, String vhost) {
    AmqpUri uri = AmqpUri.parse(text);

    assertThat(uri.tls()).isEqualTo(tls);
    assertThat(uri.address()).isEqualTo(new Address(host, port));
    assertThat(uri.username()).isEqualTo(user);
    assertThat(uri.password()).isEqualTo(password);
    assertThat(uri.virtualHost()).isEqualTo(vhost);
  }

  @Property
  void anyLoginShouldSurviveEncoding(@ForAll String user, @ForAll String password) {
    AmqpUri uri = AmqpUri.parse("amqp://" + encoded(user) + ":" + encoded(password) + "@broker");

    assertThat(uri.username()).isEqualTo(readable(user));
    assertThat(uri.password()).isEqualTo(readable(password));
    assertThat(uri.address()).hasToString("broker:5672");
  }

  @Test
  void usualPortShouldFollowTls() {
    assertThat(AmqpUri.parse("amqp://broker").address(true)).hasToString("broker:5671");
    assertThat(AmqpUri.parse("amqps://[::1]").address(true)).hasToString("[::1]:5671");
    assertThat(AmqpUri.parse("amqp://broker:5672").address(true)).hasToString("broker:5672");
  }

  @Test
  void textShouldHaveEverythingButThePassword() {
    assertThat(AmqpUri.parse("amqps://ann:" + PASSWORD + "@[::1]:1234/shop"))
        .hasToString("amqps://ann@[::1]:1234/shop");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ann:Tr0ub4dor@broker",
        "//ann:Tr0ub4dor@broker",
        "amqp",
        "amqp:",
        "amqp://",
        "amqp:ann:Tr0ub4dor@broker",
        "amqp:/ann:Tr0ub4dor@broker",
        "amqp:///ann:Tr0ub4dor@broker",
        "http://ann:Tr0ub4dor@broker",
        "Tr0ub4dor://broker",
        "amqp ://ann:Tr0ub4dor@broker",
        "amqp://ann:Tr0ub4dor @broker",
        "amqp://ann:Tr0ub4dor%@broker",
        "amqp://ann:%zzTr0ub4dor@broker",
        "amqp://ann:Tr0ub4dor%4@broker",
        "amqp://ann:Tr0ub4dor<>@broker",
        "amqp://ann:Tr0ub4dor^|\\@broker",
        "amqp://ann:Tr0ub4dor\"@broker",
        "amqp://ann:@Tr0ub4dor@broker",
        "amqp://ann:Tr0ub4dor@x@broker",
        "amqp://ann:1/Tr0ub4dor@broker",
        "amqp://ann:/Tr0ub4dor@broker",
        "amqp://ann:Tr0ub4dor/x@broker",
        "amqp://ann:Tr0ub4dor?x@broker",
        "amqp://ann:Tr0ub4dor#x@broker",
        "amqp://ann:Tr0ub4dor@broker?heartbeat=1",
        "amqp://ann:Tr0ub4dor@broker:0",
        "amqp://ann:Tr0ub4dor@broker:65536",
        "amqp://ann:Tr0ub4dor@broker:-1",
        "amqp://ann:Tr0ub4dor@broker:port",
        "amqp://ann:Tr0ub4dor@broker:99999999999999",
        "amqp://ann:Tr0ub4dor@bro_ker_:x/",
        "amqp://ann:Tr0ub4dor@[::1",
        "amqp://ann:Tr0ub4dor@::1",
        "amqp://ann:Tr0ub4dor@",
        "amqp://ann:Tr0ub4dor@/vhost",
        "amqp://ann:Tr0ub4dor@broker/two/segments",
        "amqp://ann:Tr0ub4dor@broker/%",
        "amqp://ann:Tr0ub4dor@broker/a\u0000b",
      })
  void whatIsNoUriShouldBeRefusedWithoutRepeatingIt(String text) {
    Throwable failure = catchThrowable(() -> AmqpUri.parse(text));

    assertThat(failure).isExactlyInstanceOf(IllegalArgumentException.class).hasNoCause();
    assertThat(printed(failure)).doesNotContain(PASSWORD);
  }

  @Property
  void anyTextShouldBeReadOrRefusedWithoutBeingRepeated(@ForAll String noise) {
    String secret = "Tr0ub4dor" + noise;
    for (String text : new String[] {secret, "amqp:" + secret, "amqp://u:" + secret + "@host"}) {
      try {
        AmqpUri uri = AmqpUri.parse(text);
        assertThat(text).startsWith("amqp://");
        assertThat(uri.toString()).doesNotContain(PASSWORD);
      } catch (IllegalArgumentException e) {
        assertThat(printed(e)).doesNotContain(PASSWORD);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://broker:15672, http://broker:15672, guest, guest",
    "https://broker, https://broker, guest, guest",
    "http://broker:15672/, http://broker:15672, guest, guest",
    "http://ann:secret@broker:15672, http://broker:15672, ann, secret",
    "http://ann:%40%2F@broker/rabbit/, http://broker/rabbit, ann, @/",
    "HTTP://ann@[::1]:15672, http://[::1]:15672, ann, guest",
  })
  void partsOfManagementUriShouldBeRead(String text, String base, String user, String password) {
    ManagementUri uri = ManagementUri.parse(text);

    assertThat(uri.base()).hasToString(base);
    assertThat(uri.username()).isEqualTo(user);
    assertThat(uri.password()).isEqualTo(password);
    assertThat(uri).hasToString(base);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "broker:15672",
        "amqp://ann:Tr0ub4dor@broker",
        "http:ann:Tr0ub4dor@broker",
        "http:/ann:Tr0ub4dor@broker",
        "http:///ann:Tr0ub4dor@broker",
        "http://ann:Tr0ub4dor@",
        "http://ann:Tr0ub4dor@x@broker",
        "http://ann:1/Tr0ub4dor@broker",
        "http://ann:Tr0ub4dor?x@broker",
        "http://ann:Tr0ub4dor@broker?x=y",
        "http://ann:Tr0ub4dor@broker#x",
        "http://ann:Tr0ub4dor@broker:0",
        "http://ann:Tr0ub4dor@broker:65536",
        "http://ann:Tr0ub4dor%zz@broker",
        "http://ann:Tr0ub4dor @broker",
      })
  void whatIsNoManagementUriShouldBeRefusedWithoutRepeatingIt(String text) {
    Throwable failure = catchThrowable(() -> ManagementUri.parse(text));

    assertThat(failure).isExactlyInstanceOf(IllegalArgumentException.class).hasNoCause();
    assertThat(printed(failure)).doesNotContain(PASSWORD);
  }

  @Test
  void impossibleAddressShouldBeRefused() {
    assertThatThrownBy(() -> new Address(" ", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Address("broker", 65_536))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What UTF-8 can carry of a text: half a surrogate pair is a question mark. */
  private static String readable(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
