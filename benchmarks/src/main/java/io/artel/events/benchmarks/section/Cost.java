package io.artel.events.benchmarks.section;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * What this JVM needs from now on: processor time, and what its threads allocate, where one that
 * ends takes its share with it.
 */
final class Cost {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final com.sun.management.OperatingSystemMXBean SYSTEM =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Map<Long, Long> before = byThread();
  private final long processorTime = SYSTEM.getProcessCpuTime();

  double processorMicros() {
    return (SYSTEM.getProcessCpuTime() - processorTime) / 1e3;
  }

  double kibibytes() {
    long bytes = 0;
    for (Map.Entry<Long, Long> thread : byThread().entrySet()) {
      bytes += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    return bytes / 1024.0;
  }

  private static Map<Long, Long> byThread() {
    long[] ids = THREADS.getAllThreadIds();
    long[] bytes = THREADS.getThreadAllocatedBytes(ids);
    Map<Long, Long> byThread = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      if (bytes[i] >= 0) {
        byThread.put(ids[i], bytes[i]);
      }
    }
    return byThread;
  }
}
