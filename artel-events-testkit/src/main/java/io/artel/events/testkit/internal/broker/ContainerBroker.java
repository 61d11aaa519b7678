package io.artel.events.testkit.internal.broker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import io.artel.events.testkit.RabbitMq;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A broker in a container. Testcontainers ends it with the JVM. This class is loaded only where
 * Testcontainers is there. {@code this} guards the state.
 */
final class ContainerBroker extends OwnBroker {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerBroker.class);
  private static final int AMQP = 5672;
  private static final int MANAGEMENT = 15672;

  private final GenericContainer<?> container;
  private final DockerClient engine;
  private volatile String version;
  private boolean running;
  private boolean paused;

  private ContainerBroker(String version, int amqpPort, int managementPort) {
    super(DockerClientFactory.instance().dockerHostIpAddress(), amqpPort, managementPort);
    this.version = version;
    container =
        new GenericContainer<>(DockerImageName.parse("rabbitmq:" + version + "-management"))
            .withExposedPorts(AMQP, MANAGEMENT)
            .withCopyToContainer(Transferable.of(PLUGINS), "/etc/rabbitmq/enabled_plugins")
            .withCreateContainerCmdModifier(
                command -> {
                  HostConfig host = command.getHostConfig();
                  command.withHostConfig(
                      (host == null ? new HostConfig() : host)
                          .withPortBindings(
                              PortBinding.parse(amqpPort + ":" + AMQP),
                              PortBinding.parse(managementPort + ":" + MANAGEMENT)));
                });
    engine = container.getDockerClient();
  }

  /** Starts a new container; empty where there is no engine, or it cannot get the image. */
  static Optional<RabbitMq> started(String version) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return Optional.empty();
    }
    ContainerBroker broker = new ContainerBroker(version, Ports.free(), Ports.free());
    try {
      broker.container.start();
      broker.running = true;
      broker.awaitAnswer();
      return Optional.of(broker);
    } catch (ContainerFetchException e) {
      LOG.warn(
          "The Docker engine has no RabbitMQ {}; looking elsewhere: {}", version, e.toString());
      return Optional.empty();
    } catch (ContainerLaunchException e) {
      broker.close();
      throw broker.failed("did not start in its container.", e);
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public synchronized void start() {
    if (paused) {
      resume();
    } else if (!running) {
      engine.startContainerCmd(container.getContainerId()).exec();
      running = true;
      awaitAnswer();
    }
  }

  @Override
  public synchronized void stop() {
    if (unpaused()) {
      engine.stopContainerCmd(container.getContainerId()).exec();
      running = false;
    }
  }

  @Override
  public synchronized void kill() {
    if (unpaused()) {
      engine.killContainerCmd(container.getContainerId()).exec();
      running = false;
    }
  }

  @Override
  public synchronized void pause() {
    checkRunning();
    if (!paused) {
      engine.pauseContainerCmd(container.getContainerId()).exec();
      paused = true;
    }
  }

  @Override
  public synchronized void resume() {
    checkRunning();
    if (paused) {
      engine.unpauseContainerCmd(container.getContainerId()).exec();
      paused = false;
    }
  }

  @Override
  public void close() {
    container.stop();
  }

  @Override
  String run(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    try {
      Container.ExecResult result = container.execInContainer(command.toArray(String[]::new));
      if (result.getExitCode() != 0) {
        throw toolFailed(program, arguments, result.getExitCode(), result.getStderr());
      }
      return result.getStdout();
    } catch (IOException e) {
      throw failed("could not be told " + String.join(" ", command) + ".", e);
    } catch (InterruptedException e) {
      throw Waiting.interrupted(e);
    }
  }

  /** Lets a paused container go on; false where it does not run at all. */
  private boolean unpaused() {
    if (paused) {
      resume();
    }
    return running;
  }

  private void checkRunning() {
    if (!running) {
      throw new IllegalStateException(this + " does not run; start() it first.");
    }
  }

  private void awaitAnswer() {
    boolean answered =
        Waiting.until(
            () -> {
              Optional<String> answer = answer();
              answer.ifPresent(reported -> version = reported);
              return answer.isPresent();
            });
    if (!answered) {
      throw failed(
          "did not answer within " + Waiting.LIMIT + "; its log:\n" + container.getLogs(), null);
    }
  }
}
