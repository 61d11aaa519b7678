package io.artel.events.testkit.internal.junit;

import io.artel.events.Topology;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Finds the topology that a test class offers: its static field of that type. */
final class TestTopology {

  private TestTopology() {}

  static Topology of(Class<?> testClass) {
    for (Class<?> type = testClass; type != null; type = type.getEnclosingClass()) {
      List<Field> fields =
          ReflectionSupport.findFields(
              type,
              field -> Modifier.isStatic(field.getModifiers()) && field.getType() == Topology.class,
              HierarchyTraversalMode.BOTTOM_UP);
      if (fields.size() > 1) {
        throw new ExtensionConfigurationException(
            type.getSimpleName()
                + " has several static fields of type Topology, "
                + fields.stream().map(Field::getName).toList()
                + ": keep one, so that it is clear what a test connects with.");
      }
      if (fields.size() == 1) {
        return read(fields.get(0));
      }
    }
    throw new ExtensionConfigurationException(
        testClass.getSimpleName()
            + " has no topology to connect with: give it a field"
            + " 'static final Topology TOPOLOGY = …', or take the Broker and connect by yourself.");
  }

  private static Topology read(Field field) {
    try {
      Object topology = ReflectionSupport.tryToReadFieldValue(field, null).get();
      if (topology != null) {
        return (Topology) topology;
      }
    } catch (Exception e) {
      throw new ExtensionConfigurationException(field + " cannot be read.", e);
    }
    throw new ExtensionConfigurationException(field + " is null when the test begins.");
  }
}
