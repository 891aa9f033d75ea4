package dev.cloakroom.cli.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Why a connection failed, in words that lead on.
///
/// @param text what happened
/// @param remedy what to do about it
record Trouble(String text, String remedy) {
  static Trouble of(Exception failure) {
    return tls(failure).orElseGet(() -> network(failure));
  }

  private static Optional<Trouble> tls(Exception failure) {
    if (has(failure, CertificateExpiredException.class)) {
      return some(
          "the certificate has expired", "renew it there; or is this machine's clock wrong?");
    }
    if (has(failure, CertificateNotYetValidException.class)) {
      return some("the certificate is not valid yet", "is this machine's clock wrong?");
    }
    if (has(failure, CertPathBuilderException.class)) {
      return some(
          "the certificate is signed by nobody this machine trusts",
          "serve the whole chain there, or add the authority to what is trusted here");
    }
    if (has(failure, CertificateException.class)) {
      return some(
          "the certificate is for another host name",
          "use the name that the certificate has, or get one for this name");
    }
    if (has(failure, SSLException.class)) {
      return some(
          "TLS fails: " + message(failure), "does this port speak TLS, and TLS 1.2 or 1.3?");
    }
    return Optional.empty();
  }

  private static Trouble network(Exception failure) {
    if (has(failure, UnknownHostException.class)
        || has(failure, UnresolvedAddressException.class)) {
      return new Trouble(
          "the host name is unknown here", "check the spelling, and this machine's DNS");
    }
    if (has(failure, HttpTimeoutException.class) || has(failure, SocketTimeoutException.class)) {
      return new Trouble("no answer in time", "is a firewall or a proxy between here and there?");
    }
    if (has(failure, ConnectException.class)) {
      return new Trouble(
          "nothing listens there (connection refused)", "is it running, and is the port right?");
    }
    return new Trouble("the connection fails: " + message(failure), "");
  }

  private static Optional<Trouble> some(String text, String remedy) {
    return Optional.of(new Trouble(text, remedy));
  }

  private static boolean has(Throwable failure, Class<? extends Exception> kind) {
    return Stream.<@Nullable Throwable>iterate(
            failure, cause -> cause == null ? null : cause.getCause())
        .limit(12)
        .anyMatch(kind::isInstance);
  }

  private static String message(Exception failure) {
    var text =
        failure instanceof IOException && failure.getMessage() != null
            ? failure.getMessage()
            : failure.getClass().getSimpleName();
    return text.lines().findFirst().orElse("").toLowerCase(Locale.ROOT);
  }
}
