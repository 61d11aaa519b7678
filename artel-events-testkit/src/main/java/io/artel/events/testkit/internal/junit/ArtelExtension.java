package io.artel.events.testkit.internal.junit;

import io.artel.events.EventPublisher;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.testkit.ArtelTest;
import io.artel.events.testkit.Broker;
import io.artel.events.testkit.BrokerClock;
import io.artel.events.testkit.EmbeddedBroker;
import io.artel.events.testkit.FlowTracker;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** Makes what a test method takes, and tidies up after it. Has no state of its own. */
public final class ArtelExtension
    implements ParameterResolver, TestExecutionExceptionHandler, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(ArtelExtension.class);

  private static final Set<Class<?>> OURS =
      Set.of(
          Broker.class,
          EmbeddedBroker.class,
          BrokerClock.class,
          ArtelEvents.class,
          EventPublisher.class,
          FlowTracker.class);

  /** What only the embedded broker has. */
  private static final Set<Class<?>> EMBEDDED_ONLY =
      Set.of(EmbeddedBroker.class, BrokerClock.class);

  /** For JUnit. */
  public ArtelExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return OURS.contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (context.getTestMethod().isEmpty()
        || parameter.getDeclaringExecutable() instanceof Constructor) {
      throw new ParameterResolutionException(
          "Each test has a "
              + type.getSimpleName()
              + " of its own: take it in the test method or in a @BeforeEach method, not in "
              + parameter.getDeclaringExecutable().getName()
              + ".");
    }
    TestEnvironment environment = environment(context);
    if (type == ArtelEvents.class) {
      return environment.artel();
    }
    if (type == EventPublisher.class) {
      return environment.artel().publisher();
    }
    if (type == FlowTracker.class) {
      return environment.flow();
    }
    return type == BrokerClock.class
        ? ((EmbeddedBroker) environment.broker()).clock()
        : environment.broker();
  }

  /** Every failure gets the timeline, not only those of assertions on the flow, which have it. */
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    made(context)
        .flatMap(TestEnvironment::timeline)
        .filter(timeline -> !String.valueOf(failure.getMessage()).contains("\nTimeline"))
        .ifPresent(timeline -> failure.addSuppressed(new FlowTimeline(timeline)));
    throw failure;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Optional<TestEnvironment> environment = made(context);
    if (environment.isPresent()) {
      List<String> left = environment.get().close();
      if (!left.isEmpty()) {
        throw new AssertionError(
            "The test has left connections open: "
                + String.join("; ", left)
                + ". Close what it connects, in try-with-resources or an @AfterEach method.");
      }
    }
  }

  private static Optional<TestEnvironment> made(ExtensionContext context) {
    return Optional.ofNullable(
        context.getStore(NAMESPACE).get(TestEnvironment.class, TestEnvironment.class));
  }

  private static TestEnvironment environment(ExtensionContext context) {
    return made(context)
        .orElseGet(
            () -> {
              TestEnvironment environment = make(context);
              context.getStore(NAMESPACE).put(TestEnvironment.class, environment);
              return environment;
            });
  }

  private static TestEnvironment make(ExtensionContext context) {
    Class<?> testClass = context.getRequiredTestClass();
    Method method = context.getRequiredTestMethod();
    String choice = context.getConfigurationParameter(ArtelTest.BROKER).orElse(TestBroker.EMBEDDED);
    if (!choice.startsWith(TestBroker.EMBEDDED) && needsEmbedded(context)) {
      choice = TestBroker.EMBEDDED;
    }
    String name =
        AnnotationSupport.findAnnotation(method, ArtelTest.class)
            .or(() -> findOnClass(testClass))
            .map(ArtelTest::name)
            .filter(given -> !given.isEmpty())
            .orElse(testClass.getSimpleName());
    return new TestEnvironment(
        name,
        () -> TestTopology.of(testClass),
        TestBroker.of(choice, testClass.getSimpleName() + "." + method.getName()));
  }

  private static Optional<ArtelTest> findOnClass(Class<?> testClass) {
    Optional<ArtelTest> found = Optional.empty();
    for (Class<?> type = testClass;
        type != null && found.isEmpty();
        type = type.getEnclosingClass()) {
      found = AnnotationSupport.findAnnotation(type, ArtelTest.class);
    }
    return found;
  }

  /** Whether anything that runs for this test takes what only the embedded broker has. */
  private static boolean needsEmbedded(ExtensionContext context) {
    List<Method> methods = new ArrayList<>();
    methods.add(context.getRequiredTestMethod());
    for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
      methods.addAll(annotated(instance.getClass(), BeforeEach.class));
      methods.addAll(annotated(instance.getClass(), AfterEach.class));
    }
    return methods.stream()
        .flatMap(method -> Arrays.stream(method.getParameterTypes()))
        .anyMatch(EMBEDDED_ONLY::contains);
  }

  private static List<Method> annotated(Class<?> type, Class<? extends Annotation> annotation) {
    return AnnotationSupport.findAnnotatedMethods(
        type, annotation, HierarchyTraversalMode.TOP_DOWN);
  }
}
