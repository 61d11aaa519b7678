package io.artel.events.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Runs a test class once on each real broker of {@link RealBrokers}, which the constructor takes as
 * a {@link RabbitMq}. The brokers are shared: tests use names of their own, and leave the broker
 * running and as it was, unless they are {@link #ours}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}", allowZeroInvocations = true, autoCloseArguments = false)
@ArgumentsSource(RealBrokers.class)
public @interface OnRealBrokers {
  /**
   * Whether the tests stop or change the broker. Theirs is started for their class alone then: one
   * with all that other tests left takes minutes to start again.
   */
  boolean ours() default false;
}
