package io.artel.events.testkit.halt;

import io.artel.events.HaltStore;

class InMemoryHaltStoreTest extends HaltStores {

  @Override
  HaltStore create() {
    return HaltStore.inMemory();
  }
}
