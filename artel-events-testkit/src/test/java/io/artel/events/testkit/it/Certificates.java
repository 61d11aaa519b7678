package io.artel.events.testkit.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates made by the running JDK's keytool. */
final class Certificates {

  private static final String PASS = "changeit";

  private final Path file;
  private final KeyStore store;

  /**
   * In this folder: a {@code ca}; signed by it {@code right} (for localhost), {@code wrongName} and
   * {@code expired}; and {@code selfSigned} (for localhost).
   */
  Certificates(Path folder) throws Exception {
    file = folder.resolve("keys.p12");
    generate("ca", "ca", "-ext", "bc:c");
    generate("right", "localhost", "-signer", "ca", "-ext", "san=dns:localhost,ip:127.0.0.1");
    generate("wrongName", "other.example", "-signer", "ca", "-ext", "san=dns:other.example");
    generate(
        "expired",
        "localhost",
        "-signer",
        "ca",
        "-ext",
        "san=dns:localhost,ip:127.0.0.1",
        "-startdate",
        "-10d",
        "-validity",
        "5");
    generate("selfSigned", "localhost", "-ext", "san=dns:localhost,ip:127.0.0.1");
    store = empty();
    try (InputStream stored = Files.newInputStream(file)) {
      store.load(stored, PASS.toCharArray());
    }
  }

  private void generate(String alias, String name, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASS,
                "-alias",
                alias,
                "-dname",
                "CN=" + name));
    command.addAll(List.of(more));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    keytool.getOutputStream().close();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      keytool.destroyForcibly();
      throw new IOException("keytool failed on " + alias + ": " + said);
    }
  }

  /** What a server needs that shows this certificate. */
  SSLContext server(String alias) throws GeneralSecurityException, IOException {
    KeyStore own = empty();
    Key key = store.getKey(alias, PASS.toCharArray());
    own.setKeyEntry(alias, key, PASS.toCharArray(), store.getCertificateChain(alias));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, PASS.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** What a client needs that trusts this certificate, and no other. */
  SSLContext trusting(String alias) throws GeneralSecurityException, IOException {
    KeyStore trusted = empty();
    trusted.setCertificateEntry(alias, store.getCertificate(alias));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
