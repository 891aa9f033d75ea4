package dev.cloakroom.crypto;

import io.netty.util.NetUtil;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The hosts that a certificate is good for, as browsers see it: by its alternative names, never by
/// its common name, and a wildcard for one label.
///
/// @param hosts lower case; a wildcard begins with `*.`
/// @spec https://www.rfc-editor.org/rfc/rfc9525#section-6.3 RFC 9525, 6.3
public record CertificateNames(Set<String> hosts) {
  private static final int DNS = 2;
  private static final int ADDRESS = 7;

  public CertificateNames {
    hosts = Set.copyOf(hosts);
  }

  /// Those of the first certificate in a PEM file; empty where there is none.
  public static Optional<CertificateNames> of(Buffer pem) {
    return PemKeyPair.certificates(pem).stream().findFirst().map(CertificateNames::of);
  }

  static CertificateNames of(X509Certificate certificate) {
    var hosts = new HashSet<String>();
    try {
      var names = certificate.getSubjectAlternativeNames();
      for (var name : names == null ? Set.<List<?>>of() : names) {
        if (name.get(1) instanceof String host && isHost(name.getFirst())) {
          hosts.add(normal(host));
        }
      }
    } catch (CertificateParsingException e) {
      hosts.clear(); // good for nobody
    }
    return new CertificateNames(hosts);
  }

  private static boolean isHost(Object kind) {
    return kind instanceof Integer number && (number == DNS || number == ADDRESS);
  }

  /// Whether a browser takes the certificate for this host, which may be an IP address.
  public boolean covers(String host) {
    var name = normal(host);
    int dot = name.indexOf('.');
    return hosts.contains(name)
        || (dot > 0
            && !NetUtil.isValidIpV4Address(name)
            && hosts.contains("*" + name.substring(dot)));
  }

  private static String normal(String host) {
    var bytes = NetUtil.createByteArrayFromIpAddressString(host);
    if (bytes == null) {
      return host.toLowerCase(Locale.ROOT);
    }
    try {
      return NetUtil.toAddressString(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 octets", e);
    }
  }
}
