package io.artel.events.amqp.internal.publish;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads on which outcomes are announced. They are marked: on one of them a full window must
 * not be waited for, since the confirmations that would empty it are announced there.
 */
public final class CallbackThreads {

  private CallbackThreads() {}

  private static final class CallbackThread extends Thread {
    CallbackThread(Runnable task, String name) {
      super(task, name);
      setDaemon(true);
    }
  }

  /** One thread, so that outcomes are announced in the order in which they were known. */
  public static ExecutorService create(String name) {
    return Executors.newSingleThreadExecutor(task -> new CallbackThread(task, name));
  }

  /** Whether this thread announces confirmations, and so must wait for nothing. */
  public static boolean isCallbackThread() {
    return Thread.currentThread() instanceof CallbackThread;
  }
}
